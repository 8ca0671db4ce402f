"""Stripe through its official SDK: the only place that knows its words.

Every function here waits on the network (10 s a try, at most 3 tries) except `read_event`:
call them outside a transaction. All raise GatewayError when Stripe does not agree.
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple

import stripe
from django.conf import settings
from django.utils import timezone

from orders.errors import BadSignature, GatewayError
from orders.models import Payment

SESSION_LIFE = timedelta(minutes=31)  # Stripe's least is 30, measured by its own clock
HOLD_MARGIN = timedelta(minutes=5)  # places outlive the session by this
METHODS = {"CNY": ["card", "alipay", "wechat_pay"], "EUR": ["card", "alipay"]}
FAILED_INTENTS = {"requires_payment_method", "canceled"}
EXPAND = {"expand": ["payment_intent"]}
LOCALES = {"zh-hans": "zh", "en": "en"}


class Session(NamedTuple):
    """What a Checkout Session is now. `status`: open, complete or expired.

    A complete one may still be unpaid: Alipay and others take their time (`pending`).
    """

    id: str
    url: str
    status: str
    paid: bool
    pending: bool
    amount_minor: int
    currency: str
    payment_intent: str
    payment_id: str  # our Payment.public_id
    expires_at: datetime


class Event(NamedTuple):
    id: str
    kind: str
    object_id: str
    payload: dict


@cache
def http_client() -> stripe.HTTPClient:
    """One pool of connections a process, closed with it."""
    return stripe.RequestsClient(timeout=10)


def _client() -> stripe.StripeClient:
    bases = {"api": settings.STRIPE_API_BASE} if settings.STRIPE_API_BASE else {}
    return stripe.StripeClient(
        settings.STRIPE_SECRET_KEY,
        base_addresses=bases,
        http_client=http_client(),
        max_network_retries=2,
    )


def _session(found: stripe.checkout.Session) -> Session:
    intent = found.payment_intent
    intent_id, intent_status = (
        (intent.id, intent.status) if isinstance(intent, stripe.PaymentIntent) else (intent, "")
    )
    paid = found.payment_status == "paid"
    return Session(
        id=found.id,
        url=found.url or "",
        status=found.status or "",
        paid=paid,
        pending=not paid and found.status == "complete" and intent_status not in FAILED_INTENTS,
        amount_minor=found.amount_total or 0,
        currency=(found.currency or "").upper(),
        payment_intent=intent_id or "",
        payment_id=found.client_reference_id or "",
        expires_at=datetime.fromtimestamp(found.expires_at, UTC),
    )


def create_session(payment: Payment, *, title: str, return_url: str) -> Session:
    """Open a Checkout Session for `payment`.

    Sums are integers in the currency's minor unit (EUR cents, whole JPY). Repeatable: its
    idempotency key is the payment's public_id and every parameter comes from stored rows.
    Source: docs.stripe.com/api/checkout/sessions/create (`expires_at`: 30 min to 24 h).
    """
    expires_at = payment.expires_at or timezone.now() + SESSION_LIFE
    product = {"name": title}
    price = {
        "currency": payment.currency.lower(),
        "unit_amount": payment.amount_minor,
        "product_data": product,
    }
    methods = METHODS.get(payment.currency, ["card"])
    options = {"wechat_pay": {"client": "web"}} if "wechat_pay" in methods else {}
    metadata = {"payment": str(payment.public_id), "order": payment.order.reference}
    try:
        found = _client().v1.checkout.sessions.create(
            params={
                "mode": "payment",
                "line_items": [{"price_data": price, "quantity": 1}],
                "payment_method_types": methods,
                "payment_method_options": options,
                "client_reference_id": str(payment.public_id),
                "customer_email": payment.order.email,
                "metadata": metadata,
                "payment_intent_data": {"metadata": metadata},
                "expires_at": int(expires_at.timestamp()),
                "success_url": f"{return_url}?returned=1",
                "cancel_url": f"{return_url}?returned=0",
                "locale": LOCALES.get(payment.order.language, "auto"),
            },
            options={"idempotency_key": f"session-{payment.public_id}"},
        )
    except stripe.StripeError as error:
        raise GatewayError from error
    return _session(found)


def fetch_session(session_id: str) -> Session:
    try:
        return _session(_client().v1.checkout.sessions.retrieve(session_id, params=EXPAND))
    except stripe.StripeError as error:
        raise GatewayError from error


def expire_session(session_id: str) -> Session:
    """End an open session, so that nobody can pay any more; one that ended already stays as it is."""
    try:
        return _session(_client().v1.checkout.sessions.expire(session_id, params=EXPAND))
    except stripe.InvalidRequestError:
        return fetch_session(session_id)
    except stripe.StripeError as error:
        raise GatewayError from error


def read_event(body: bytes, signature: str) -> Event:
    """The event in a webhook's raw body, if one of the secrets signed it; else BadSignature.

    Several secrets are tried, so that one can be replaced without losing an event.
    """
    for secret in settings.STRIPE_WEBHOOK_SECRETS:
        try:
            found = stripe.Webhook.construct_event(body, signature, secret)
        except (ValueError, stripe.SignatureVerificationError):
            continue
        payload = found.to_dict()
        return Event(found.id, found.type, payload["data"]["object"].get("id", ""), payload)
    raise BadSignature
