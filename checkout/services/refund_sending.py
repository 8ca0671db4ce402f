"""Refunds at the gateway. These functions wait on the network: call them outside a transaction."""

from django.utils import timezone

from checkout.services.refund_outcomes import apply_outcome
from orders.errors import RefundRefused
from orders.gateways import stripe
from orders.models import Provider, Refund, RefundStatus

STATUSES = {
    "pending": RefundStatus.SENT,
    "succeeded": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
}


def send(*, refund: Refund) -> Refund:
    """Ask the gateway to return the money, or, once it was asked, how far it got. Repeatable.

    Died after asking and before writing it down: the next call asks with the same key and gets
    the same refund, or, when the key is too old, looks for it. What was paid by hand is returned
    by hand. Raises GatewayError.
    """
    is_over = refund.status in {RefundStatus.FAILED, RefundStatus.REPLACED}
    if refund.payment.provider != Provider.STRIPE or is_over:
        return refund
    try:
        found = _ask(refund)
    except RefundRefused as error:
        return apply_outcome(
            refund=refund,
            status=RefundStatus.FAILED,
            gateway_id="",
            attempt=refund.attempt,
            error=error.params["reason"],
        )
    return apply_found(refund=refund, found=found)


def _ask(refund: Refund) -> stripe.GatewayRefund:
    if refund.gateway_id:
        return stripe.fetch_refund(refund.gateway_id)
    may_be_forgotten = timezone.now() - refund.created_at > stripe.KEY_LIFE
    found = stripe.find_refund(refund) if may_be_forgotten else None
    return found or stripe.create_refund(refund)


def apply_found(*, refund: Refund, found: stripe.GatewayRefund) -> Refund:
    return apply_outcome(
        refund=refund,
        status=STATUSES[found.status],
        gateway_id=found.id,
        attempt=found.attempt,
        error=found.failure,
    )
