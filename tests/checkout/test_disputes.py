"""What a bank takes back, and what becomes of the tickets. More of it in test_refunds."""

import pytest

from checkout.queries.audit import differences
from checkout.services import disputes, event_refunds
from community.models import DisputePolicy
from events.services.events import cancel_event
from orders.gateways import stripe
from orders.models import Dispute, DisputeStatus, Order, Refund, RefundStatus
from sandbox.models import Charge
from sandbox.services import disputes as banks
from tests.checkout.books import assert_books_agree, balances
from tests.checkout.shop import buy, paid_type, state
from tests.factories.accounts import UserFactory
from ticketing.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)


def strict(order: Order) -> None:
    order.chapter.dispute_policy = DisputePolicy.CANCEL_AT_ONCE
    order.chapter.save(update_fields=["dispute_policy"])


def paid(gateway, kind, *holders: str) -> Order:
    order = buy(kind, *holders)
    gateway.press(gateway.start(order))
    gateway.deliver()
    return order


def paid_twice(gateway) -> tuple[Order, Charge]:
    """The order, and the charge that bought nothing; its refund is refused while it is disputed."""
    order = buy(paid_type())
    first = gateway.start(order)
    order.payments.update(expires_at=order.created_at)
    second = gateway.start(order)
    gateway.press(first)
    gateway.deliver()
    gateway.press(second)
    return order, Charge.objects.get(intent__metadata__payment=str(second.public_id))


def test_won_dispute_gives_the_tickets_back_that_it_ended(gateway):
    order = paid(gateway, paid_type(), "Lin", "Mei")
    strict(order)
    dispute = banks.open_dispute(Charge.objects.get())
    gateway.deliver()
    assert state(order)[2:] == (["canceled", "canceled"], 0)

    banks.close_dispute(dispute, is_won=True)
    gateway.deliver()

    assert state(order)[2:] == (["valid", "valid"], 2)
    assert_books_agree()


def test_won_dispute_pays_back_where_the_places_are_gone(gateway):
    kind = paid_type(size=1)
    order = paid(gateway, kind)
    strict(order)
    dispute = banks.open_dispute(Charge.objects.get())
    gateway.deliver()
    buy(kind, email="mei@example.com")

    banks.close_dispute(dispute, is_won=True)
    gateway.deliver()

    assert state(order) == ("refunded", ["succeeded"], ["canceled"], 1)
    assert [refund.amount_minor for refund in Refund.objects.all()] == [12_800]
    assert_books_agree()
    assert list(differences()) == []


def test_dispute_of_the_money_that_bought_nothing_leaves_the_ticket_alone(gateway):
    order, charge = paid_twice(gateway)
    strict(order)
    dispute = banks.open_dispute(charge)
    gateway.deliver()
    assert state(order)[2] == ["valid"]
    banks.close_dispute(dispute, is_won=False)
    gateway.deliver()
    assert state(order)[2] == ["valid"]

    cancel_event(event=Ticket.objects.get().event, by=UserFactory(), reason="flood")
    event_refunds.request_refunds(event=Ticket.objects.get().event, by=UserFactory())
    event_refunds.refund_some(event=Ticket.objects.get().event, limit=10)

    assert state(order)[2] == ["canceled"]
    assert state(order)[0] == "refunded"
    assert_books_agree()


def test_look_from_before_the_verdict_does_not_reopen_a_dispute(gateway):
    order = paid(gateway, paid_type())
    dispute = banks.open_dispute(Charge.objects.get())
    gateway.deliver()
    earlier = stripe.fetch_dispute(dispute.public_id)
    banks.close_dispute(dispute, is_won=True)
    gateway.deliver()

    disputes.apply_dispute(payment=order.payments.get(), found=earlier)

    assert Dispute.objects.get().status == DisputeStatus.WON
    assert balances()["revenue"] == -12_800
    assert_books_agree()
    assert list(differences()) == []


def test_lost_dispute_settles_what_was_owed_and_refused_meanwhile(gateway):
    order, charge = paid_twice(gateway)
    dispute = banks.open_dispute(charge)
    gateway.deliver()
    assert balances()["refunds_payable"] == -12_800

    banks.close_dispute(dispute, is_won=False)
    gateway.deliver()

    assert state(order)[:2] == ("paid", ["succeeded", "refunded"])
    assert Refund.objects.get().status == RefundStatus.REPLACED
    assert {"refunds_payable", "disputed"} & balances().keys() == set()
    assert balances()["revenue"] == -12_800
    assert_books_agree()
    assert list(differences()) == []
