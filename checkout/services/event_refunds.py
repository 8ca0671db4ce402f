"""Refunding a whole canceled event: long work in small steps, each an order of its own.

What is left to do follows from state (paid orders with valid tickets of an event whose
`RefundRun` was asked for), so a worker may die at any line and another go on.
"""

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from checkout.services import refunds
from core.errors import DomainError
from core.logs import logger
from events.models import Event, EventStatus
from events.services import log
from orders.models import Order, OrderStatus, Payment, RefundReason
from ticketing.errors import EventStillOn
from ticketing.models import RefundRun, Ticket, TicketStatus


@transaction.atomic
def request_refunds(*, event: Event, by: User) -> RefundRun:
    """Promise every buyer of a canceled event their money; `jobs.refund_events` keeps it.

    Repeatable. Raises EventStillOn.
    """
    event = Event.objects.select_for_update().get(pk=event.pk)
    if event.status != EventStatus.CANCELED:
        raise EventStillOn
    run, new = RefundRun.objects.get_or_create(event=event, defaults={"requested_by": by})
    if new:
        log.record(event=event, by=by, action="event_refunds_requested")
    return run


def orders_to_refund(event: Event) -> QuerySet[Order]:
    """Paid orders that still hold valid tickets of `event`, oldest first; a disputed one waits
    for its bank."""
    held = Ticket.objects.filter(event=event, status=TicketStatus.VALID)
    paid = Order.objects.filter(status=OrderStatus.PAID, pk__in=held.values("order_line__order"))
    disputed = Payment.objects.earned().filter(disputed=True)
    return paid.exclude(pk__in=disputed.values("order")).order_by("pk")


def refund_some(*, event: Event, limit: int) -> int:
    """Refund the next `limit` orders wholly; say how many were. One order's trouble stops no other."""
    done = 0
    for order in orders_to_refund(event)[:limit]:
        tickets = Ticket.objects.filter(order_line__order=order, event=event)
        try:
            refunds.refund_units(
                order=order,
                units=list(tickets.values_list("public_id", flat=True)),
                by=None,
                reason=RefundReason.EVENT_CANCELED,
            )
            done += 1
        except DomainError as error:  # disputed: the bank decides
            logger.warning("event_refund_failed", order=order.pk, error=error.code)
    return done
