"""What became of a refund, as the gateway tells it."""

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from checkout.services import books, receipts
from checkout.services.locks import lock_order
from core.logs import logger
from orders.models import Order, OrderStatus, Payment, PaymentStatus, Refund, RefundStatus


# A refund only ever moves on: what says otherwise was looked up before something newer was
STEPS = [RefundStatus.DUE, RefundStatus.SENT, RefundStatus.SUCCEEDED, RefundStatus.FAILED]


@transaction.atomic
def apply_outcome(
    *, refund: Refund, status: RefundStatus, gateway_id: str, attempt: int = 1, error: str = ""
) -> Refund:
    """Bring a refund to what the gateway says of it now: SENT (pending), SUCCEEDED or FAILED.

    Repeatable, in any order; a success that the bank later turned away becomes a failure, and
    the money is owed again. News of an earlier `attempt` are none: it ended before this one
    began. Books what moved at the gateway.
    """
    order = lock_order(refund.payment.order_id)
    refund = Refund.objects.select_related("payment__order").get(pk=refund.pk)
    if not _is_news(refund, status, gateway_id, attempt):
        return refund
    refund.status, refund.gateway_id, refund.error = status, gateway_id, error[:240]
    now = timezone.now()
    refund.sent_at = refund.sent_at or now
    refund.closed_at = None if status == RefundStatus.SENT else now
    refund.save(update_fields=["status", "gateway_id", "error", "sent_at", "closed_at"])
    if gateway_id:
        books.refund_sent(refund)
    if status == RefundStatus.FAILED and gateway_id:
        books.refund_came_back(refund)
    close_what_is_returned(order, refund.payment)
    logger.info("refund_outcome", refund=refund.pk, status=status)
    return refund


def _is_news(refund: Refund, status: RefundStatus, gateway_id: str, attempt: int) -> bool:
    if not refund.gateway_id:  # nothing is known of this attempt yet, but perhaps a refusal
        return refund.attempt == attempt and refund.status != status
    is_later = STEPS.index(status) > STEPS.index(RefundStatus(refund.status))
    return refund.gateway_id == gateway_id and is_later


def close_what_is_returned(order: Order, payment: Payment) -> None:
    """A payment that went back wholly, and an order with nothing left of it, say so; a receipt
    that was issued is corrected."""
    done = payment.refunds.filter(status=RefundStatus.SUCCEEDED)
    returned = done.aggregate(sum=Sum("amount_minor"))["sum"] or 0
    if payment.status == PaymentStatus.REFUND_DUE and returned == payment.received_minor:
        payment.status = PaymentStatus.REFUNDED
        payment.save(update_fields=["status"])
    if order.status == OrderStatus.PAID and order.total_minor and _is_returned(order):
        order.status = OrderStatus.REFUNDED
        order.save(update_fields=["status"])
    receipts.correct(order)


def _is_returned(order: Order) -> bool:
    unpaid = order.lines.filter(refunded_minor__lt=F("total_minor"))
    underway = Refund.objects.filter(line__order=order).exclude(status=RefundStatus.SUCCEEDED)
    return not unpaid.exists() and not underway.exists()
