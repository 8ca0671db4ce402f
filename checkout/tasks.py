"""Effects that services send out after commit. What is owed follows from state: a lost task is
sent again by jobs.send_owed."""

from celery import shared_task
from django.utils import timezone

from checkout import emails
from orders.models import Order


@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=8)
def send_confirmation(order_id: int) -> None:
    """Mail the tickets unless done. A crash before the update: twice, never zero."""
    order = Order.objects.select_related("chapter").get(pk=order_id)
    if order.confirmation_sent_at or not order.is_paid:
        return
    emails.send_confirmation(order)  # SMTPException is an OSError: retried
    Order.objects.filter(pk=order_id, email=order.email).update(confirmation_sent_at=timezone.now())
