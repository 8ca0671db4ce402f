"""Refunds, disputes and the provider's books."""

import threading
from collections import Counter

import pytest
import stripe

from sandbox.models import BalanceTransaction, Charge, Fault, FaultKind, Refund
from sandbox.services.clock import tick
from sandbox.services.disputes import close_dispute, open_dispute
from sandbox.services.payments import fail, settle
from sandbox.services.refunds import end_refund
from tests.sandbox.conftest import press


@pytest.fixture
def charge(session) -> Charge:
    press(session.id, "pay")
    return Charge.objects.get()


@pytest.fixture
def wallet_charge(session) -> Charge:
    press(session.id, "pay", method="alipay")
    return Charge.objects.get()


def books() -> list[tuple[str, int, int]]:
    return list(BalanceTransaction.objects.order_by("pk").values_list("kind", "amount", "fee"))


def let_time_pass() -> None:
    Refund.objects.filter(ends_at__isnull=False).update(ends_at="2020-01-01T00:00Z")


def refuse(gateway, code, **asked) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        gateway.v1.refunds.create(asked)
    assert caught.value.code == code


def test_refund_gives_back_a_part_and_then_the_rest(gateway, shop, charge):
    intent = charge.intent.public_id

    part = gateway.v1.refunds.create(
        {"payment_intent": intent, "amount": 2800, "metadata": {"refund": "r1"}}
    )
    assert (part.status, part.amount, part.currency) == ("succeeded", 2800, "cny")
    assert (part.charge, part.payment_intent) == (charge.public_id, intent)
    assert part.metadata["refund"] == "r1"
    partly = gateway.v1.charges.retrieve(charge.public_id)
    assert (partly.amount_refunded, partly.refunded) == (2800, False)

    rest = gateway.v1.refunds.create({"charge": charge.public_id})
    assert rest.amount == 10000
    wholly = gateway.v1.charges.retrieve(charge.public_id, {"expand": ["refunds"]})
    assert (wholly.amount_refunded, wholly.refunded) == (12800, True)
    assert [refund.id for refund in wholly.refunds.data] == [rest.id, part.id]
    assert books() == [("charge", 12800, 401), ("refund", -2800, 0), ("refund", -10000, 0)]


def test_refund_never_goes_beyond_the_charge(gateway, charge):
    refuse(gateway, None, charge=charge.public_id, amount=12801)
    gateway.v1.refunds.create({"charge": charge.public_id, "amount": 12800})
    refuse(gateway, "charge_already_refunded", charge=charge.public_id, amount=1)
    refuse(gateway, "charge_already_refunded", charge=charge.public_id)

    assert Refund.objects.count() == 1


def test_refunds_at_one_moment_never_go_beyond_the_charge(live_gateway, live_session):
    press(live_session.id, "pay")
    charge = Charge.objects.get()
    outcomes = Counter()
    at_once = threading.Barrier(5)

    def refund():
        at_once.wait()
        try:
            live_gateway.v1.refunds.create({"charge": charge.public_id, "amount": 5000})
            outcomes["given"] += 1
        except stripe.InvalidRequestError:
            outcomes["refused"] += 1

    threads = [threading.Thread(target=refund) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    charge.refresh_from_db()
    assert outcomes == {"given": 2, "refused": 3}
    assert charge.amount_refunded == 10000


def test_refund_of_what_was_never_paid_is_refused(gateway, session):
    press(session.id, "decline")
    declined = Charge.objects.get()

    refuse(gateway, "payment_intent_unexpected_state", charge=declined.public_id)
    refuse(gateway, "payment_intent_unexpected_state", payment_intent=declined.intent.public_id)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, None),
        ({"payment_intent": "pi_none"}, "resource_missing"),
        ({"charge": "ch_none", "amount": 0}, "parameter_invalid_integer"),
        ({"charge": "ch_none", "amount": -5}, "parameter_invalid_integer"),
        ({"charge": "ch_none", "reason": "whim"}, None),
    ],
)
def test_refund_refuses_wrong_parameters(gateway, db, asked, code):
    refuse(gateway, code, **asked)


def test_refund_events(gateway, shop, charge):
    tick()
    shop.posts.clear()

    gateway.v1.refunds.create({"charge": charge.public_id})
    tick()

    assert shop.kinds == ["refund.created", "charge.refunded"]


def test_wallet_refund_is_pending_before_it_succeeds(gateway, shop, wallet_charge):
    made = gateway.v1.refunds.create({"charge": wallet_charge.public_id})
    assert (made.status, made.pending_reason) == ("pending", "processing")

    let_time_pass()

    assert gateway.v1.refunds.retrieve(made.id).status == "succeeded"
    tick()
    assert shop.kinds[-1] == "refund.updated"
    assert gateway.v1.refunds.list({"charge": wallet_charge.public_id}).data[0].id == made.id


def test_refund_that_fails_brings_the_money_back(gateway, shop, charge):
    made = gateway.v1.refunds.create({"charge": charge.public_id, "amount": 2800})

    end_refund(Refund.objects.get(), status="failed")

    failed = gateway.v1.refunds.retrieve(made.id, {"expand": ["failure_balance_transaction"]})
    assert (failed.status, failed.failure_reason) == ("failed", "lost_or_stolen_card")
    assert failed.failure_balance_transaction.amount == 2800
    assert gateway.v1.charges.retrieve(charge.public_id).amount_refunded == 0
    tick()
    assert shop.kinds[-1] == "refund.failed"
    assert gateway.v1.refunds.create({"charge": charge.public_id}).amount == 12800


def test_refund_can_be_ordered_to_fail(gateway, charge):
    Fault.objects.create(kind=FaultKind.REFUND_FAILS)
    doomed = gateway.v1.refunds.create({"charge": charge.public_id, "amount": 100})
    fine = gateway.v1.refunds.create({"charge": charge.public_id, "amount": 100})

    let_time_pass()

    assert gateway.v1.refunds.retrieve(doomed.id).status == "failed"
    assert gateway.v1.refunds.retrieve(fine.id).status == "succeeded"


def test_dispute_takes_the_money_and_blocks_refunds(gateway, shop, charge):
    gateway.v1.refunds.create({"charge": charge.public_id, "amount": 2800})

    open_dispute(charge)

    [dispute] = gateway.v1.disputes.list({"payment_intent": charge.intent.public_id}).data
    assert (dispute.status, dispute.amount, dispute.charge) == (
        "needs_response",
        10000,
        charge.public_id,
    )
    assert [entry.net for entry in dispute.balance_transactions] == [-11500]
    assert gateway.v1.charges.retrieve(charge.public_id).disputed is True
    refuse(gateway, "charge_disputed", charge=charge.public_id)
    tick()
    assert shop.kinds[-2:] == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]


def test_won_dispute_gives_the_money_back(gateway, shop, charge):
    dispute = close_dispute(open_dispute(charge), is_won=True)

    assert gateway.v1.disputes.retrieve(dispute.public_id).status == "won"
    assert books()[1:] == [("adjustment", -12800, 1500), ("adjustment", 12800, 0)]
    assert gateway.v1.refunds.create({"charge": charge.public_id}).amount == 12800
    tick()
    assert "charge.dispute.funds_reinstated" in shop.kinds
    assert "charge.dispute.closed" in shop.kinds


def test_lost_dispute_keeps_the_money(gateway, shop, charge):
    dispute = close_dispute(open_dispute(charge), is_won=False)

    assert gateway.v1.disputes.retrieve(dispute.public_id).status == "lost"
    assert len(books()) == 2
    refuse(gateway, "charge_disputed", charge=charge.public_id)
    tick()
    assert shop.kinds[-1] == "charge.dispute.closed"


def test_slow_bank_says_yes(gateway, shop, session):
    press(session.id, "slow")

    settle(Charge.objects.get())

    paid = gateway.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (paid.payment_status, paid.payment_intent.status) == ("paid", "succeeded")
    tick()
    assert shop.kinds == [
        "checkout.session.completed",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.async_payment_succeeded",
    ]


def test_slow_bank_says_no(gateway, shop, session):
    press(session.id, "slow")

    fail(Charge.objects.get())

    unpaid = gateway.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (unpaid.status, unpaid.payment_status) == ("complete", "unpaid")
    assert unpaid.payment_intent.status == "requires_payment_method"
    tick()
    assert shop.kinds[1:] == [
        "payment_intent.payment_failed",
        "checkout.session.async_payment_failed",
    ]


def test_books_are_listed_by_source(gateway, charge):
    gateway.v1.refunds.create({"charge": charge.public_id, "amount": 100})

    [entry] = gateway.v1.balance_transactions.list({"source": charge.public_id}).data

    assert (entry.type, entry.amount, entry.currency) == ("charge", 12800, "cny")
    assert gateway.v1.balance_transactions.retrieve(entry.id).fee_details[0].amount == 401
    [given_back] = gateway.v1.balance_transactions.list({"type": "refund"}).data
    assert given_back.net == -100
