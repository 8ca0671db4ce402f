"""Started by the clock. Looks at state and does what is still owed; may run at any time, twice,
and beside itself."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from celery import shared_task
from django.utils import timezone

from core.logs import logger
from core.mail import is_hopeless
from events.models import Event, EventStatus
from orders.models import Order
from ticketing import emails, tasks
from ticketing.models import FreePass, PassUse
from ticketing.services import notices, passes
from ticketing.services.notices import Owed

CHUNK = 100
SECONDS = 240  # less than from one start to the next
GRACE = timedelta(minutes=2)  # what a task in flight is given before the clock steps in
PATIENCE = 5  # failures in a row after which the mail server is left in peace


@shared_task
def send_event_mail() -> int:
    """Reminders, changes and cancellations that are owed; says how many went out.

    One mail for an order and event. What the server does not take now is owed still, and the
    next run tries again: no queue of retries that could outlive the event.
    """
    now, give_up_at = timezone.now(), time.monotonic() + SECONDS
    sent = failed = 0
    for due, order in _all_owed(now):
        if failed >= PATIENCE or time.monotonic() > give_up_at:
            logger.warning("event_mail_stopped", sent=sent, failed=failed)
            break
        outcome = _send(due, order, now)
        sent += outcome is True
        failed = failed + 1 if outcome is False else 0
    return sent


def _all_owed(at: datetime) -> Iterator[tuple[Owed, Order]]:
    """In chunks by pk: neither memory nor a query grows with the event."""
    for due in notices.owed(at):
        last = 0
        while chunk := list(due.orders.filter(pk__gt=last).order_by("pk")[:CHUNK]):
            yield from ((due, order) for order in chunk)
            last = chunk[-1].pk


def _send(due: Owed, order: Order, at: datetime) -> bool | None:
    """True: sent. False: try again later. None: nothing to do."""
    notice = notices.claim(order=order, event=due.event, kind=due.kind, at=at)
    if notice is None:
        return None
    try:
        emails.send_notice(order, due.event, due.kind)
    except OSError as error:
        logger.warning("event_mail_failed", order=order.pk, error=type(error).__name__)
        if not is_hopeless(error):
            notices.give_up(notice=notice)
            return False
    notices.mark_sent(notice=notice)
    return True


@shared_task
def send_free_passes() -> None:
    """Passes that no task has mailed."""
    now = timezone.now()
    owed = FreePass.objects.filter(mailed_at=None, revoked_at=None, granted_at__lt=now - GRACE)
    for pk in owed.filter(valid_until__gt=now).values_list("pk", flat=True)[:CHUNK]:
        tasks.send_free_pass.delay(pk)


@shared_task
def return_passes() -> None:
    """Uses that were spent on an event which was canceled come back, whether or not anybody
    returns the tickets."""
    spent = PassUse.objects.standing().filter(event__status=EventStatus.CANCELED)
    for event in Event.objects.filter(pk__in=spent.values("event")):
        while passes.give_back_of_event(event, CHUNK):
            pass
