"""From a stored gateway event to our state. The row is the work; the request that brought it is over."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from checkout.errors import AmountMismatch
from checkout.services import payments
from orders.errors import GatewayError
from orders.gateways import stripe
from orders.models import GatewayEvent, InboxStatus, Payment

SESSION_KINDS = {
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
}


def store_event(event: stripe.Event) -> tuple[GatewayEvent, bool]:
    """Keep an event under its unique id; the second value says whether it was new."""
    return GatewayEvent.objects.get_or_create(
        event_id=event.id,
        defaults={"kind": event.kind, "object_id": event.object_id, "payload": event.payload},
    )


def apply_event(*, inbox_id: int) -> GatewayEvent:
    """Do what an event calls for, once; a second worker on the same row does no harm.

    The event only says where to look: what happened is read back from the gateway, so neither
    order nor repetition matters. Waits on the network. GatewayError leaves the row to the clock.
    """
    row = GatewayEvent.objects.get(pk=inbox_id)
    if row.status in {InboxStatus.APPLIED, InboxStatus.IGNORED}:
        return row
    if row.kind not in SESSION_KINDS:
        return _close(row, InboxStatus.IGNORED)
    try:
        session = stripe.fetch_session(row.object_id)
        with transaction.atomic(durable=True):
            GatewayEvent.objects.select_for_update().get(pk=row.pk)
            payments.apply_session(session)
            return _close(row, InboxStatus.APPLIED)
    except Payment.DoesNotExist:
        return _close(row, InboxStatus.IGNORED, "no payment of ours")
    except (GatewayError, AmountMismatch) as error:
        _close(row, InboxStatus.FAILED, f"{error.code}: {error}")
        raise


def _close(row: GatewayEvent, status: InboxStatus, error: str = "") -> GatewayEvent:
    row.status, row.error, row.applied_at = status, error[:240], None
    if status != InboxStatus.FAILED:
        row.applied_at = timezone.now()
    GatewayEvent.objects.filter(pk=row.pk).update(
        status=status, error=row.error, applied_at=row.applied_at, attempts=F("attempts") + 1
    )
    return row
