"""The payment sandbox behind a live server, and what a buyer does on its page."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from checkout.services import payments
from orders.gateways import stripe
from orders.models import Order, Payment
from sandbox.services import deliveries


class Gateway:
    """Events wait until `deliver`: a test says when, and how often, the shop hears of them."""

    def start(self, order: Order) -> Payment:
        return payments.start_payment(order=order)

    def press(self, payment: Payment, outcome: str = "pay", **fields: Any) -> Any:
        """Press a button of the payment page."""
        address = payment.checkout_url.partition("/sandbox/")[2]
        data = {"outcome": outcome, "method": "card", **fields}
        return Client().post(f"/sandbox/{address}", data)

    def deliver(self) -> int:
        """Carry every waiting event to the webhook; say how many."""
        return deliveries.deliver_due()


@pytest.fixture
def gateway(live_server: Any, settings: Any) -> Iterator[Gateway]:
    """Use with `django_db(transaction=True)`: the server has connections of its own."""
    settings.SITE_URL = live_server.url
    settings.STRIPE_API_BASE = f"{live_server.url}/sandbox/stripe"
    settings.SANDBOX_WEBHOOK_URL = f"{live_server.url}/webhooks/stripe/"
    settings.SANDBOX_AUTODELIVER = False
    yield Gateway()
    stripe.http_client().close()  # else a thread of the server keeps its connection to the database
    stripe.http_client.cache_clear()
