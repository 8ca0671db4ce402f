"""The table of points: written as a draft, published whole, never changed after."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from core.logs import logger
from incentives.errors import BudgetsTooLarge, DraftIncomplete, DraftUnchanged
from incentives.models import CategoryBudget, Kind, PointsRow, PointsTable, Size
from orders.models.shares import WHOLE

# What a community without a table begins its draft with
FIRST_POINTS: dict[str, tuple[int, int, int]] = {
    Kind.ARTICLE: (10, 30, 80),
    Kind.TRANSLATION: (8, 20, 50),
    Kind.TALK: (20, 50, 100),
    Kind.VENUE_HELP: (5, 10, 20),
    Kind.CODE: (10, 30, 100),
    Kind.ANSWERS: (5, 15, 40),
}
FIRST_BUDGETS: dict[str, int] = {
    Kind.ARTICLE: 2000,
    Kind.TRANSLATION: 1500,
    Kind.TALK: 2500,
    Kind.VENUE_HELP: 1500,
    Kind.CODE: 1500,
    Kind.ANSWERS: 1000,
}
Points = Mapping[tuple[str, str], int]  # (kind, size) → points
Budgets = Mapping[str, int]  # kind → basis points


def points_of(table: PointsTable | None) -> dict[tuple[str, str], int]:
    if table is None:
        sizes = list(Size)
        return {
            (kind, size): FIRST_POINTS[kind][place]
            for kind in Kind
            for place, size in enumerate(sizes)
        }
    return {(row.kind, row.size): row.points for row in table.rows.all()}


def budgets_of(table: PointsTable | None) -> dict[str, int]:
    if table is None:
        return dict(FIRST_BUDGETS)
    return {budget.kind: budget.bps for budget in table.budgets.all()}


@transaction.atomic
def save_draft(*, by: User, points: Points, budgets: Budgets, note: str = "") -> PointsTable:
    """Keep what the next table shall say; there is one draft, and saving replaces it.

    Raises BudgetsTooLarge.
    """
    if sum(budgets.values()) > WHOLE:
        raise BudgetsTooLarge
    draft = PointsTable.objects.select_for_update().filter(published_at=None).first()
    if draft is None:
        newest = PointsTable.objects.aggregate(newest=Max("version"))["newest"] or 0
        draft = PointsTable(version=newest + 1)
    draft.note, draft.created_by, draft.created_at = note.strip(), by, timezone.now()
    draft.save()
    draft.rows.all().delete()
    draft.budgets.all().delete()
    PointsRow.objects.bulk_create(
        PointsRow(table=draft, kind=kind, size=size, points=value)
        for (kind, size), value in points.items()
    )
    CategoryBudget.objects.bulk_create(
        CategoryBudget(table=draft, kind=kind, bps=bps) for kind, bps in budgets.items()
    )
    return draft


@transaction.atomic
def publish(*, draft: PointsTable, by: User) -> PointsTable:
    """From now on work is accepted by this table; what is accepted keeps its points. Repeatable.

    Raises DraftIncomplete, BudgetsTooLarge, DraftUnchanged.
    """
    draft = PointsTable.objects.select_for_update().get(pk=draft.pk)
    if draft.published_at:
        return draft
    points, budgets = points_of(draft), budgets_of(draft)
    _check_whole(points, budgets)
    current = PointsTable.objects.in_force()
    if current and (points, budgets) == (points_of(current), budgets_of(current)):
        raise DraftUnchanged
    draft.published_by, draft.published_at = by, timezone.now()
    draft.save(update_fields=["published_by", "published_at"])
    logger.info("points_published", version=draft.version)
    return draft


def _check_whole(points: Points, budgets: Budgets) -> None:
    rows = [[points.get((kind, size), 0) for size in Size] for kind in Kind]
    if budgets.keys() != set(Kind) or any(row[0] < 1 or row != sorted(row) for row in rows):
        raise DraftIncomplete
    if sum(budgets.values()) > WHOLE:
        raise BudgetsTooLarge


@transaction.atomic
def drop_draft(*, draft: PointsTable) -> None:
    """Forget what was never published; the triggers hold what was."""
    PointsTable.objects.filter(pk=draft.pk, published_at=None).delete()
