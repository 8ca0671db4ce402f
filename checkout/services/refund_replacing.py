"""What was owed and could not be sent, and then went back another way: by a refund in the
gateway's dashboard, or by the buyer's bank. Call under the Order's lock."""

from typing import Any

from django.db.models import F, QuerySet, Sum
from django.utils import timezone

from checkout.services import books, shares
from orders.models import DisputeStatus, OrderLine, Payment, Refund, RefundStatus

MAY_STILL_MOVE = (RefundStatus.DUE, RefundStatus.SENT, RefundStatus.SUCCEEDED)


def replace_by_refund(payment: Payment, amount_minor: int) -> None:
    """The dashboard returned `amount_minor`: as far as no other money is left for it, it was
    what we owed and the gateway had refused."""
    payment.refresh_from_db(fields=["refunded_minor"])
    _replace(payment, amount_minor - payment.left_minor)


def replace_by_bank(payment: Payment) -> None:
    """A lost dispute returned all that was left: nothing of that is owed any more. Repeatable."""
    lost = _sum(payment.disputes.filter(status=DisputeStatus.LOST), "withdrawn_minor")
    if lost:
        moved = _sum(payment.refunds.filter(status__in=MAY_STILL_MOVE), "amount_minor")
        failed = _sum(_failed(payment), "amount_minor")
        still_owed = max(0, (payment.received_minor or 0) - moved - lost)
        _replace(payment, failed - still_owed)


def _replace(payment: Payment, amount_minor: int) -> None:
    for refund in _failed(payment).order_by("-pk"):
        if amount_minor > 0:
            part = min(amount_minor, refund.amount_minor)
            _close(_cut(refund, part))
            amount_minor -= part
    shares.adjust(payment.order)


def _cut(refund: Refund, part_minor: int) -> Refund:
    """A refund of just `part_minor`; what remains stays owed as it was."""
    if part_minor == refund.amount_minor:
        return refund
    refund.amount_minor -= part_minor
    refund.save(update_fields=["amount_minor"])
    return Refund.objects.create(
        payment=refund.payment,
        line=refund.line,
        amount_minor=part_minor,
        currency=refund.currency,
        reason=refund.reason,
        status=RefundStatus.FAILED,
        error=refund.error,
        note=refund.note,
        requested_by=refund.requested_by,
        created_at=refund.created_at,
    )


def _close(refund: Refund) -> None:
    refund.status, refund.closed_at = RefundStatus.REPLACED, timezone.now()
    refund.save(update_fields=["status", "closed_at"])
    less = F("refunded_minor") - refund.amount_minor
    Payment.objects.filter(pk=refund.payment_id).update(refunded_minor=less)
    if refund.line_id is not None:
        OrderLine.objects.filter(pk=refund.line_id).update(refunded_minor=less)
    books.refund_replaced(refund)


def _failed(payment: Payment) -> QuerySet[Refund]:
    return payment.refunds.filter(status=RefundStatus.FAILED)


def _sum(rows: QuerySet[Any], field: str) -> int:
    return rows.aggregate(sum=Sum(field))["sum"] or 0
