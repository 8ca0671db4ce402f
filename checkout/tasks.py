"""Effects that services send out after commit. What is owed follows from state: a lost task is
sent again by jobs.send_owed."""

from celery import shared_task
from django.utils import timezone

from checkout import emails
from checkout.queries.order_page import may_order_again
from checkout.services import refund_sending
from orders.errors import GatewayError
from orders.models import Dispute, Order, OrderStatus, Refund, RefundStatus


@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=8)
def send_confirmation(order_id: int) -> None:
    """Mail the tickets unless done. A crash before the update: twice, never zero."""
    order = Order.objects.select_related("chapter").get(pk=order_id)
    if order.confirmation_sent_at or not order.is_paid:
        return
    emails.send_confirmation(order)  # SMTPException is an OSError: retried
    Order.objects.filter(pk=order_id, email=order.email).update(confirmation_sent_at=timezone.now())


@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=8)
def tell_expired(order_id: int) -> None:
    """Tell the buyer that the time to pay is over, once, and only whom it still concerns."""
    order = Order.objects.select_related("chapter").get(pk=order_id)
    if order.status != OrderStatus.EXPIRED or order.expiry_told_at:
        return
    if may_order_again(order):
        emails.send_expired(order)
    Order.objects.filter(pk=order_id).update(expiry_told_at=timezone.now())


@shared_task(autoretry_for=(OSError, GatewayError), retry_backoff=True, max_retries=8)
def send_refund(refund_id: int) -> None:
    """Return the money and tell the buyer. A crash anywhere: asked again with the same key."""
    refund = Refund.objects.select_related("payment__order__chapter").get(pk=refund_id)
    if refund.status in {RefundStatus.DUE, RefundStatus.SENT}:
        refund = refund_sending.send(refund=refund)
    if refund.status == RefundStatus.SUCCEEDED and refund.buyer_told_at is None:
        emails.send_refund_notice(refund)
        Refund.objects.filter(pk=refund_id).update(buyer_told_at=timezone.now())
    if refund.status == RefundStatus.FAILED:
        tell_refund_failed(refund_id)


@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=8)
def tell_refund_failed(refund_id: int) -> None:
    """Tell the organizers that money could not be returned, once for each try."""
    refund = Refund.objects.select_related("payment__order__chapter", "line").get(pk=refund_id)
    if refund.status == RefundStatus.FAILED and refund.failure_told_at is None:
        emails.send_refund_failed(refund)
        Refund.objects.filter(pk=refund_id).update(failure_told_at=timezone.now())


@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=8)
def tell_dispute(dispute_id: int) -> None:
    """Tell the organizers that a bank took money back, once."""
    dispute = Dispute.objects.select_related("payment__order__chapter").get(pk=dispute_id)
    if dispute.organizers_told_at is None:
        emails.send_dispute_notice(dispute)
        Dispute.objects.filter(pk=dispute_id).update(organizers_told_at=timezone.now())
