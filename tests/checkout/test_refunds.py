from datetime import timedelta

import pytest
from django.utils import timezone

from checkout.errors import NotRefundable, PaymentDisputed
from checkout.queries.audit import differences
from checkout.services import disputes, inbox, refund_sending, refunds
from community.models import DisputePolicy
from core.effects import effects_dropped
from orders.gateways import stripe
from orders.models import Order, OrderStatus, Refund, RefundReason, RefundStatus
from sandbox.models import Charge, IdempotentCall
from sandbox.services import disputes as banks, refunds as dashboard
from tests.checkout.books import assert_books_agree, balances
from tests.checkout.shop import buy, buy_each, paid_type, state
from tests.factories.accounts import UserFactory
from tests.factories.ticketing import TicketTypeFactory
from ticketing.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)

FEE = 12_800 * 2 * 29 // 1000 + 30


@pytest.fixture
def order(gateway) -> Order:
    """Two tickets of ¥128, paid by card."""
    order = buy(paid_type(), "Lin", "Mei")
    gateway.press(gateway.start(order))
    gateway.deliver()
    order.refresh_from_db()
    return order


def units(order: Order) -> list[str]:
    tickets = Ticket.objects.filter(order_line__order=order).order_by("pk")
    return list(tickets.values_list("public_id", flat=True))


def give_back(order: Order, *which: str, **fields) -> list[Refund]:
    fields = {"by": None, "reason": RefundReason.ORGANIZER, **fields}
    return refunds.refund_units(order=order, units=which, **fields)


def test_payment_and_fee_stand_in_the_books(order):
    assert balances() == {"gateway_clearing": 25_600 - FEE, "fees": FEE, "revenue": -25_600}
    assert_books_agree()


def test_refund_of_one_ticket_leaves_the_other_alone(gateway, order):
    first, _second = units(order)

    give_back(order, first)
    gateway.deliver()

    assert state(order) == ("paid", ["succeeded"], ["canceled", "valid"], 1)
    assert balances() == {"gateway_clearing": 12_800 - FEE, "fees": FEE, "revenue": -12_800}
    assert_books_agree()


def test_refund_of_everything_closes_the_order(gateway, order):
    give_back(order, *units(order))
    gateway.deliver()

    assert state(order) == ("refunded", ["succeeded"], ["canceled", "canceled"], 0)
    assert balances() == {"gateway_clearing": -FEE, "fees": FEE}
    assert_books_agree()


def test_refund_twice_returns_money_once(order):
    first, _second = units(order)

    give_back(order, first)
    give_back(order, first)

    assert [refund.amount_minor for refund in Refund.objects.all()] == [12_800]
    assert_books_agree()


def test_part_of_the_price_goes_back_by_the_rule(order):
    first, second = units(order)

    (refund,) = give_back(order, first, second, percents={first: 50, second: 33})

    assert refund.amount_minor == 12_800 * 83 // 100
    assert state(order)[0] == OrderStatus.PAID
    assert_books_agree()


def test_unpaid_order_has_nothing_to_refund(gateway):
    order = buy(paid_type())

    with pytest.raises(NotRefundable):
        give_back(order, *units(order))


def test_gateway_down_leaves_the_refund_due_and_the_same_key_repeats_it(gateway, order, settings):
    works, settings.STRIPE_API_BASE = settings.STRIPE_API_BASE, "http://127.0.0.1:9"
    (refund,) = give_back(order, units(order)[0])
    refund.refresh_from_db()
    assert refund.status == RefundStatus.DUE

    settings.STRIPE_API_BASE = works
    for _again in range(2):
        refund_sending.send(refund=Refund.objects.get())

    refund.refresh_from_db()
    assert refund.status == RefundStatus.SUCCEEDED
    assert_books_agree()


def test_refund_whose_answer_was_lost_is_found_when_its_key_is_forgotten(gateway, order):
    (refund,) = give_back(order, units(order)[0])
    Refund.objects.update(
        status=RefundStatus.DUE, gateway_id="", created_at=timezone.now() - timedelta(hours=26)
    )
    IdempotentCall.objects.all().delete()

    refund_sending.send(refund=Refund.objects.get())

    refund.refresh_from_db()
    assert refund.status == RefundStatus.SUCCEEDED
    assert Charge.objects.get().amount_refunded == 12_800


def test_refund_in_the_dashboard_is_linked_to_payment_and_line(gateway, order):
    dashboard.refund(Charge.objects.get(), amount=5_000)
    gateway.deliver()

    refund = Refund.objects.get()
    assert (refund.line, refund.reason, refund.status) == (
        order.lines.get(),
        RefundReason.GATEWAY,
        RefundStatus.SUCCEEDED,
    )
    assert_books_agree()


def test_refund_that_fails_at_the_bank_is_owed_again_and_can_be_retried(gateway, order):
    (refund,) = give_back(order, units(order)[0])
    (made,) = Charge.objects.get().refunds.all()

    dashboard.end_refund(made, status="failed")
    gateway.deliver()
    refund.refresh_from_db()
    assert refund.status == RefundStatus.FAILED
    assert balances()["refunds_payable"] == -12_800
    assert_books_agree()

    refunds.retry_refund(refund=refund, by=UserFactory())
    refund.refresh_from_db()
    assert (refund.status, refund.attempt) == (RefundStatus.SUCCEEDED, 2)
    assert_books_agree()


def test_paid_twice_returns_the_second_payment_by_itself(gateway):
    order = buy(paid_type())
    first = gateway.start(order)
    order.payments.update(expires_at=order.created_at)
    second = gateway.start(order)

    for payment in (first, second):
        gateway.press(payment)
    gateway.deliver()
    gateway.deliver()

    assert state(order) == ("paid", ["succeeded", "refunded"], ["valid"], 1)
    assert_books_agree()


@pytest.mark.parametrize(
    ("policy", "opened", "lost"),
    [
        (DisputePolicy.KEEP, "valid", "valid"),
        (DisputePolicy.CANCEL_WHEN_LOST, "valid", "canceled"),
        (DisputePolicy.CANCEL_AT_ONCE, "canceled", "canceled"),
    ],
)
def test_dispute_decides_tickets_by_the_chapters_setting(gateway, order, policy, opened, lost):
    order.chapter.dispute_policy = policy
    order.chapter.save(update_fields=["dispute_policy"])
    dispute = banks.open_dispute(Charge.objects.get())
    gateway.deliver()
    assert state(order)[2] == [opened] * 2
    assert_books_agree()

    banks.close_dispute(dispute, is_won=False)
    gateway.deliver()

    assert state(order)[2] == [lost] * 2
    assert "disputed" not in balances()
    assert_books_agree()


def test_won_dispute_restores_the_revenue(gateway, order):
    dispute = banks.open_dispute(Charge.objects.get())
    gateway.deliver()
    with pytest.raises(PaymentDisputed):
        give_back(order, *units(order))

    banks.close_dispute(dispute, is_won=True)
    gateway.deliver()

    assert not order.payments.get().disputed
    assert balances()["revenue"] == -25_600
    assert_books_agree()


def test_dispute_that_comes_before_its_payment_settles_it_first(gateway):
    order = buy(paid_type())
    gateway.press(gateway.start(order), "lost")
    banks.open_dispute(Charge.objects.get())

    gateway.deliver()

    assert state(order)[0] == OrderStatus.PAID
    assert disputes.Dispute.objects.get().payment.order == order
    assert_books_agree()


def test_late_news_of_a_failed_try_does_not_undo_the_next_one(gateway, order):
    (refund,) = give_back(order, units(order)[0])
    (made,) = Charge.objects.get().refunds.all()
    dashboard.end_refund(made, status="failed")
    gateway.deliver()
    refund.refresh_from_db()
    old = stripe.fetch_refund(made.public_id)

    with effects_dropped():
        refunds.retry_refund(refund=refund)
    inbox.apply_refund(old, None)  # between the retry and its answer
    refund_sending.send(refund=Refund.objects.get())
    inbox.apply_refund(old, None)

    refund.refresh_from_db()
    assert (refund.status, refund.attempt) == (RefundStatus.SUCCEEDED, 2)
    assert_books_agree()


def test_look_that_is_older_than_what_is_known_changes_nothing(gateway, order):
    (refund,) = give_back(order, units(order)[0])
    (made,) = Charge.objects.get().refunds.all()
    earlier = stripe.fetch_refund(made.public_id)
    dashboard.end_refund(made, status="failed")
    gateway.deliver()

    inbox.apply_refund(earlier, None)

    refund.refresh_from_db()
    assert refund.status == RefundStatus.FAILED
    assert list(differences()) == []


def test_bank_that_turns_a_refund_away_reopens_what_was_closed(gateway, order):
    give_back(order, *units(order))
    gateway.deliver()
    assert state(order)[0] == OrderStatus.REFUNDED

    dashboard.end_refund(Charge.objects.get().refunds.get(), status="failed")
    gateway.deliver()

    assert state(order)[0] == OrderStatus.PAID


def test_second_payment_whose_refund_came_back_is_owed_again(gateway):
    order = buy(paid_type())
    first = gateway.start(order)
    order.payments.update(expires_at=order.created_at)
    for payment in (first, gateway.start(order)):
        gateway.press(payment)
    gateway.deliver()
    refund = Refund.objects.get()

    dashboard.end_refund(
        Charge.objects.get(refunds__public_id=refund.gateway_id).refunds.get(), status="failed"
    )
    gateway.deliver()

    assert state(order) == ("paid", ["succeeded", "refund_due"], ["valid"], 1)


def test_ticket_outlives_a_refund_in_the_dashboard_and_closes_the_order_when_it_goes(gateway):
    order = buy(paid_type())
    gateway.press(gateway.start(order))
    dashboard.refund(Charge.objects.get())
    gateway.deliver()
    assert state(order)[::2] == (OrderStatus.PAID, ["valid"])
    assert list(differences()) == []

    assert give_back(order, *units(order)) == []

    assert state(order)[::2] == (OrderStatus.REFUNDED, ["canceled"])
    assert_books_agree()


def test_what_the_dashboard_gave_back_is_not_given_twice_for_two_lines(gateway):
    kind = paid_type()
    other = TicketTypeFactory(event=kind.event, price_minor=5_000, quotas=kind.quotas.all())
    order = buy_each(kind, other)
    gateway.press(gateway.start(order))
    dashboard.refund(Charge.objects.get(), amount=7_000)
    gateway.deliver()
    assert Refund.objects.get().needs_review

    give_back(order, *units(order))
    gateway.deliver()

    assert sum(Refund.objects.values_list("amount_minor", flat=True)) == 17_800
    assert state(order)[0] == OrderStatus.REFUNDED
    assert_books_agree()
    assert list(differences()) == []


@pytest.mark.parametrize("amount", [12_800, 5_000])
def test_refund_in_the_dashboard_takes_the_place_of_one_that_failed(gateway, order, amount):
    give_back(order, *units(order))
    charge = Charge.objects.get()
    dashboard.end_refund(charge.refunds.get(), status="failed")
    gateway.deliver()

    dashboard.refund(charge, amount=amount)
    gateway.deliver()
    assert_books_agree()
    assert balances().get("refunds_payable", 0) == amount - 25_600
    assert list(differences()) == []

    refunds.retry_refund(refund=Refund.objects.get(status=RefundStatus.FAILED))
    gateway.deliver()
    assert state(order)[0] == OrderStatus.REFUNDED
    assert balances() == {"gateway_clearing": -FEE, "fees": FEE}
    assert list(differences()) == []


@pytest.mark.parametrize("first_heard", ["the one that failed", "the one that succeeded"])
def test_refunds_in_the_dashboard_end_alike_whichever_is_heard_of_first(
    gateway, order, first_heard
):
    charge = Charge.objects.get()
    failed = dashboard.refund(charge)
    dashboard.end_refund(failed, status="failed")
    succeeded = dashboard.refund(charge, amount=12_800)
    heard = [stripe.fetch_refund(made.public_id) for made in (failed, succeeded)]
    if first_heard == "the one that succeeded":
        heard.reverse()

    for found in heard:
        inbox.apply_refund(found, order.payments.get())

    left = Refund.objects.exclude(status=RefundStatus.REPLACED).order_by("status")
    assert list(left.values_list("status", "amount_minor")) == [
        (RefundStatus.FAILED, 12_800),
        (RefundStatus.SUCCEEDED, 12_800),
    ]
    assert balances()["refunds_payable"] == -12_800
    assert_books_agree()
    assert list(differences()) == []
