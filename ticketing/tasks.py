"""Effects that services send out after commit."""

from celery import shared_task

from ticketing import emails
from ticketing.models import Ticket


def _ticket(pk: int) -> Ticket:
    related = ("event__chapter", "event__venue__city", "ticket_type", "order_line__order__chapter")
    return Ticket.objects.select_related(*related).get(pk=pk)


@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=8)
def send_reissued(ticket_id: int) -> None:
    emails.send_reissued(_ticket(ticket_id))


@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=8)
def send_canceled(ticket_id: int, reason: str) -> None:
    emails.send_canceled(_ticket(ticket_id), reason=reason)
