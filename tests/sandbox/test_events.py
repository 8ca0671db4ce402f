"""Signed events on their way to the shop."""

import pytest
import stripe
from django.core.management import call_command

from sandbox.models import Delivery, DeliveryMode, DeliveryPolicy, Event
from sandbox.services.clock import tick
from sandbox.services.events import redeliver
from tests.sandbox.conftest import SECRET, press, wait_for

PAID = ["charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]


def make_due() -> None:
    Delivery.objects.filter(due_at__isnull=False).update(due_at="2020-01-01T00:00Z")


def test_shop_hears_of_a_payment(shop, session):
    press(session.id, "pay")

    assert tick() == 3
    assert shop.kinds == PAID
    completed = shop.events[-1].data.object
    assert (completed["id"], completed["payment_status"]) == (session.id, "paid")


def test_event_is_signed_with_the_secret(shop, session):
    press(session.id, "pay")
    tick()
    body, signature = shop.posts[0]

    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, signature, "whsec_other")
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body.replace("12800", "1"), signature, SECRET)


def test_events_of_a_failed_try_and_an_expiry(shop, gateway, session):
    press(session.id, "decline")
    press(session.id, "fail_3ds")
    gateway.v1.checkout.sessions.expire(session.id)
    tick()

    assert shop.kinds == ["payment_intent.payment_failed"] * 2 + ["checkout.session.expired"]


def test_lost_event_is_never_sent_but_can_be_redelivered(shop, session):
    press(session.id, "lost")
    assert tick() == 0

    redeliver(Event.objects.get(kind="checkout.session.completed"))
    tick()

    assert shop.kinds == ["checkout.session.completed"]


def test_event_delivered_twice_is_the_same_event(shop, session):
    press(session.id, "twice")
    tick()

    assert sorted(shop.kinds) == sorted(PAID * 2)
    assert len({event.id for event in shop.events}) == 3


def test_late_event_waits(shop, session):
    press(session.id, "late", seconds=60)
    assert tick() == 0

    make_due()

    assert tick() == 3


def test_events_in_the_wrong_order(shop, session):
    press(session.id, "reversed")

    due = Delivery.objects.order_by("due_at").values_list("event__kind", flat=True)

    assert list(due) == PAID[::-1]


def test_refused_event_is_sent_again_until_it_is_taken(shop, session):
    press(session.id, "pay")
    Delivery.objects.exclude(event__kind="checkout.session.completed").delete()
    shop.answers = [500, 400]

    call_command("sandbox_deliver")
    delivery = Delivery.objects.get()
    assert (delivery.attempts, delivery.answer[:3], delivery.delivered_at) == (1, "500", None)
    assert tick() == 0, "it rests before it is sent again"
    for _ in range(2):
        make_due()
        tick()

    delivery.refresh_from_db()
    assert (delivery.attempts, delivery.answer, delivery.due_at) == (3, "200", None)
    assert delivery.delivered_at is not None
    assert [body for body, _ in shop.posts] == [shop.posts[0][0]] * 3


def test_shop_that_is_down_is_tried_again(settings, session):
    settings.SANDBOX_WEBHOOK_URL = "http://127.0.0.1:9/"
    press(session.id, "pay")
    tick()

    for delivery in Delivery.objects.all():
        assert "refused" in delivery.answer
        assert delivery.due_at is not None


def test_policy_of_the_control_page_holds_for_all_events(shop, session):
    DeliveryPolicy.objects.create(mode=DeliveryMode.LOST)

    press(session.id, "pay")

    assert Event.objects.count() == 3
    assert tick() == 0


def test_threads_of_the_process_deliver_by_themselves(shop, autodeliver, live_session):
    shop.answers = [500]

    press(live_session.id, "pay")

    wait_for(lambda: Delivery.objects.filter(delivered_at__isnull=False).count() == 3)
    assert sorted(set(shop.kinds)) == sorted(PAID)
    assert len(shop.posts) == 4


def test_events_are_listed_and_read_back(gateway, shop, session):
    press(session.id, "pay")
    [completed] = gateway.v1.events.list({"type": "checkout.session.completed"}).data

    assert completed.pending_webhooks == 1
    tick()
    again = gateway.v1.events.retrieve(completed.id)
    assert again.pending_webhooks == 0
    assert again.data.object["id"] == session.id
    since = {"created": {"gte": completed.created}, "limit": 2}
    assert gateway.v1.events.list(since).has_more is True
    assert gateway.v1.events.list({"created": {"gt": completed.created + 60}}).data == []
