from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from checkout import jobs
from checkout.queries.audit import differences
from checkout.services import event_refunds
from checkout.services.refunds import refund_units
from events.services.events import cancel_event
from orders.models import Dispute, Order, Payment, Refund, RefundReason
from sandbox.models import Charge, CheckoutSession, Dispute as SandboxDispute
from sandbox.services import disputes as banks, refunds as dashboard
from tests.checkout.books import assert_books_agree
from tests.checkout.shop import buy, paid_type, state
from tests.factories.accounts import UserFactory
from ticketing.errors import EventStillOn
from ticketing.models import Quota, Ticket

pytestmark = pytest.mark.django_db(transaction=True)


def paid_order(gateway, kind, *holders) -> Order:
    order = buy(kind, *holders)
    gateway.press(gateway.start(order))
    gateway.deliver()
    return order


def test_event_that_is_on_is_not_refunded():
    with pytest.raises(EventStillOn):
        event_refunds.request_refunds(event=paid_type().event, by=UserFactory())


def test_canceled_event_refunds_every_order_once_in_steps(gateway):
    kind, person = paid_type(), UserFactory()
    orders = [paid_order(gateway, kind, "Lin", "Mei"), paid_order(gateway, kind)]
    cancel_event(event=kind.event, by=person, reason="flood")
    for _again in range(2):
        event_refunds.request_refunds(event=kind.event, by=person)

    assert event_refunds.refund_some(event=kind.event, limit=1) == 1
    assert event_refunds.orders_to_refund(kind.event).count() == 1
    for _again in range(2):
        jobs.refund_events()

    assert [state(order)[0] for order in orders] == ["refunded", "refunded"]
    assert sorted(Refund.objects.values_list("amount_minor", flat=True)) == [12_800, 25_600]
    assert_books_agree()
    assert list(differences()) == []


def test_audit_names_what_does_not_add_up(gateway, capsys):
    order = paid_order(gateway, paid_type())
    call_command("audit")
    Quota.objects.update(taken=5)
    Payment.objects.update(fee_minor=1)

    with pytest.raises(CommandError):
        call_command("audit")

    said = capsys.readouterr().out
    assert f"quota {Quota.objects.get().pk}: 5 taken, 1 tickets hold a place" in said
    assert "ledger fees CNY" in said
    assert order.lines.count() == 1


def test_reconcile_repairs_a_payment_and_a_refund_that_nobody_told_us(gateway, capsys):
    order = buy(paid_type())
    gateway.press(gateway.start(order), "lost")
    dashboard.refund(Charge.objects.get(), amount=800)

    call_command("reconcile", since="2026-01-01")
    call_command("reconcile", since="2026-01-01")

    assert state(order)[:2] == ("paid", ["succeeded"])
    assert capsys.readouterr().out.count("repaired") == 2  # the payment, then its refund
    assert_books_agree()
    assert list(differences()) == []


def test_reconcile_repairs_a_dispute_that_nobody_told_us(gateway, capsys):
    paid_order(gateway, paid_type())
    banks.close_dispute(banks.open_dispute(Charge.objects.get()), is_won=False)

    call_command("reconcile")
    call_command("reconcile")

    assert capsys.readouterr().out.count("disputes [12800 lost]") == 1
    assert_books_agree()
    assert list(differences()) == []


def test_reconcile_sees_what_went_back_of_an_old_payment(gateway, capsys):
    order = paid_order(gateway, paid_type())
    long_ago = timezone.now() - timedelta(days=40)
    Payment.objects.update(started_at=long_ago)
    CheckoutSession.objects.update(created_at=long_ago)
    dashboard.refund(Charge.objects.get())

    call_command("reconcile")
    call_command("reconcile")

    assert [refund.amount_minor for refund in Refund.objects.all()] == [order.total_minor]
    assert capsys.readouterr().out.count("repaired") == 1
    assert_books_agree()


def test_reconcile_asks_how_an_old_dispute_ended(gateway, capsys):
    paid_order(gateway, paid_type())
    dispute = banks.open_dispute(Charge.objects.get())
    gateway.deliver()
    SandboxDispute.objects.update(created_at=timezone.now() - timedelta(days=40))
    dispute.refresh_from_db()
    banks.close_dispute(dispute, is_won=False)

    call_command("reconcile")

    assert Dispute.objects.get().status == "lost"
    assert capsys.readouterr().out.count("repaired") == 1
    assert_books_agree()


def test_reconcile_reports_a_refund_that_the_gateway_does_not_know(gateway, capsys):
    order = paid_order(gateway, paid_type())
    units = Ticket.objects.values_list("public_id", flat=True)
    refund_units(order=order, units=units, by=None, reason=RefundReason.ORGANIZER)
    Refund.objects.update(gateway_id="re_unheard_of")

    with pytest.raises(CommandError):
        call_command("reconcile")

    pk = Refund.objects.get().pk
    assert f"refund {pk} was sent, but the gateway does not list it" in capsys.readouterr().out


def test_reconcile_reports_a_payment_that_the_gateway_does_not_know(gateway):
    order = paid_order(gateway, paid_type())
    order.payments.update(gateway_id="cs_test_unheard_of")

    with pytest.raises(CommandError):
        call_command("reconcile")
