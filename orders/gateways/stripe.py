"""Stripe through its official SDK: the only place that knows its words.

Every function here waits on the network (10 s a try, at most 3 tries) except `read_event`:
call them outside a transaction. All raise GatewayError when Stripe does not agree.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

import stripe
from django.conf import settings
from django.utils import timezone

from orders.errors import BadSignature, GatewayError, RefundRefused
from orders.models import Payment, Refund

SESSION_LIFE = timedelta(minutes=31)
SHORTEST_LIFE = timedelta(minutes=30, seconds=10)  # Stripe's least is 30, by its own clock
KEY_LIFE = timedelta(hours=20)  # Stripe keeps idempotency keys for a day at least
HOLD_MARGIN = timedelta(minutes=5)  # places outlive the session by this
METHODS = {"CNY": ["card", "alipay", "wechat_pay"], "EUR": ["card", "alipay"]}
FAILED_INTENTS = {"requires_payment_method", "canceled"}
EXPAND = {"expand": ["payment_intent.latest_charge.balance_transaction"]}
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
    fee_minor: int | None  # None: not known yet
    payment_id: str  # our Payment.public_id; empty: a session of somebody else
    expires_at: datetime


class GatewayRefund(NamedTuple):
    """`status`: pending, succeeded, failed (requires_action counts as pending, canceled as failed)."""

    id: str
    status: str
    amount_minor: int
    currency: str
    payment_intent: str
    refund_id: str  # our Refund.public_id, empty when made in the dashboard
    attempt: int  # which of our tries it was
    failure: str


class GatewayDispute(NamedTuple):
    """`withdrawn_minor` and `fee_minor` sum what the gateway has booked so far in `bookings` steps."""

    id: str
    status: str
    reason: str
    amount_minor: int
    currency: str
    payment_intent: str
    withdrawn_minor: int
    fee_minor: int
    bookings: int
    evidence_due_at: datetime | None


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
    intent = (
        found.payment_intent if isinstance(found.payment_intent, stripe.PaymentIntent) else None
    )
    paid = found.payment_status == "paid"
    failed = intent is not None and intent.status in FAILED_INTENTS
    return Session(
        id=found.id,
        url=found.url or "",
        status=found.status or "",
        paid=paid,
        pending=not paid and found.status == "complete" and not failed,
        amount_minor=intent.amount_received if intent and paid else found.amount_total or 0,
        currency=(found.currency or "").upper(),
        payment_intent=intent.id if intent else "",
        fee_minor=_fee(intent) if intent and paid else None,
        payment_id=_our_id(found.client_reference_id),
        expires_at=datetime.fromtimestamp(found.expires_at, UTC),
    )


def _fee(intent: stripe.PaymentIntent) -> int | None:
    charge = intent.latest_charge
    booked = charge.balance_transaction if isinstance(charge, stripe.Charge) else None
    return booked.fee if isinstance(booked, stripe.BalanceTransaction) else None


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


def list_sessions(since: datetime) -> Iterator[Session]:
    """Every Checkout Session opened since then, newest first; a call a hundred."""
    params = {
        "created": {"gte": int(since.timestamp())},
        "limit": 100,
        "expand": ["data.payment_intent.latest_charge.balance_transaction"],
    }
    try:
        for found in _client().v1.checkout.sessions.list(params=params).auto_paging_iter():
            yield _session(found)
    except stripe.StripeError as error:
        raise GatewayError from error


def _our_id(text: str | None) -> str:
    """`text` where it can be an id of ours; others sell through the same account, and name theirs."""
    try:
        return str(UUID(text or ""))
    except ValueError:
        return ""


def _noted(found: stripe.StripeObject | dict | None, name: str) -> str:
    """A value that may be missing; the SDK's objects are no dicts and know no `get`."""
    return str(found[name]) if found and name in found else ""


def _refund(found: stripe.Refund) -> GatewayRefund:
    status = {"requires_action": "pending", "canceled": "failed"}.get(
        found.status or "pending", found.status or "pending"
    )
    return GatewayRefund(
        id=found.id,
        status=status,
        amount_minor=found.amount,
        currency=found.currency.upper(),
        payment_intent=str(found.payment_intent or ""),
        refund_id=_our_id(_noted(found.metadata, "refund")),
        attempt=int(_noted(found.metadata, "attempt") or 1),
        failure=_noted(found, "failure_reason"),
    )


def create_refund(refund: Refund) -> GatewayRefund:
    """Ask for the money to go back. Repeatable: the key is our refund's id and its attempt.

    Raises RefundRefused when Stripe says that it will never do it, GatewayError when we do not know.
    """
    try:
        found = _client().v1.refunds.create(
            params={
                "payment_intent": refund.payment.reference,
                "amount": refund.amount_minor,
                "metadata": {"refund": str(refund.public_id), "attempt": str(refund.attempt)},
            },
            options={"idempotency_key": f"refund-{refund.public_id}-{refund.attempt}"},
        )
    except stripe.InvalidRequestError as error:
        raise RefundRefused(reason=error.code or "invalid_request") from error
    except stripe.StripeError as error:
        raise GatewayError from error
    return _refund(found)


def fetch_refund(refund_id: str) -> GatewayRefund:
    try:
        return _refund(_client().v1.refunds.retrieve(refund_id))
    except stripe.StripeError as error:
        raise GatewayError from error


def list_refunds(since: datetime) -> Iterator[GatewayRefund]:
    """Every refund made since then, ours and those of the dashboard, newest first; a call a hundred."""
    yield from _refunds({"created": {"gte": int(since.timestamp())}})


def find_refund(refund: Refund) -> GatewayRefund | None:
    """The one that an earlier call of `create_refund` made for this attempt, if any did."""
    wanted = (str(refund.public_id), refund.attempt)
    found = _refunds({"payment_intent": refund.payment.reference})
    return next((row for row in found if (row.refund_id, row.attempt) == wanted), None)


def _refunds(chosen: dict[str, Any]) -> Iterator[GatewayRefund]:
    try:
        found = _client().v1.refunds.list(params={**chosen, "limit": 100})
        for refund in found.auto_paging_iter():
            yield _refund(refund)
    except stripe.StripeError as error:
        raise GatewayError from error


def list_disputes(since: datetime) -> Iterator[GatewayDispute]:
    """Every dispute opened since then, newest first; a call a hundred."""
    params = {"created": {"gte": int(since.timestamp())}, "limit": 100}
    try:
        for dispute in _client().v1.disputes.list(params=params).auto_paging_iter():
            yield _dispute(dispute)
    except stripe.StripeError as error:
        raise GatewayError from error


def payment_of(payment_intent: str) -> str:
    """Our Payment.public_id that a PaymentIntent carries; empty for one of somebody else."""
    try:
        found = _client().v1.payment_intents.retrieve(payment_intent)
    except stripe.InvalidRequestError:
        return ""
    except stripe.StripeError as error:
        raise GatewayError from error
    return _our_id(_noted(found.metadata, "payment"))


def fetch_dispute(dispute_id: str) -> GatewayDispute:
    try:
        return _dispute(_client().v1.disputes.retrieve(dispute_id))
    except stripe.StripeError as error:
        raise GatewayError from error


def _dispute(found: stripe.Dispute) -> GatewayDispute:
    booked = found.balance_transactions
    due_by = found.evidence_details.due_by
    return GatewayDispute(
        id=found.id,
        status=found.status if found.status in {"won", "lost"} else "open",
        reason=found.reason,
        amount_minor=found.amount,
        currency=found.currency.upper(),
        payment_intent=str(found.payment_intent or ""),
        withdrawn_minor=-sum(entry.amount for entry in booked),
        fee_minor=sum(entry.fee for entry in booked),
        bookings=len(booked),
        evidence_due_at=datetime.fromtimestamp(due_by, UTC) if due_by else None,
    )


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
