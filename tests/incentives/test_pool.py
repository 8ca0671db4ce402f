from datetime import UTC, date, datetime

import pytest

from incentives.queries.pool import Inflow, closed_until, purses
from orders.models import LineShare, SaleKind, ShareHolder
from tests.factories.accounts import UserFactory
from tests.factories.orders import OrderFactory, OrderLineFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def sell(count: int, month: int, *, held: int = 100, currency: str = "CNY", **fields) -> None:
    at = datetime(2026, month, 10, tzinfo=UTC)
    fields = {"kind": SaleKind.MEETUP, "holder": ShareHolder.POOL, **fields}
    for _ in range(count):
        line = OrderLineFactory(order=OrderFactory(paid=True, currency=currency))
        share = LineShare(line=line, bps=1000, matures_at=at, created_at=at, **fields)
        share.held_minor = held
        share.save()


def inflows() -> list[Inflow]:
    return [row for purse in purses(NOW) for row in purse.inflows]


def test_month_counts_once_it_is_over():
    sell(5, month=10)
    sell(5, month=11)

    assert inflows() == [Inflow("CNY", SaleKind.MEETUP, date(2026, 10, 1), 5, 500, 0)]


def test_month_with_few_orders_waits_for_the_next():
    sell(3, month=8)
    sell(1, month=9)
    assert inflows() == []

    sell(2, month=10, held=7)

    assert inflows() == [Inflow("CNY", SaleKind.MEETUP, date(2026, 10, 1), 6, 414, 0)]


def test_kinds_and_currencies_do_not_fill_each_other_up():
    sell(4, month=9)
    sell(4, month=9, kind=SaleKind.COURSE)
    sell(4, month=9, currency="JPY")

    assert inflows() == []


def test_lecturers_shares_are_not_the_pools():
    for _ in range(5):
        sell(1, month=9, holder=ShareHolder.LECTURER, user=UserFactory())

    assert inflows() == []


def test_purse_adds_up():
    sell(5, month=9)
    sell(6, month=10, kind=SaleKind.ONLINE_TALK, matured_at=NOW)
    (purse,) = purses(NOW)

    assert (purse.held_minor, purse.matured_minor, purse.maturing_minor) == (1100, 600, 500)
    assert purse.by_kind == [(SaleKind.ONLINE_TALK, 600), (SaleKind.MEETUP, 500)]
    assert purse.by_month == [(date(2026, 9, 1), 500), (date(2026, 10, 1), 600)]


def test_months_end_in_utc():
    assert closed_until(datetime.fromisoformat("2026-11-01T03:00+08:00")) == datetime(
        2026, 10, 1, tzinfo=UTC
    )


@pytest.mark.parametrize("months", [[9], [7, 8, 9]])
def test_purses_take_one_query(months, django_assert_num_queries):
    for month in months:
        sell(5, month=month)

    with django_assert_num_queries(1):
        purses(NOW)
