from datetime import timedelta

import pytest
from django.utils import timezone

from checkout import jobs
from orders.models import GatewayEvent, InboxStatus, Payment
from sandbox.models import CheckoutSession
from sandbox.services import payments as payers, sessions
from tests.checkout.shop import buy, paid_type, state

pytestmark = pytest.mark.django_db(transaction=True)


def session_of_somebody_else(name: str) -> CheckoutSession:
    """Another shop that sells through the same account."""
    fields = {
        "items": [{"unit_amount": 900, "quantity": 1, "name": "Mug"}],
        "methods": ["card"],
        "currency": "eur",
        "amount": 900,
        "client_reference_id": name,
        "metadata": {"payment": name},
        "intent_data": {"metadata": {"payment": name, "refund": name}},
        "success_url": "http://testserver/",
    }
    return sessions.open_session(fields, expires_at=timezone.now() + timedelta(hours=1))


@pytest.mark.parametrize("name", ["", "mug-17"])
def test_what_others_sell_through_the_same_account_is_ignored(gateway, name):
    payers.pay(session_of_somebody_else(name), method="card")

    gateway.deliver()

    row = GatewayEvent.objects.get(kind="checkout.session.completed")
    assert (row.status, row.error) == (InboxStatus.IGNORED, "not ours")


def test_event_that_breaks_the_program_does_not_hold_up_those_behind_it(gateway, settings):
    order = buy(paid_type())
    gateway.press(gateway.start(order))
    works, settings.STRIPE_API_BASE = settings.STRIPE_API_BASE, "http://127.0.0.1:9"
    gateway.deliver()
    settings.STRIPE_API_BASE = works
    long_ago = timezone.now() - timedelta(hours=1)
    broken = GatewayEvent.objects.create(
        event_id="evt_broken", kind="refund.updated", object_id="", payload={}, received_at=long_ago
    )
    GatewayEvent.objects.update(received_at=long_ago)

    jobs.apply_gateway_events()

    broken.refresh_from_db()
    assert (broken.status, broken.attempts) == (InboxStatus.FAILED, 1)
    assert state(order)[0] == "paid"
    assert Payment.objects.get().reference
