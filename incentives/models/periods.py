"""Periods, and what each of their statements says."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from core.ids import public_id
from core.money import CURRENCY_CHOICES
from incentives.models.contributions import ContributionShare
from incentives.models.points import Kind, PointsTable
from incentives.settlement import Snapshot, read


class PeriodStatus(models.TextChoices):
    OPEN = "open", pgettext_lazy("period", "Open")
    FROZEN = "frozen", pgettext_lazy("period", "Frozen")
    PUBLISHED = "published", pgettext_lazy("period", "Published")
    FINAL = "final", pgettext_lazy("period", "Final")


AT_WORK = (PeriodStatus.FROZEN, PeriodStatus.PUBLISHED)


class PeriodQuerySet(models.QuerySet["Period"]):
    def public(self) -> Self:
        """Those of which everybody may read: published, final, or once published."""
        return self.filter(Q(status__in=[PeriodStatus.PUBLISHED, PeriodStatus.FINAL]))


class Period(models.Model):
    """A span of days whose accepted work shares in what the pool has.

    At most one is being settled at a time: what a frozen one was promised cannot be promised
    to another.
    """

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    start_on = models.DateField(_("first day"))
    end_on = models.DateField(_("last day"))
    status = models.CharField(max_length=10, choices=PeriodStatus, default=PeriodStatus.OPEN)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    frozen_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    disputes_until = models.DateTimeField(null=True, blank=True)
    final_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    final_at = models.DateTimeField(null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        ordering = ["-start_on"]
        constraints = [
            models.CheckConstraint(
                name="period_ends_after_start", condition=Q(end_on__gte=F("start_on"))
            ),
            models.CheckConstraint(
                name="period_status", condition=Q(status__in=PeriodStatus.values)
            ),
            models.CheckConstraint(
                name="period_published_until",
                condition=Q(disputes_until__isnull=False, published_at__isnull=False)
                | ~Q(status__in=[PeriodStatus.PUBLISHED, PeriodStatus.FINAL]),
            ),
            models.CheckConstraint(
                name="period_final_at",
                condition=Q(status=PeriodStatus.FINAL, final_at__isnull=False)
                | Q(~Q(status=PeriodStatus.FINAL), final_at=None),
            ),
            models.UniqueConstraint(
                Value(1), name="one_period_at_work", condition=Q(status__in=AT_WORK)
            ),
            models.UniqueConstraint(name="period_begins_once", fields=["start_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.start_on} – {self.end_on}"

    def get_absolute_url(self) -> str:
        return reverse("incentives:period-detail", args=[self.public_id])

    @property
    def span(self) -> str:
        """As a statement's inputs name it."""
        return f"{self.start_on:%Y-%m-%d}/{self.end_on:%Y-%m-%d}"


class StatementQuerySet(models.QuerySet["Statement"]):
    def published(self) -> Self:
        """The chain, oldest first: withdrawn ones are links of it, too."""
        return self.filter(published_at__isnull=False).order_by("pk")

    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class Statement(models.Model):
    """How a period's money in one currency is divided. Everything follows from `inputs`, whose
    digest names the statement and whose `previous` is the one published before.

    What it says never changes, and one that was published is never deleted: triggers refuse.
    """

    period = models.ForeignKey(Period, models.PROTECT, related_name="statements")
    table = models.ForeignKey(PointsTable, models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3, choices=CURRENCY_CHOICES)
    available_minor = models.PositiveBigIntegerField()
    divided_minor = models.PositiveBigIntegerField()
    inputs = models.TextField()
    digest = models.CharField(max_length=64, unique=True)
    previous = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="statement_divides_what_is_there",
                condition=Q(divided_minor__lte=F("available_minor")),
            ),
            models.UniqueConstraint(
                name="one_statement_stands",
                fields=["period", "currency"],
                condition=Q(withdrawn_at=None),
            ),
            models.UniqueConstraint(
                name="statement_followed_once",
                fields=["previous"],
                condition=Q(published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.digest[:12]}"

    @property
    def snapshot(self) -> Snapshot:
        return read(self.inputs)

    @property
    def rolled_over_minor(self) -> int:
        return self.available_minor - self.divided_minor


class StatementLine(models.Model):
    """What one person gets for one kind of work. `person` is their id in the inputs."""

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="lines")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="statement_lines"
    )
    person = models.CharField(max_length=16)
    kind = models.CharField(max_length=12, choices=Kind)
    points = models.PositiveIntegerField()
    amount_minor = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="statement_line_once", fields=["statement", "person", "kind"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.points}: {self.amount_minor}"


class SettledShare(models.Model):
    """That a part of a contribution is in a period's statements. Once, ever: an accepted piece
    of work is not paid again in the next."""

    period = models.ForeignKey(Period, models.CASCADE, related_name="settled")
    share = models.OneToOneField(ContributionShare, models.PROTECT, related_name="settled")

    def __str__(self) -> str:
        return f"{self.period}: {self.share}"


class StatementDispute(models.Model):
    """A contributor says that a published statement is wrong; a treasurer answers."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    period = models.ForeignKey(Period, models.PROTECT, related_name="disputes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(_("what is wrong"), max_length=2000)
    at = models.DateTimeField(default=timezone.now)
    answer = models.TextField(_("answer"), blank=True, max_length=2000)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="dispute_answered_by_another",
                condition=Q(answered_by=None) | ~Q(answered_by=F("by")),
            ),
            models.CheckConstraint(
                name="dispute_answered",
                condition=Q(answered_at=None, answer="")
                | Q(~Q(answer=""), answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period}: {self.text[:40]}"
