"""What earns a free pass: published rules, replaced but never edited."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from core.ids import public_id
from incentives.models.points import Kind
from ticketing.models import PassCovers


class PassGround(models.TextChoices):
    """What a policy looks at."""

    TALK = "talk", pgettext_lazy("ground of a pass", "A talk that was accepted")
    HELPER_HOURS = "helper_hours", pgettext_lazy("ground of a pass", "Hours of help at events")
    POINTS = "points", pgettext_lazy("ground of a pass", "Points for work")


class PassScope(models.TextChoices):
    THAT_EVENT = "that_event", _("The event of the talk")
    ANY = "any", _("Any event")


class PassPolicyQuerySet(models.QuerySet["PassPolicy"]):
    def in_force(self) -> Self:
        return self.filter(retired_at=None)


class PassPolicy(models.Model):
    """One version of a rule. Versions of one rule share their `lineage`, which names it in the
    passes it gave, so that a new version gives nobody again what an older one gave.

    A pass for every `threshold` whole hours or points since `since_on`; one for each talk.
    Only `retired_at` and `retired_by` are ever written after the row was made.
    """

    lineage = models.CharField(max_length=16, default=public_id, editable=False)
    version = models.PositiveSmallIntegerField(default=1, editable=False)
    ground = models.CharField(_("given for"), max_length=12, choices=PassGround)
    kind = models.CharField(_("kind of work"), max_length=12, choices=Kind, blank=True)
    threshold = models.PositiveIntegerField(_("for every"), default=1)
    since_on = models.DateField(_("counted from"))
    scope = models.CharField(_("good for"), max_length=10, choices=PassScope)
    covers = models.CharField(_("covers"), max_length=8, choices=PassCovers)
    uses = models.PositiveSmallIntegerField(_("uses"), default=1)
    valid_days = models.PositiveSmallIntegerField(_("good for so many days"), default=365)
    is_transferable = models.BooleanField(_("may be passed on"), default=False)
    per_event_limit = models.PositiveIntegerField(_("most at one event"), null=True, blank=True)
    note = models.CharField(_("why"), max_length=240, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = PassPolicyQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(name="pass_policy_version", fields=["lineage", "version"]),
            models.UniqueConstraint(
                name="pass_policy_one_in_force",
                fields=["lineage"],
                condition=Q(retired_at=None),
            ),
            models.CheckConstraint(
                name="pass_policy_numbers",
                condition=Q(threshold__gte=1, uses__gte=1, valid_days__gte=1),
            ),
            models.CheckConstraint(
                name="pass_policy_ground", condition=Q(ground__in=PassGround.values)
            ),
            models.CheckConstraint(
                name="pass_policy_kind", condition=Q(kind="") | Q(ground=PassGround.POINTS)
            ),
            models.CheckConstraint(
                name="pass_policy_scope",
                condition=Q(scope=PassScope.ANY)
                | Q(scope=PassScope.THAT_EVENT, ground=PassGround.TALK),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ground} v{self.version}"
