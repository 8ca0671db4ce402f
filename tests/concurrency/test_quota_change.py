"""An organizer moves a ticket type from one quota to another while people buy it."""

import time

import pytest

from checkout.services.orders import place_order
from orders.models import Order
from tests.concurrency.threads import at_once
from tests.factories.accounts import UserFactory
from tests.factories.ticketing import QuotaFactory, TicketTypeFactory
from ticketing.errors import StockMoved
from ticketing.models import Quota, Ticket, TicketType
from ticketing.services import stock, types
from ticketing.services.sales import Selection, Wish

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

BUYERS = 24


@pytest.fixture
def kind():
    hall = QuotaFactory(name="Hall", size=100)
    QuotaFactory(event=hall.event, name="Garden", size=100)
    return TicketTypeFactory(event=hall.event, quotas=[hall])


def buy(kind: TicketType, number: int) -> Order:
    return place_order(
        wishes=[Wish(kind.event, [Selection(kind.public_id, f"Guest {number}")])],
        email=f"guest{number}@example.com",
        name=f"Guest {number}",
        language="en",
    )


def sell_while_quotas_change(kind: TicketType, *, among: list[list[str]]) -> list:
    """One organizer, who changes the quotas again and again, beside the buyers."""
    organizer = UserFactory()

    def act(number: int):
        if number:
            return buy(kind, number)
        for names in among:
            types.save_ticket_type(
                event=kind.event,
                by=organizer,
                ticket_type=kind,
                quotas=Quota.objects.filter(name__in=names),
            )
        return None

    return at_once(BUYERS + 1, act)


def wrong_counters() -> dict[int, int]:
    """By how much each quota's counter differs from its tickets."""
    counted = stock.counted(Quota.objects.values_list("pk", flat=True))
    quotas = Quota.objects.all()
    return {
        quota.pk: quota.taken - counted[quota.pk]
        for quota in quotas
        if quota.taken != counted[quota.pk]
    }


@pytest.mark.parametrize("other", [["Garden"], ["Hall", "Garden"], []])
def test_counters_stay_right_when_quotas_change_beside_a_sale(kind, other):
    results = sell_while_quotas_change(kind, among=[other, ["Hall"]] * 4)

    sold = [result for result in results if isinstance(result, Order)]
    refused = [result for result in results if isinstance(result, Exception)]
    assert {type(refusal) for refusal in refused} <= {StockMoved}
    assert len(sold) + len(refused) == BUYERS
    assert sold
    assert Ticket.objects.taking_places().count() == len(sold)
    assert wrong_counters() == {}


def draw_on_without_locks(*, ticket_type, quotas) -> None:
    """What a careless organizer's page does: count, then write what was counted."""
    touched = {quota.pk for quota in quotas} | {quota.pk for quota in ticket_type.quotas.all()}
    ticket_type.quotas.set(quotas)
    counted = stock.counted(touched)
    time.sleep(0.5)
    for quota_id, count in counted.items():
        Quota.objects.filter(pk=quota_id).update(taken=count)


def test_without_the_locks_the_same_change_miscounts(kind, monkeypatch):
    monkeypatch.setattr(stock, "draw_on", draw_on_without_locks)

    sell_while_quotas_change(kind, among=[["Garden"]])

    assert wrong_counters() != {}


def test_a_type_deleted_beside_its_sale_sells_nothing_or_stays(kind):
    organizer = UserFactory()

    def act(number: int):
        if number:
            return buy(kind, number)
        return types.retire_ticket_type(ticket_type=kind, by=organizer)

    results = at_once(4, act)

    sold = [result for result in results if isinstance(result, Order)]
    assert TicketType.objects.filter(pk=kind.pk).exists() == bool(sold)
    assert Ticket.objects.count() == len(sold)
    assert wrong_counters() == {}
