"""What a payer does on the hosted page, and what the bank says to it."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from sandbox.api import shapes
from sandbox.errors import StripeError
from sandbox.models import (
    Charge,
    ChargeStatus,
    CheckoutSession,
    IntentStatus,
    PaymentIntent,
    SessionStatus,
)
from sandbox.money import charge_fee
from sandbox.services.balance import book
from sandbox.services.events import News, Plan, publish

DECLINED = {
    "type": "card_error",
    "code": "card_declined",
    "decline_code": "generic_decline",
    "message": "Your card was declined.",
}
NOT_AUTHENTICATED = {
    "type": "card_error",
    "code": "payment_intent_authentication_failure",
    "message": "The provided payment method has failed authentication. "
    "You can provide payment_method_data or a new PaymentMethod to attempt to fulfill "
    "this PaymentIntent again.",
}


class SessionOver(StripeError):
    """The session was paid or expired meanwhile; nothing happened now."""


@transaction.atomic
def pay(
    session: CheckoutSession, *, method: str, email: str = "", plan: Plan | None = None
) -> Charge:
    """Take the money, once: of two calls at one moment the second raises SessionOver."""
    intent = _finish_session(session, email=email, is_paid=True)
    charge = _charge(intent, method=method, status=ChargeStatus.PENDING)
    news = _money_came_in(charge)
    session.refresh_from_db()
    publish([*news, ("checkout.session.completed", shapes.session_shape(session))], plan=plan)
    return charge


@transaction.atomic
def pay_slowly(
    session: CheckoutSession, *, method: str, email: str = "", plan: Plan | None = None
) -> Charge:
    """Complete the session while the bank still thinks; `settle` or `fail` ends it."""
    intent = _finish_session(session, email=email, is_paid=False)
    intent.status = IntentStatus.PROCESSING
    intent.save(update_fields=["status"])
    charge = _charge(intent, method=method, status=ChargeStatus.PENDING)
    session.refresh_from_db()
    publish([("checkout.session.completed", shapes.session_shape(session))], plan=plan)
    return charge


@transaction.atomic
def settle(charge: Charge) -> Charge:
    """The bank says yes to a pending charge."""
    charge = _pending(charge)
    news = _money_came_in(charge)
    session = charge.intent.session
    session.is_paid = True
    session.save(update_fields=["is_paid"])
    paid = ("checkout.session.async_payment_succeeded", shapes.session_shape(session))
    publish([*news, paid])
    return charge


@transaction.atomic
def fail(charge: Charge) -> Charge:
    """The bank says no to a pending charge."""
    charge = _pending(charge)
    charge.status, charge.failure = ChargeStatus.FAILED, DECLINED
    charge.save(update_fields=["status", "failure"])
    news = _payment_failed(charge.intent, DECLINED, charge)
    session = shapes.session_shape(charge.intent.session)
    publish([*news, ("checkout.session.async_payment_failed", session)])
    return charge


@transaction.atomic
def decline(session: CheckoutSession, *, method: str, plan: Plan | None = None) -> PaymentIntent:
    """The bank says no; the session stays open for another try."""
    intent = _open_intent(session)
    charge = _charge(intent, method=method, status=ChargeStatus.FAILED, failure=DECLINED)
    publish(_payment_failed(intent, DECLINED, charge), plan=plan)
    return intent


@transaction.atomic
def fail_authentication(session: CheckoutSession, *, plan: Plan | None = None) -> PaymentIntent:
    """The payer does not pass 3-D Secure: nothing was charged, the session stays open."""
    intent = _open_intent(session)
    publish(_payment_failed(intent, NOT_AUTHENTICATED, None), plan=plan)
    return intent


def _finish_session(session: CheckoutSession, *, email: str, is_paid: bool) -> PaymentIntent:
    open_now = CheckoutSession.objects.filter(
        pk=session.pk, status=SessionStatus.OPEN, expires_at__gt=timezone.now()
    )
    payer = session.customer_email or email
    if not open_now.update(status=SessionStatus.COMPLETE, is_paid=is_paid, payer_email=payer):
        raise SessionOver("This Checkout Session is no longer open.")
    session.refresh_from_db()
    return _intent(session)


def _open_intent(session: CheckoutSession) -> PaymentIntent:
    locked = CheckoutSession.objects.select_for_update().filter(
        pk=session.pk, status=SessionStatus.OPEN, expires_at__gt=timezone.now()
    )
    if not (still_open := locked.first()):
        raise SessionOver("This Checkout Session is no longer open.")
    return _intent(still_open)


def _intent(session: CheckoutSession) -> PaymentIntent:
    """A session gets its PaymentIntent with the first attempt to pay, as at Stripe."""
    intent, _created = PaymentIntent.objects.get_or_create(
        session=session,
        defaults={
            "amount": session.amount,
            "currency": session.currency,
            "metadata": session.intent_data.get("metadata", {}),
        },
    )
    return intent


def _charge(
    intent: PaymentIntent, *, method: str, status: str, failure: dict[str, Any] | None = None
) -> Charge:
    session = intent.session
    return Charge.objects.create(
        intent=intent,
        status=status,
        method=method,
        amount=intent.amount,
        currency=intent.currency,
        failure=failure,
        payer_email=session.payer_email or session.customer_email,
    )


def _pending(charge: Charge) -> Charge:
    locked = Charge.objects.select_for_update(of=("self",)).filter(status=ChargeStatus.PENDING)
    if not (pending := locked.filter(pk=charge.pk).first()):
        raise StripeError("This charge is no longer pending.")
    return pending


def _money_came_in(charge: Charge) -> list[News]:
    charge.status = ChargeStatus.SUCCEEDED
    charge.balance_transaction = book(
        charge.public_id,
        kind="charge" if charge.method == "card" else "payment",
        category="charge",
        amount=charge.amount,
        fee=charge_fee(charge.amount),
        currency=charge.currency,
    )
    charge.save(update_fields=["status", "balance_transaction"])
    intent = charge.intent
    intent.status, intent.last_error = IntentStatus.SUCCEEDED, None
    intent.save(update_fields=["status", "last_error"])
    return [
        ("charge.succeeded", shapes.charge_shape(charge)),
        ("payment_intent.succeeded", shapes.intent_shape(intent)),
    ]


def _payment_failed(
    intent: PaymentIntent, why: dict[str, Any], charge: Charge | None
) -> list[News]:
    intent.status = IntentStatus.REQUIRES_PAYMENT_METHOD
    intent.last_error = why | ({"charge": charge.public_id} if charge else {})
    intent.save(update_fields=["status", "last_error"])
    return [("payment_intent.payment_failed", shapes.intent_shape(intent))]
