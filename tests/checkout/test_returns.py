from datetime import timedelta

import pytest
from django.utils import timezone

from checkout.errors import RefundClosed
from checkout.services.returns import percent_at, return_units
from events.models import Event
from orders.models import Refund
from tests.checkout.shop import buy, paid_type, state
from ticketing.models import RefundRule, Ticket

START = timezone.now() + timedelta(days=30)
RULES = [RefundRule(hours_before=168, percent=100), RefundRule(hours_before=24, percent=50)]


@pytest.mark.parametrize(
    ("left", "percent"),
    [
        (timedelta(days=8), 100),
        (timedelta(hours=168), 100),
        (timedelta(hours=167), 50),
        (timedelta(hours=24), 50),
        (timedelta(hours=23), 0),
        (timedelta(hours=-1), 0),
    ],
)
def test_percent_is_that_of_the_nearest_rule_that_holds(left, percent):
    assert percent_at(RULES, Event(start_at=START), START - left) == percent


def test_canceled_event_returns_everything():
    assert percent_at([], Event(start_at=START, status="canceled"), START) == 100


def test_without_a_rule_nothing_goes_back():
    assert percent_at([], Event(start_at=START), START - timedelta(days=300)) == 0


@pytest.fixture
def order(gateway):
    order = buy(paid_type(), "Lin", "Mei")
    gateway.press(gateway.start(order))
    gateway.deliver()
    return order


def unit(order) -> Ticket:
    return Ticket.objects.filter(order_line__order=order).order_by("pk")[0]


@pytest.mark.django_db(transaction=True)
def test_buyer_gets_what_the_rule_says_and_the_place_is_free(order):
    ticket = unit(order)
    RefundRule.objects.create(event=ticket.event, hours_before=0, percent=50)

    return_units(order=order, units=[ticket.public_id], at=timezone.now())

    assert Refund.objects.get().amount_minor == 6_400
    assert state(order)[2:] == (["canceled", "valid"], 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("why", ["no rule", "admitted"])
def test_ticket_that_cannot_be_returned_changes_nothing(order, why):
    ticket = unit(order)
    if why == "admitted":
        RefundRule.objects.create(event=ticket.event, hours_before=0, percent=50)
        Ticket.objects.filter(pk=ticket.pk).update(checked_in_at=timezone.now())

    with pytest.raises(RefundClosed):
        return_units(order=order, units=[ticket.public_id], at=timezone.now())

    assert state(order)[2:] == (["valid", "valid"], 2)
    assert not Refund.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_free_ticket_can_be_given_back_until_the_start():
    order = buy(paid_type(price_minor=0))

    return_units(order=order, units=[unit(order).public_id], at=timezone.now())

    assert state(order)[2:] == (["canceled"], 0)
