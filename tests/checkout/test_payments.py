from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from checkout import jobs
from checkout.errors import OrderNotOpen
from checkout.services import inbox, payments, settling
from core.effects import effects_dropped
from orders.errors import GatewayError
from orders.models import GatewayEvent, InboxStatus, Order, Payment, Refund
from tests.checkout.shop import buy, paid_type, state
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

PAID = ("paid", ["succeeded"], ["valid"], 1)
WAITING = ("open", ["started"], ["held"], 1)


def owed(order: Order) -> list[tuple[int, str, str]]:
    refunds = Refund.objects.filter(payment__order=order)
    return list(refunds.values_list("amount_minor", "currency", "reason"))


def overdue(order: Order) -> Order:
    Order.objects.filter(pk=order.pk).update(hold_until=timezone.now() - timedelta(seconds=1))
    order.refresh_from_db()
    return order


def test_payment_starts_once_and_outlives_its_session(gateway):
    order = buy(paid_type())

    first, again = gateway.start(order), gateway.start(order)

    assert (first.pk, first.checkout_url) == (again.pk, again.checkout_url)
    order.refresh_from_db()
    assert order.hold_until - first.expires_at == timedelta(minutes=5)


def test_webhook_settles_a_paid_order_and_mails_the_tickets(gateway):
    order = buy(paid_type())

    gateway.press(gateway.start(order))
    assert state(order) == WAITING
    gateway.deliver()

    assert state(order) == PAID
    assert [message.to for message in mail.outbox] == [["lin@example.com"]]


def test_return_page_before_the_webhook_settles_once(gateway):
    order = buy(paid_type())
    gateway.press(gateway.start(order))

    payments.refresh_order(order=order)
    assert state(order) == PAID
    gateway.deliver()

    assert state(order) == PAID
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("outcome", ["twice", "reversed", "late"])
def test_events_twice_late_or_out_of_order_give_the_same_state(gateway, outcome):
    order = buy(paid_type())

    gateway.press(gateway.start(order), outcome, seconds=1)
    payments.refresh_order(order=order)
    while gateway.deliver():
        continue

    assert state(order) == PAID
    assert len(mail.outbox) == 1


def test_lost_webhook_is_made_good_by_the_clock(gateway):
    order = buy(paid_type())
    gateway.press(gateway.start(order), "lost")

    payments.expire_overdue(at=overdue(order).hold_until + timedelta(seconds=1))

    assert state(order) == PAID


def test_declined_card_keeps_the_hold_and_can_try_again(gateway):
    order = buy(paid_type())
    payment = gateway.start(order)

    gateway.press(payment, "decline")
    gateway.deliver()
    assert state(order) == WAITING
    gateway.press(payment)
    gateway.deliver()

    assert state(order) == PAID


def test_slow_bank_keeps_the_places_until_it_has_decided(gateway):
    order = buy(paid_type())
    gateway.press(gateway.start(order), "slow")
    gateway.deliver()

    payments.expire_overdue(at=overdue(order).hold_until + timedelta(seconds=1))

    assert state(order) == WAITING
    page = Client(headers={"accept-language": "en"}).get(order.get_absolute_url())
    assert "Your payment is being confirmed" in page.text
    assert "Your time to pay is over" not in page.text


def test_expiry_ends_the_payment_page_and_returns_places_once(gateway):
    order = buy(paid_type())
    payment = gateway.start(order)
    at = overdue(order).hold_until + timedelta(seconds=1)

    assert payments.expire_overdue(at=at) == 1
    assert payments.expire_overdue(at=at) == 0
    gateway.press(payment)
    gateway.deliver()

    assert state(order) == ("expired", ["failed"], ["canceled"], 0)


def test_a_hold_that_ran_out_is_told_once_with_a_way_back(gateway):
    order = buy(paid_type(), language="zh-hans")
    gateway.start(order)

    jobs.expire_orders()
    overdue(order)
    for _again in range(2):
        jobs.expire_orders()
        jobs.send_owed()

    [message] = mail.outbox
    assert message.to == ["lin@example.com"]
    assert message.subject.startswith("付款时间已过：")
    assert order.get_absolute_url() in message.body


def test_a_lost_mail_about_a_hold_is_sent_by_the_clock_while_it_is_news(gateway):
    fresh, old = buy(paid_type()), buy(paid_type())
    with effects_dropped():
        for order in (fresh, old):
            payments.expire_order(order=overdue(order), at=timezone.now())
    age = {fresh: timedelta(minutes=5), old: timedelta(days=2)}
    for order in age:
        Order.objects.filter(pk=order.pk).update(closed_at=timezone.now() - age[order])

    jobs.send_owed()

    assert list(Order.objects.exclude(expiry_told_at=None)) == [fresh]
    assert len(mail.outbox) == 1


def test_whoever_ordered_anew_or_paid_too_late_is_not_told_of_the_hold(gateway):
    kind, sold_out = paid_type(), paid_type(size=1)
    left, late = buy(kind), buy(sold_out)
    again = buy(kind)
    payment = gateway.start(late)
    for order in (left, late):
        overdue(order)
    gateway.press(payment)
    with effects_dropped():
        settling.fail_payment(payment_id=payment.public_id)
        settling.close_order(order=late, status="expired", when=lambda _order: True)
    buy(sold_out, email="mei@example.com")
    payments.refresh_order(order=late)

    gateway.deliver()
    Order.objects.filter(pk=late.pk).update(closed_at=timezone.now() - timedelta(minutes=5))
    jobs.expire_orders()
    jobs.send_owed()

    assert (state(left)[0], state(late)[:2]) == ("expired", ("expired", ["refunded"]))
    assert state(again)[0] == "open"
    assert [message.subject for message in mail.outbox] == ["¥128 is on its way back to you"]


def test_full_quota_lets_overdue_holds_go_for_the_next_buyer(gateway):
    kind = paid_type(size=1)
    late = buy(kind)
    gateway.start(late)
    overdue(late)

    order = buy(kind, email="mei@example.com")

    assert state(order) == ("open", [], ["held"], 1)
    assert state(late)[0] == "expired"


def test_money_after_expiry_revives_the_order_when_places_remain(gateway):
    order = buy(paid_type())
    payment = gateway.start(order)
    payments.expire_overdue(at=overdue(order).hold_until + timedelta(seconds=1))

    settling.settle_payment(payment_id=payment.public_id, amount_minor=12_800, currency="CNY")

    assert state(order) == PAID


def test_money_after_expiry_is_due_back_when_places_are_gone(gateway):
    kind = paid_type(size=1)
    order = buy(kind)
    payment = gateway.start(order)
    payments.expire_overdue(at=overdue(order).hold_until + timedelta(seconds=1))
    buy(kind, email="mei@example.com")

    settling.settle_payment(payment_id=payment.public_id, amount_minor=12_800, currency="CNY")

    assert state(order) == ("expired", ["refund_due"], ["canceled"], 1)


def test_paid_twice_leaves_the_ticket_alone(gateway):
    order = buy(paid_type())
    first = gateway.start(order)
    Payment.objects.filter(pk=first.pk).update(expires_at=timezone.now())
    second = gateway.start(order)

    for payment in (first, second):
        gateway.press(payment)
    gateway.deliver()

    assert state(order) == ("paid", ["succeeded", "refunded"], ["valid"], 1)


@pytest.mark.parametrize(("amount", "currency"), [(12_799, "CNY"), (12_800, "USD")])
def test_too_little_or_another_currency_buys_nothing_and_is_owed_back(gateway, amount, currency):
    order = buy(paid_type())
    payment = gateway.start(order)

    settling.settle_payment(payment_id=payment.public_id, amount_minor=amount, currency=currency)

    assert state(order) == ("open", ["refund_due"], ["held"], 1)
    assert owed(order) == [(amount, currency, "wrong_amount")]


def test_what_is_too_much_is_owed_back_and_the_ticket_is_valid(gateway):
    order = buy(paid_type())
    payment = gateway.start(order)

    settling.settle_payment(payment_id=payment.public_id, amount_minor=13_000, currency="CNY")

    assert state(order) == PAID
    assert owed(order) == [(200, "CNY", "overpaid")]


def test_closed_order_cannot_be_paid_any_more(gateway):
    order = buy(paid_type())
    payments.cancel_open_order(order=order)

    with pytest.raises(OrderNotOpen):
        gateway.start(order)

    assert state(order) == ("canceled", [], ["canceled"], 0)


def test_gateway_that_does_not_answer_keeps_places_and_loses_nothing(gateway, settings):
    order = buy(paid_type())
    works, settings.STRIPE_API_BASE = settings.STRIPE_API_BASE, "http://127.0.0.1:9"

    with pytest.raises(GatewayError):
        gateway.start(order)
    assert state(order) == WAITING

    settings.STRIPE_API_BASE = works
    gateway.press(gateway.start(order))
    gateway.deliver()
    assert state(order) == PAID


def test_page_that_can_no_longer_be_asked_for_does_not_keep_the_buyer_from_paying(
    gateway, settings
):
    order = buy(paid_type())
    works, settings.STRIPE_API_BASE = settings.STRIPE_API_BASE, "http://127.0.0.1:9"
    with pytest.raises(GatewayError):
        gateway.start(order)
    settings.STRIPE_API_BASE = works
    Payment.objects.update(expires_at=timezone.now() + timedelta(minutes=29))  # 2 minutes later

    gateway.press(gateway.start(order))
    gateway.deliver()
    payments.close_leftover_payments(order=order)

    assert state(order) == ("paid", ["failed", "succeeded"], ["valid"], 1)


def test_expiry_while_the_gateway_is_down_keeps_the_places(gateway, settings):
    order = buy(paid_type())
    gateway.start(order)
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"

    payments.expire_overdue(at=overdue(order).hold_until + timedelta(seconds=1))

    assert state(order) == WAITING


def test_event_stays_in_the_inbox_until_the_gateway_answers(gateway, settings):
    order = buy(paid_type())
    gateway.press(gateway.start(order))
    works, settings.STRIPE_API_BASE = settings.STRIPE_API_BASE, "http://127.0.0.1:9"
    gateway.deliver()
    row = GatewayEvent.objects.get(kind="checkout.session.completed")
    assert (row.status, state(order)) == (InboxStatus.FAILED, WAITING)

    settings.STRIPE_API_BASE = works
    inbox.apply_event(inbox_id=row.pk)

    assert state(order) == PAID


def test_order_paid_by_hand_ends_its_payment_page(gateway):
    order = buy(paid_type())
    payment = gateway.start(order)
    organizer = order.chapter.memberships.create(user=UserFactory(), role="organizer").user

    settling.mark_paid(order=order, by=organizer, provider="cash", note="at the door")
    payments.close_leftover_payments(order=order)
    gateway.press(payment)
    gateway.deliver()

    assert state(order) == ("paid", ["failed", "succeeded"], ["valid"], 1)
