"""The tables of points as people read and compare them."""

from typing import NamedTuple

from django.db.models import Count, QuerySet

from incentives.models import Contribution, Kind, PointsTable, Size
from incentives.services.points import budgets_of, points_of


class Cell(NamedTuple):
    """`before` is None where nothing was, or nothing is compared."""

    size: Size
    points: int | None
    before: int | None = None

    @property
    def has_changed(self) -> bool:
        return self.before is not None and self.before != self.points


class Line(NamedTuple):
    kind: Kind
    cells: list[Cell]
    bps: int
    bps_before: int | None = None

    @property
    def has_new_budget(self) -> bool:
        return self.bps_before is not None and self.bps_before != self.bps


class Affected(NamedTuple):
    """Contributions that wait for a review, by what their authors asked for."""

    kind: Kind
    size: Size
    waiting: int
    before: int | None
    after: int | None


def in_force() -> PointsTable | None:
    return PointsTable.objects.published().prefetch_related("rows", "budgets").first()


def published() -> QuerySet[PointsTable]:
    return PointsTable.objects.published().prefetch_related("rows", "budgets")


def draft() -> PointsTable | None:
    drafts = PointsTable.objects.filter(published_at=None)
    return drafts.prefetch_related("rows", "budgets").first()


def lines(table: PointsTable, than: PointsTable | None = None) -> list[Line]:
    """A row a kind, compared with another table where one is given."""
    points, budgets = points_of(table), budgets_of(table)
    old_points = points_of(than) if than else {}
    old_budgets = budgets_of(than) if than else {}
    return [
        Line(
            kind,
            [Cell(s, points.get((kind, s)), old_points.get((kind, s))) for s in Size],
            budgets.get(kind, 0),
            old_budgets.get(kind),
        )
        for kind in Kind
    ]


def affected(table: PointsTable, current: PointsTable | None) -> list[Affected]:
    """What waits for a review and would be worth something else by `table`. One query."""
    now, then = points_of(current) if current else {}, points_of(table)
    waiting = Contribution.objects.waiting().order_by("kind", "size_asked")
    rows = waiting.values("kind", "size_asked").annotate(count=Count("pk"))
    return [
        Affected(
            Kind(row["kind"]), Size(row["size_asked"]), row["count"], now.get(key), then.get(key)
        )
        for row in rows
        for key in [(row["kind"], row["size_asked"])]
        if now.get(key) != then.get(key)
    ]
