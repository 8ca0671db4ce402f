"""Which part of a sale belongs to those who did the work: to the pool, and to who teaches."""

from datetime import datetime
from typing import NamedTuple, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.models.orders import OrderLine

WHOLE = 10_000  # basis points


class SaleKind(models.TextChoices):
    """What was sold, as far as rates tell it apart."""

    ONLINE_TALK = "online_talk", _("Online talk")
    MEETUP = "meetup", _("Meetup")
    COURSE = "course", _("Course")


class LineTerms(NamedTuple):
    """What a seller says of a line: its kind, when its refund window ends, and which lecturers
    get how many basis points, [(user pk, bps)]."""

    line_id: int
    kind: SaleKind
    refundable_until: datetime
    lecturers: list[tuple[int, int]]


class ShareRateQuerySet(models.QuerySet["ShareRate"]):
    def in_force(self, at: datetime) -> dict[str, int]:
        """{kind: basis points} at that moment; a kind without a rate yet is not in it."""
        begun = self.filter(from_at__lte=at).order_by("from_at", "pk")
        return dict(begun.values_list("kind", "bps"))  # the latest of a kind comes last

    def most(self, kind: str, at: datetime) -> int:
        """The highest rate of a kind at `at` or any time after."""
        rates = [self.in_force(at).get(kind, 0)]
        later = self.filter(kind=kind, from_at__gt=at)
        return max([*rates, *later.values_list("bps", flat=True)])


class ShareRate(models.Model):
    """From `from_at` on, `bps` of what a sale of this kind nets go to the pool. Rows are added,
    never changed: what was published stays to be read."""

    kind = models.CharField(_("kind"), max_length=12, choices=SaleKind)
    bps = models.PositiveSmallIntegerField(_("basis points"))
    from_at = models.DateTimeField(_("in force from"))
    note = models.CharField(_("note"), max_length=240, blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = ShareRateQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "-from_at"]
        constraints = [
            models.CheckConstraint(name="share_rate_bps", condition=Q(bps__lte=WHOLE)),
            models.CheckConstraint(name="share_rate_kind", condition=Q(kind__in=SaleKind.values)),
            models.UniqueConstraint(name="share_rate_once", fields=["kind", "from_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.bps}"


class ShareHolder(models.TextChoices):
    POOL = "pool", _("Incentive pool")
    LECTURER = "lecturer", _("Lecturer")


class LineShareQuerySet(models.QuerySet["LineShare"]):
    def maturing(self) -> Self:
        return self.filter(matured_at=None)


class LineShare(models.Model):
    """What one order line owes one holder: `bps` of what it nets, frozen when it was paid.

    `held_minor` is what the ledger holds for it now, in the order's currency: pending until
    `matured_at`, available after. One writer: checkout/services/shares.py, which posts each
    change; `audit` recounts it.
    """

    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="shares")
    holder = models.CharField(max_length=8, choices=ShareHolder)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="line_shares"
    )
    kind = models.CharField(max_length=12, choices=SaleKind)
    bps = models.PositiveSmallIntegerField()
    tax_bps = models.PositiveSmallIntegerField(default=0)
    held_minor = models.PositiveBigIntegerField(default=0, editable=False)
    steps = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    matures_at = models.DateTimeField()
    matured_at = models.DateTimeField(null=True, blank=True)

    objects = LineShareQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["matures_at"], condition=Q(matured_at=None), name="share_maturing"
            ),
        ]
        constraints = [
            models.CheckConstraint(name="line_share_bps", condition=Q(bps__gte=1, bps__lte=WHOLE)),
            models.CheckConstraint(
                name="line_share_holder",
                condition=Q(holder=ShareHolder.POOL, user=None)
                | Q(holder=ShareHolder.LECTURER, user__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_pool_share_per_line", fields=["line"], condition=Q(user=None)
            ),
            models.UniqueConstraint(
                name="one_share_per_lecturer",
                fields=["line", "user"],
                condition=Q(user__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder} {self.bps}"
