"""Effects that services send out after commit."""

from celery import shared_task
from django.utils import timezone

from ticketing import emails
from ticketing.models import FreePass, Ticket


def _ticket(pk: int) -> Ticket:
    related = ("event__chapter", "event__venue__city", "ticket_type", "order_line__order__chapter")
    return Ticket.objects.select_related(*related).get(pk=pk)


@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=8)
def send_reissued(ticket_id: int) -> None:
    emails.send_reissued(_ticket(ticket_id))


@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=8)
def send_canceled(ticket_id: int, reason: str) -> None:
    emails.send_canceled(_ticket(ticket_id), reason=reason)


def _pass(pk: int) -> FreePass:
    related = ("event__chapter", "chapter", "user", "granted_by")
    return FreePass.objects.select_related(*related).get(pk=pk)


@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=8)
def send_free_pass(pass_id: int) -> None:
    """Mail the pass unless done, or worth nothing by now. A crash before the update: twice, never
    zero."""
    free_pass = _pass(pass_id)
    if free_pass.mailed_at or free_pass.revoked_at or free_pass.valid_until <= timezone.now():
        return
    emails.send_free_pass(free_pass)
    FreePass.objects.filter(pk=pass_id).update(mailed_at=timezone.now())


@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=8)
def send_revoked_pass(pass_id: int) -> None:
    emails.send_revoked_pass(_pass(pass_id))
