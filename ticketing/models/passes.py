"""A place that somebody earned: free passes, and what they were used for."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import proven
from community.models import Chapter
from core.ids import public_id
from events.models import AttendanceMode, Event
from ticketing.models.tickets import Ticket


class PassCovers(models.TextChoices):
    """What a pass opens. Either kind is good for an event that is both."""

    ONLINE = "online", _("Online talks")
    OFFLINE = "offline", _("Meetups in person")
    BOTH = "both", _("Online talks and meetups")


class PassState(models.TextChoices):
    USABLE = "usable", _("Ready to use")
    SOON = "soon", _("Not valid yet")
    USED_UP = "used_up", _("Used up")
    EXPIRED = "expired", _("Expired")
    REVOKED = "revoked", _("Revoked")


COVERING = {
    AttendanceMode.ONLINE: (PassCovers.ONLINE, PassCovers.BOTH),
    AttendanceMode.OFFLINE: (PassCovers.OFFLINE, PassCovers.BOTH),
    AttendanceMode.MIXED: tuple(PassCovers),
}


class FreePassQuerySet(models.QuerySet["FreePass"]):
    def held_by(self, user: User) -> Self:
        """Passes of a signed-in person, and those for an e-mail that they have proven."""
        return self.filter(Q(user=user) | Q(user=None, email__in=proven(user)))

    def usable(self, at: datetime) -> Self:
        in_time = self.filter(valid_from__lte=at, valid_until__gt=at)
        return in_time.filter(revoked_at=None, used__lt=F("uses"))


class FreePass(models.Model):
    """So many places for nothing, for one person. `used` has one writer: services/passes.py.

    Without an event it is good for any, without a chapter for any chapter's. `user` is None
    until somebody signs in who has proven `email`; its mail is in `language`. `policy_key` names
    what a policy gave it for, so that it gives it once; `policy` is that policy, and
    `per_event_limit` how many of its passes one event takes.
    """

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="free_passes",
    )
    email = models.EmailField(_("e-mail"), max_length=254, blank=True, db_index=True)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, default="zh-hans")
    chapter = models.ForeignKey(
        Chapter, models.PROTECT, null=True, blank=True, related_name="free_passes"
    )
    event = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="free_passes"
    )
    covers = models.CharField(_("good for"), max_length=8, choices=PassCovers)
    uses = models.PositiveSmallIntegerField(_("uses"), default=1)
    used = models.PositiveSmallIntegerField(default=0, editable=False)
    valid_from = models.DateTimeField(_("valid from"), default=timezone.now)
    valid_until = models.DateTimeField(_("valid until"))
    reason = models.CharField(_("reason"), max_length=240)
    is_transferable = models.BooleanField(
        _("may be passed on"),
        default=False,
        help_text=_("Once, by a link that its holder sends to somebody else."),
    )
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    granted_at = models.DateTimeField(default=timezone.now)
    policy = models.CharField(max_length=16, blank=True, editable=False)
    policy_key = models.CharField(
        max_length=120, unique=True, null=True, blank=True, editable=False
    )
    per_event_limit = models.PositiveIntegerField(null=True, blank=True, editable=False)
    mailed_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    revoked_reason = models.CharField(_("reason"), max_length=240, blank=True)

    objects = FreePassQuerySet.as_manager()

    class Meta:
        ordering = ["-granted_at", "-pk"]
        indexes = [
            models.Index(
                fields=["granted_at"],
                condition=Q(mailed_at=None, revoked_at=None),
                name="free_pass_mail_owed",
            ),
        ]
        constraints = [
            models.CheckConstraint(name="free_pass_not_overused", condition=Q(used__lte=F("uses"))),
            models.CheckConstraint(name="free_pass_uses", condition=Q(uses__gte=1)),
            models.CheckConstraint(
                name="free_pass_window", condition=Q(valid_until__gt=F("valid_from"))
            ),
            models.CheckConstraint(
                name="free_pass_covers", condition=Q(covers__in=PassCovers.values)
            ),
            models.CheckConstraint(
                name="free_pass_policy", condition=Q(policy_key=None) | ~Q(policy="")
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def left(self) -> int:
        return self.uses - self.used

    def is_good(self, at: datetime | None = None) -> bool:
        """It can be used, or will be."""
        return self.state(at) in {PassState.USABLE, PassState.SOON}

    def fits(self, event: Event) -> bool:
        """What it covers, whatever its uses and dates."""
        return (
            self.event_id in {None, event.pk}
            and self.chapter_id in {None, event.chapter_id}
            and self.covers in COVERING[AttendanceMode(event.attendance_mode)]
        )

    def state(self, at: datetime | None = None) -> PassState:
        """What keeps it from being used comes first."""
        at = at or timezone.now()
        if self.revoked_at:
            return PassState.REVOKED
        if not self.left:
            return PassState.USED_UP
        if self.valid_until <= at:
            return PassState.EXPIRED
        return PassState.SOON if self.valid_from > at else PassState.USABLE


class PassUseQuerySet(models.QuerySet["PassUse"]):
    def standing(self) -> Self:
        return self.filter(given_back_at=None)


class PassUse(models.Model):
    """That one ticket was had for a pass. A use given back may stand again with its ticket."""

    free_pass = models.ForeignKey(FreePass, models.PROTECT, related_name="pass_uses")
    ticket = models.OneToOneField(Ticket, models.PROTECT, related_name="pass_use")
    event = models.ForeignKey(Event, models.PROTECT, related_name="pass_uses")
    used_at = models.DateTimeField(default=timezone.now)
    given_back_at = models.DateTimeField(null=True, blank=True)

    objects = PassUseQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="pass_once_per_event",
                fields=["free_pass", "event"],
                condition=Q(given_back_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.free_pass} {self.ticket}"


class EventPasses(models.Model):
    """How many places of an event are had for passes, and at most may be (None: any number).

    Made with the first use. Its row is locked by each, so that a policy's limit can be counted.
    `taken` has one writer: services/passes.py.
    """

    event = models.OneToOneField(Event, models.CASCADE, related_name="passes")
    most = models.PositiveIntegerField(_("most free passes"), null=True, blank=True)
    taken = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="event_passes_not_exceeded",
                condition=Q(most=None) | Q(taken__lte=F("most")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.event)


class PassLink(models.Model):
    """An offer to take over a pass: whoever has the link, which is signed, and signs in."""

    free_pass = models.ForeignKey(FreePass, models.CASCADE, related_name="links")
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="pass_link_one_open",
                fields=["free_pass"],
                condition=Q(taken_at=None, withdrawn_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id
