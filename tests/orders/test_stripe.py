"""Stripe through its SDK: whose events are believed, and (opt-in) Stripe's own test mode."""

import json
import os
import time
from datetime import timedelta

import pytest
import stripe as sdk
from django.utils import timezone

from orders.errors import BadSignature
from orders.gateways import stripe
from orders.models import Refund, RefundReason
from sandbox.services.deliveries import sign
from tests.factories.orders import OrderFactory, PaymentFactory

EVENT = json.dumps(
    {
        "id": "evt_1",
        "object": "event",
        "type": "checkout.session.completed",
        "data": {"object": {"id": "cs_1", "object": "checkout.session"}},
    }
)


def signature(secret: str, *, age: int = 0, body: str = EVENT) -> str:
    return sign(body, at=int(time.time()) - age, secret=secret)


@pytest.mark.parametrize("secret", ["whsec_old", "whsec_new"])
def test_while_a_secret_is_replaced_both_are_believed(settings, secret):
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", "whsec_old"]

    event = stripe.read_event(EVENT.encode(), signature(secret))

    assert (event.id, event.kind, event.object_id) == (
        "evt_1",
        "checkout.session.completed",
        "cs_1",
    )


@pytest.mark.parametrize(
    "signed",
    [
        signature("whsec_retired"),
        signature("whsec_new", age=3600),
        signature("whsec_new", body=EVENT.replace("cs_1", "cs_2")),
        "",
    ],
    ids=["another secret", "too old", "another body", "none"],
)
def test_what_no_secret_of_ours_signed_is_not_believed(settings, signed):
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", "whsec_old"]

    with pytest.raises(BadSignature):
        stripe.read_event(EVENT.encode(), signed)


@pytest.fixture
def test_mode(settings) -> sdk.StripeClient:
    """Stripe itself, in test mode: no money moves. Needs a key and a network."""
    if not (key := os.environ.get("STRIPE_TEST_KEY", "")).startswith("sk_test_"):
        pytest.skip("STRIPE_TEST_KEY holds no key of Stripe's test mode")
    settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = key, ""
    return sdk.StripeClient(key)


@pytest.mark.stripe_live
@pytest.mark.django_db
def test_live_payment_page_opens_once_and_ends(test_mode):
    order = OrderFactory(total_minor=12_800, email="lin@example.com")
    expires_at = timezone.now() + stripe.SESSION_LIFE
    payment = PaymentFactory(order=order, expires_at=expires_at)

    opened = [
        stripe.create_session(payment, title="Meetup", return_url="https://example.com/")
        for _again in range(2)
    ]
    found = stripe.fetch_session(opened[0].id)
    listed = [row.id for row in stripe.list_sessions(timezone.now() - timedelta(minutes=10))]
    ended = stripe.expire_session(found.id)

    assert opened[0].id == opened[1].id
    assert (found.status, found.paid, found.amount_minor, found.currency) == (
        "open",
        False,
        12_800,
        "CNY",
    )
    assert (found.payment_id, found.id in listed) == (str(payment.public_id), True)
    assert (ended.status, stripe.expire_session(found.id).status) == ("expired", "expired")


@pytest.mark.stripe_live
@pytest.mark.django_db
def test_live_money_comes_and_goes_back_once(test_mode):
    payment = PaymentFactory(order=OrderFactory(total_minor=1_000, currency="EUR"))
    paid = test_mode.v1.payment_intents.create(
        params={
            "amount": 1_000,
            "currency": "eur",
            "payment_method": "pm_card_visa",
            "payment_method_types": ["card"],
            "confirm": True,
            "metadata": {"payment": str(payment.public_id)},
        }
    )
    payment.reference = paid.id
    payment.save(update_fields=["reference"])
    refund = Refund.objects.create(
        payment=payment, amount_minor=400, currency="EUR", reason=RefundReason.ORGANIZER
    )

    asked = [stripe.create_refund(refund) for _again in range(2)]
    listed = [row.id for row in stripe.list_refunds(timezone.now() - timedelta(minutes=10))]

    assert stripe.payment_of(paid.id) == str(payment.public_id)
    assert asked[0].id == asked[1].id
    assert (asked[0].status, asked[0].amount_minor) == ("succeeded", 400)
    assert stripe.find_refund(refund) == asked[0]
    assert listed.count(asked[0].id) == 1
