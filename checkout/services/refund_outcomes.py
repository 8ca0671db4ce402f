"""What became of a refund, as the gateway tells it."""

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from checkout.sellers import sellers_of
from checkout.services import books, receipts
from checkout.services.locks import lock_order
from checkout.services.refund_replacing import replace_by_bank
from core.logs import logger
from orders.models import (
    DisputeStatus,
    Order,
    OrderStatus,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
)

# A refund only ever moves on: what says otherwise was looked up before something newer was
STEPS = [
    RefundStatus.DUE,
    RefundStatus.SENT,
    RefundStatus.SUCCEEDED,
    RefundStatus.FAILED,
    RefundStatus.REPLACED,
]


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
    if status == RefundStatus.FAILED:
        replace_by_bank(refund.payment)
    close_what_is_returned(order, refund.payment)
    logger.info("refund_outcome", refund=refund.pk, status=status)
    return refund


def _is_news(refund: Refund, status: RefundStatus, gateway_id: str, attempt: int) -> bool:
    if refund.status == RefundStatus.REPLACED:
        return False
    if not refund.gateway_id:  # nothing is known of this attempt yet, but perhaps a refusal
        return refund.attempt == attempt and refund.status != status
    is_later = STEPS.index(status) > STEPS.index(RefundStatus(refund.status))
    return refund.gateway_id == gateway_id and is_later


def close_what_is_returned(order: Order, payment: Payment) -> None:
    """A payment that went back wholly, and an order with nothing left of it, say so, and no
    longer when a bank turned some of it away; a receipt that was issued is corrected."""
    if payment.status in {PaymentStatus.REFUND_DUE, PaymentStatus.REFUNDED}:
        is_back = _returned(payment) + _lost(payment) == payment.received_minor
        _set(payment, PaymentStatus.REFUNDED if is_back else PaymentStatus.REFUND_DUE)
    if order.total_minor and order.status in {OrderStatus.PAID, OrderStatus.REFUNDED}:
        _set(order, OrderStatus.REFUNDED if _is_over(order) else OrderStatus.PAID)
    receipts.correct(order)


def _set(row: Order | Payment, status: str) -> None:
    if row.status != status:
        row.status = status
        row.save(update_fields=["status"])


def _returned(payment: Payment) -> int:
    done = payment.refunds.filter(status=RefundStatus.SUCCEEDED)
    return done.aggregate(sum=Sum("amount_minor"))["sum"] or 0


def _lost(payment: Payment) -> int:
    lost = payment.disputes.filter(status=DisputeStatus.LOST)
    return lost.aggregate(sum=Sum("withdrawn_minor"))["sum"] or 0


def _is_over(order: Order) -> bool:
    """Everything came back, and no ticket is left: one may outlive a refund made elsewhere."""
    if any(seller.holds_places(order) for seller in sellers_of(order)):
        return False
    earning = order.payments.filter(status=PaymentStatus.SUCCEEDED)
    return all(_returned(payment) == payment.received_minor for payment in earning)
