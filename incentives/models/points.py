from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from orders.models.shares import WHOLE


class Kind(models.TextChoices):
    """What sort of work it is; budgets of a period are divided by it."""

    ARTICLE = "article", pgettext_lazy("kind of contribution", "Article")
    TRANSLATION = "translation", pgettext_lazy("kind of contribution", "Translation")
    TALK = "talk", pgettext_lazy("kind of contribution", "Talk")
    VENUE_HELP = "venue_help", pgettext_lazy("kind of contribution", "Help at an event")
    CODE = "code", pgettext_lazy("kind of contribution", "Code")
    ANSWERS = "answers", pgettext_lazy("kind of contribution", "Answers")


class Size(models.TextChoices):
    SMALL = "S", pgettext_lazy("size of a contribution", "Small")
    MEDIUM = "M", pgettext_lazy("size of a contribution", "Medium")
    LARGE = "L", pgettext_lazy("size of a contribution", "Large")


class PointsTableQuerySet(models.QuerySet["PointsTable"]):
    def published(self) -> Self:
        return self.filter(published_at__isnull=False).order_by("-version")

    def in_force(self) -> "PointsTable | None":
        return self.published().first()

    def draft(self) -> "PointsTable | None":
        return self.filter(published_at=None).first()


class PointsTable(models.Model):
    """How many points work is worth, and which part of a period's money each kind may use.

    One draft at a time; once published, neither it nor its rows change: triggers refuse.
    """

    version = models.PositiveIntegerField(unique=True)
    note = models.CharField(_("what changes, and why"), max_length=240, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)

    objects = PointsTableQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.CheckConstraint(name="points_table_version", condition=Q(version__gte=1)),
            models.UniqueConstraint(
                Value(1),
                name="one_draft_of_points",
                condition=Q(published_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.version}"


class PointsRow(models.Model):
    table = models.ForeignKey(PointsTable, models.CASCADE, related_name="rows")
    kind = models.CharField(max_length=12, choices=Kind)
    size = models.CharField(max_length=1, choices=Size)
    points = models.PositiveIntegerField(_("points"))

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="points_row_once", fields=["table", "kind", "size"]),
            models.CheckConstraint(name="points_row_kind", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(name="points_row_size", condition=Q(size__in=Size.values)),
            models.CheckConstraint(
                name="points_row_points", condition=Q(points__gte=1, points__lte=1_000_000)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.size}: {self.points}"


class CategoryBudget(models.Model):
    """At most `bps` of what a period can spend go to work of this kind; the rest rolls over.
    Those of one table sum to 10000 at most."""

    table = models.ForeignKey(PointsTable, models.CASCADE, related_name="budgets")
    kind = models.CharField(max_length=12, choices=Kind)
    bps = models.PositiveSmallIntegerField(_("basis points"))

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="category_budget_once", fields=["table", "kind"]),
            models.CheckConstraint(name="category_budget_kind", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(name="category_budget_bps", condition=Q(bps__lte=WHOLE)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.bps}"
