"""A past for a shop that comes with one: payments said to have been made here before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from sandbox.ids import new_id
from sandbox.models import (
    BalanceTransaction,
    Charge,
    ChargeStatus,
    CheckoutSession,
    IntentStatus,
    PaymentIntent,
    SessionStatus,
)

LIFE = timedelta(minutes=31)


@dataclass(frozen=True, kw_only=True)
class PastPayment:
    """A session of one item, paid by card at `paid_at`; None: it ran out unpaid."""

    session: str
    intent: str
    client_reference_id: str
    email: str
    title: str
    amount: int
    fee: int | None
    currency: str
    opened_at: datetime
    paid_at: datetime | None


@transaction.atomic
def remember(payments: Iterable[PastPayment]) -> int:
    """Write them into the books, oldest first, and tell nobody. Known sessions are passed over;
    returns how many were new."""
    known = set(CheckoutSession.objects.values_list("public_id", flat=True))
    new = [payment for payment in payments if payment.session not in known]
    sessions = CheckoutSession.objects.bulk_create(map(_session, new))
    paid = [pair for pair in zip(new, sessions, strict=True) if pair[0].paid_at]
    intents = PaymentIntent.objects.bulk_create(_intent(*pair) for pair in paid)
    charges = [_charge(past, intent) for (past, _), intent in zip(paid, intents, strict=True)]
    booked = BalanceTransaction.objects.bulk_create(
        _booked(past, charge) for (past, _), charge in zip(paid, charges, strict=True)
    )
    for charge, transaction_row in zip(charges, booked, strict=True):
        charge.balance_transaction = transaction_row
    Charge.objects.bulk_create(charges)
    return len(new)


def _session(past: PastPayment) -> CheckoutSession:
    return CheckoutSession(
        public_id=past.session,
        status=SessionStatus.COMPLETE if past.paid_at else SessionStatus.EXPIRED,
        is_paid=past.paid_at is not None,
        currency=past.currency,
        amount=past.amount,
        items=[_item(past)],
        methods=["card"],
        client_reference_id=past.client_reference_id,
        customer_email=past.email,
        payer_email=past.email if past.paid_at else "",
        success_url="https://example.com/",
        expires_at=past.opened_at + LIFE,
        created_at=past.opened_at,
    )


def _item(past: PastPayment) -> dict[str, Any]:
    return {
        "id": new_id("li"),
        "price_id": new_id("price"),
        "product_id": new_id("prod", 14),
        "quantity": 1,
        "currency": past.currency,
        "unit_amount": past.amount,
        "name": past.title,
        "description": "",
    }


def _intent(past: PastPayment, session: CheckoutSession) -> PaymentIntent:
    return PaymentIntent(
        public_id=past.intent,
        session=session,
        status=IntentStatus.SUCCEEDED,
        currency=past.currency,
        amount=past.amount,
        created_at=past.paid_at or past.opened_at,
    )


def _charge(past: PastPayment, intent: PaymentIntent) -> Charge:
    return Charge(
        intent=intent,
        status=ChargeStatus.SUCCEEDED,
        method="card",
        currency=past.currency,
        amount=past.amount,
        payer_email=past.email,
        created_at=past.paid_at or past.opened_at,
    )


def _booked(past: PastPayment, charge: Charge) -> BalanceTransaction:
    return BalanceTransaction(
        source=charge.public_id,
        kind="charge",
        reporting_category="charge",
        amount=past.amount,
        fee=past.fee or 0,
        currency=past.currency,
        created_at=past.paid_at or past.opened_at,
    )
