"""From a stored gateway event to our state. The row is the work; the request that brought it is over."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from checkout.services import disputes, payments, refund_sending, refunds
from core.errors import DomainError
from orders.gateways import stripe
from orders.models import (
    GatewayEvent,
    InboxStatus,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
)

SESSION_KINDS = {
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
}
REFUND_KINDS = {"refund.created", "refund.updated", "refund.failed"}
DISPUTE_KINDS = {
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
}


class NotOurs(Exception):
    """The event speaks of something that this house never asked for."""


def store_event(event: stripe.Event) -> tuple[GatewayEvent, bool]:
    """Keep an event under its unique id; the second value says whether it was new."""
    return GatewayEvent.objects.get_or_create(
        event_id=event.id,
        defaults={"kind": event.kind, "object_id": event.object_id, "payload": event.payload},
    )


def apply_event(*, inbox_id: int, again: bool = False) -> GatewayEvent:
    """Do what an event calls for, once; a second worker on the same row does no harm.

    The event only says where to look: what happened is read back from the gateway, so neither
    order nor repetition matters. Waits on the network. A DomainError leaves the row to the clock.
    `again` applies one that was applied already: an operator wants to see it done.
    """
    row = GatewayEvent.objects.get(pk=inbox_id)
    if row.status in {InboxStatus.APPLIED, InboxStatus.IGNORED} and not again:
        return row
    try:
        change = _look(row)
        if change is None:
            return _close(row, InboxStatus.IGNORED)
        with transaction.atomic(durable=True):
            GatewayEvent.objects.select_for_update().get(pk=row.pk)
            change()
            return _close(row, InboxStatus.APPLIED)
    except (NotOurs, Payment.DoesNotExist):
        return _close(row, InboxStatus.IGNORED, "not ours")
    except DomainError as error:
        _close(row, InboxStatus.FAILED, f"{error.code}: {error}")
        raise


def keep_failed(*, inbox_id: int, error: str) -> None:
    """Count one more try that came to nothing, for a reason that nobody foresaw."""
    _close(GatewayEvent.objects.get(pk=inbox_id), InboxStatus.FAILED, error)


def _look(row: GatewayEvent) -> Callable[[], object] | None:
    """Read the object back from the gateway; the answer changes our state. None: not our concern."""
    if row.kind in SESSION_KINDS:
        return partial(payments.apply_session, stripe.fetch_session(row.object_id))
    if row.kind in REFUND_KINDS:
        found = stripe.fetch_refund(row.object_id)
        return partial(apply_refund, found, None if _row_of(found) else payment_behind(found))
    if row.kind in DISPUTE_KINDS:
        dispute = stripe.fetch_dispute(row.object_id)
        return partial(disputes.apply_dispute, payment=payment_behind(dispute), found=dispute)
    return None


def payment_behind(found: stripe.GatewayRefund | stripe.GatewayDispute) -> Payment:
    """Our payment behind a refund or dispute, settled first if its own event is still on the way.

    Waits on the network where it is not known by the gateway's name. Raises NotOurs.
    """
    payment = Payment.objects.filter(reference=found.payment_intent).first()
    if payment is None:
        payment_id: Any = stripe.payment_of(found.payment_intent) or None  # None finds nothing
        payment = Payment.objects.filter(public_id=payment_id).first()
        if payment is None:
            raise NotOurs
    if payment.status in {PaymentStatus.STARTED, PaymentStatus.FAILED}:
        payments.apply_session(stripe.fetch_session(payment.gateway_id))
        payment.refresh_from_db()
    return payment


def apply_refund(found: stripe.GatewayRefund, payment: Payment | None) -> Refund | None:
    """Bring the refund that the gateway speaks of to where it is; `payment` for one not asked by us."""
    refund = _row_of(found)
    if refund is None:
        if payment is None:
            raise NotOurs
        refund = refunds.record_foreign(payment=payment, found=found)
        if refund is None:
            return None
    return refund_sending.apply_found(refund=refund, found=found)


def _row_of(found: stripe.GatewayRefund) -> Refund | None:
    """By the gateway's name for it, or by ours: a try of ours whose answer never reached us.

    An earlier try that failed belongs to its refund too, and changes nothing there.
    """
    named = Refund.objects.filter(gateway_id=found.id).first()
    if named or not found.refund_id:
        return named
    asked = Refund.objects.filter(public_id=found.refund_id).first()
    if asked is None or found.status == "failed":
        return asked
    is_last_try = not asked.gateway_id and asked.attempt == found.attempt
    return asked if is_last_try and asked.status != RefundStatus.REPLACED else None


def _close(row: GatewayEvent, status: InboxStatus, error: str = "") -> GatewayEvent:
    row.status, row.error, row.applied_at = status, error[:240], None
    if status != InboxStatus.FAILED:
        row.applied_at = timezone.now()
    GatewayEvent.objects.filter(pk=row.pk).update(
        status=status, error=row.error, applied_at=row.applied_at, attempts=F("attempts") + 1
    )
    return row
