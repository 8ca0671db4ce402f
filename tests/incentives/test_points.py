import pytest

from incentives.errors import BudgetsTooLarge, DraftIncomplete, DraftUnchanged
from incentives.models import Kind, PointsTable, Size
from incentives.services.points import (
    budgets_of,
    drop_draft,
    points_of,
    publish,
    save_draft,
)
from tests.factories.accounts import UserFactory
from tests.factories.incentives import PointsTableFactory

pytestmark = pytest.mark.django_db


def draft(**changes):
    said = {"points": points_of(None), "budgets": budgets_of(None)} | changes
    return save_draft(by=UserFactory(), **said)


def test_a_draft_is_replaced_until_it_is_published():
    first = draft(note="One")
    again = draft(note="Two", points=points_of(None) | {(Kind.CODE, Size.LARGE): 120})

    assert (again.pk, again.version) == (first.pk, 1)
    assert points_of(again)[Kind.CODE, Size.LARGE] == 120
    published = publish(draft=again, by=UserFactory())
    assert PointsTable.objects.in_force() == published
    assert draft(note="Three").version == 2


def test_a_table_is_published_once():
    table, by = draft(), UserFactory()

    first = publish(draft=table, by=by)
    second = publish(draft=table, by=UserFactory())

    assert (second.published_by, second.published_at) == (by, first.published_at)


@pytest.mark.parametrize(
    "hole",
    [
        {(Kind.TALK, Size.SMALL): 60},
        {(Kind.TALK, Size.LARGE): 1},
    ],
)
def test_a_larger_work_is_never_worth_less(hole):
    table = draft(points=points_of(None) | hole)

    with pytest.raises(DraftIncomplete):
        publish(draft=table, by=UserFactory())


def test_every_kind_and_size_has_its_points():
    points = points_of(None)
    del points[Kind.CODE, Size.MEDIUM]

    with pytest.raises(DraftIncomplete):
        publish(draft=draft(points=points), by=UserFactory())


def test_budgets_are_a_whole_at_most():
    with pytest.raises(BudgetsTooLarge):
        draft(budgets=dict.fromkeys(Kind, 1700))

    assert PointsTable.objects.count() == 0


def test_what_changes_nothing_is_not_published():
    table = PointsTableFactory()
    same = draft(points=points_of(table), budgets=budgets_of(table))

    with pytest.raises(DraftUnchanged):
        publish(draft=same, by=UserFactory())


def test_a_draft_is_dropped_a_published_table_stays():
    table, other = PointsTableFactory(), PointsTableFactory(draft=True)

    drop_draft(draft=other)
    drop_draft(draft=table)

    assert list(PointsTable.objects.all()) == [table]
