from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.ids import secret_code
from core.money import CURRENCY_CHOICES
from core.time import validate_zone


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    ORGANIZER = "organizer", _("Organizer")
    LECTURER = "lecturer", _("Lecturer")
    STEWARD = "steward", _("Door helper")


# Who may publish, sell and settle; who may open the door
RUNNERS = (Role.OWNER, Role.ORGANIZER)
DOOR = (Role.OWNER, Role.ORGANIZER, Role.STEWARD)


class DisputePolicy(models.TextChoices):
    """What becomes of the tickets when a buyer's bank takes the money back."""

    CANCEL_WHEN_LOST = "cancel_when_lost", _("Cancel them when the dispute is lost")
    CANCEL_AT_ONCE = "cancel_at_once", _("Cancel them as soon as it opens")
    KEEP = "keep", _("Keep them")


class City(models.Model):
    """A city that chapters and venues lie in; people filter by it."""

    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=80)
    country = models.CharField(_("country"), max_length=2, help_text=_("Two letters, such as CN"))
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_zone])

    class Meta:
        ordering = ["slug"]
        verbose_name_plural = "cities"

    def __str__(self) -> str:
        return self.name


class ChapterQuerySet(models.QuerySet["Chapter"]):
    def with_role(self, user: User, roles: tuple[Role, ...]) -> Self:
        """Chapters in which `user` has one of `roles`; administrators have them all."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self.all()
        mine = Membership.objects.filter(user=user, role__in=roles)
        return self.filter(pk__in=mine.values("chapter"))

    def run_by(self, user: User) -> Self:
        return self.with_role(user, RUNNERS)

    def owned_by(self, user: User) -> Self:
        return self.with_role(user, (Role.OWNER,))


class Chapter(models.Model):
    """A center of the community: a city, a topic, a study group. Publishes its own events."""

    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=80)
    description = models.TextField(_("description"), blank=True, help_text=_("Markdown"))
    seal_text = models.CharField(
        _("seal"),
        max_length=4,
        blank=True,
        help_text=_("One to four characters carved in its seal"),
    )
    city = models.ForeignKey(City, models.PROTECT, null=True, blank=True, related_name="chapters")
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Asia/Shanghai", validators=[validate_zone]
    )
    currency = models.CharField(
        _("currency"), max_length=3, choices=CURRENCY_CHOICES, default="CNY"
    )
    dispute_policy = models.CharField(
        _("tickets of a disputed payment"),
        max_length=16,
        choices=DisputePolicy,
        default=DisputePolicy.CANCEL_WHEN_LOST,
    )
    legal_name = models.CharField(
        _("name on receipts"),
        max_length=160,
        blank=True,
        help_text=_("The association or company that sells. The chapter's name if left empty."),
    )
    legal_address = models.CharField(_("address on receipts"), max_length=240, blank=True)
    legal_tax_id = models.CharField(_("your tax number"), max_length=40, blank=True)
    tax_name = models.CharField(_("name of the tax"), max_length=40, blank=True)
    tax_bps = models.PositiveSmallIntegerField(
        _("tax rate"), default=0, help_text=_("Contained in your prices. 0 for none.")
    )
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    website = models.URLField(_("website"), blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ChapterQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(name="chapter_tax", condition=Q(tax_bps__lt=10_000)),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("community:chapter-detail", args=[self.slug])


class Membership(models.Model):
    """One role of one person in one chapter; several roles are several rows."""

    chapter = models.ForeignKey(Chapter, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=12, choices=Role)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="membership_once", fields=["chapter", "user", "role"]),
            models.CheckConstraint(name="membership_role", condition=Q(role__in=Role.values)),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, at: datetime) -> Self:
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=at)


def _in_two_weeks() -> datetime:
    return timezone.now() + Invitation.LIFETIME


class Invitation(models.Model):
    """A link mailed to someone who shall get `roles` in `chapter`. Good once."""

    LIFETIME = timedelta(days=14)

    chapter = models.ForeignKey(Chapter, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    language = models.CharField(
        _("language of the mail"), max_length=10, choices=settings.LANGUAGES
    )
    roles = models.JSONField(default=list)
    token = models.CharField(max_length=32, unique=True, default=secret_code, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=_in_two_weeks)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "chapter",
                Lower("email"),
                name="one_open_invitation_per_address",
                condition=Q(accepted_at=None, revoked_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.chapter}: {', '.join(self.roles)}"

    @property
    def role_labels(self) -> list[str]:
        return [str(Role(role).label) for role in self.roles]
