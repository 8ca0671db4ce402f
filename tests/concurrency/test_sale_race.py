import uuid
from functools import partial
from threading import Barrier

import pytest

from checkout.services.orders import place_order
from orders.models import Order
from tests.concurrency.threads import at_once
from tests.factories.ticketing import QuotaFactory, TicketTypeFactory
from ticketing.errors import SoldOut
from ticketing.models import Quota, Ticket
from ticketing.services import stock
from ticketing.services.sales import Selection, Wish

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

BUYERS, PLACES = 50, 10


def sell_to_everybody(kind) -> list:
    def buy(number: int) -> Order:
        return place_order(
            wishes=[Wish(kind.event, [Selection(kind.public_id, f"Guest {number}")])],
            email=f"guest{number}@example.com",
            name=f"Guest {number}",
            language="en",
        )

    return at_once(BUYERS, buy)


def take_without_guard(counts, everybody_looked: Barrier) -> None:
    """What a careless seller does: read, look, write."""
    for quota in Quota.objects.filter(ticket_types__in=counts):
        places = sum(counts.values())
        if quota.left < places:
            raise SoldOut(left=quota.left)
        everybody_looked.wait()
        Quota.objects.filter(pk=quota.pk).update(taken=quota.taken + places)


@pytest.fixture
def kind():
    hall = QuotaFactory(size=PLACES)
    return TicketTypeFactory(event=hall.event, quotas=[hall])


def test_fifty_buyers_get_exactly_ten_places(kind):
    results = sell_to_everybody(kind)

    assert sorted(type(result).__name__ for result in results) == (
        ["Order"] * PLACES + ["SoldOut"] * (BUYERS - PLACES)
    )
    assert Ticket.objects.taking_places().count() == Quota.objects.get().taken == PLACES


def test_without_the_guard_the_same_sale_oversells(kind, monkeypatch):
    barrier = Barrier(BUYERS, timeout=60)
    monkeypatch.setattr(stock, "take", partial(take_without_guard, everybody_looked=barrier))

    sell_to_everybody(kind)

    assert Ticket.objects.taking_places().count() == BUYERS


def test_one_intent_sent_ten_times_at_once_is_one_order(kind):
    key = uuid.uuid4()

    def submit(_number: int) -> Order:
        return place_order(
            wishes=[Wish(kind.event, [Selection(kind.public_id, "Lin")])],
            email="lin@example.com",
            name="Lin",
            language="en",
            client_key=key,
        )

    orders = at_once(10, submit)

    assert {order.pk for order in orders} == {Order.objects.get().pk}
    assert Quota.objects.get().taken == 1


def test_types_that_share_quotas_in_any_order_do_not_deadlock():
    hall, early = QuotaFactory(size=40), QuotaFactory(size=40)
    kinds = [
        TicketTypeFactory(event=hall.event, quotas=quotas)
        for quotas in ([hall, early], [early, hall])
    ]

    def take_and_return(number: int) -> None:
        order = place_order(
            wishes=[
                Wish(
                    hall.event,
                    [
                        Selection(kind.public_id, "Lin")
                        for kind in (kinds if number % 2 else reversed(kinds))
                    ],
                )
            ],
            email="lin@example.com",
            name="Lin",
            language="en",
        )
        assert order.is_paid

    results = at_once(16, take_and_return)

    assert results == [None] * 16
    assert list(Quota.objects.values_list("taken", flat=True)) == [32, 32]
