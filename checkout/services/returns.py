"""A buyer returns tickets or seats by the organizer's published rule."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from checkout.errors import RefundClosed
from checkout.services import refunds
from checkout.services.locks import lock_order
from courses.models import Enrollment
from courses.services import sales as seats
from events.models import Event
from orders.models import Order, Refund, RefundReason
from ticketing.models import RefundRule, Ticket, TicketStatus
from ticketing.services import sales


def percent_at(rules: Iterable[RefundRule], event: Event, at: datetime) -> int:
    """What goes back of a price at `at`, in percent; 0 when no rule holds any more.

    A canceled event returns everything; a rule never reaches beyond the start.
    """
    if event.is_canceled:
        return 100
    left = event.start_at - at
    holding = [rule for rule in rules if left >= timedelta(hours=rule.hours_before)]
    nearest = max(holding, key=lambda rule: rule.hours_before, default=None)
    return nearest.percent if nearest and left > timedelta(0) else 0


@transaction.atomic
def return_units(*, order: Order, units: Iterable[str], at: datetime) -> list[Refund]:
    """Take tickets or seats back from their buyer and owe what the rule of `at` says. All or none.

    A free ticket can be given back until its event starts. Raises RefundClosed (too late, or
    the ticket was used), PaymentDisputed, StockMoved.
    """
    order = lock_order(order.pk)
    wanted = set(units)
    tickets = list(
        sales.tickets_of(order)
        .filter(public_id__in=wanted, status=TicketStatus.VALID)
        .prefetch_related("event__refund_rules")
    )
    found = {ticket.public_id: percent_of(ticket, at) for ticket in tickets}
    for seat in seats.seats_of(order).giving_access().filter(public_id__in=wanted):
        found[seat.public_id] = percent_of_seat(seat, order, at)
    percents = {unit: percent for unit, percent in found.items() if percent is not None}
    if len(percents) < len(found):
        raise RefundClosed
    return refunds.refund_units(
        order=order, units=percents, by=None, reason=RefundReason.BUYER, percents=percents
    )


def percent_of(ticket: Ticket, at: datetime) -> int | None:
    """What goes back for a valid ticket returned at `at`; None when it can no longer be returned."""
    event, is_free = ticket.event, not ticket.order_line.unit_price_minor
    percent = percent_at(event.refund_rules.all(), event, at)
    may_return = percent or (is_free and at < event.start_at)
    return percent if may_return and not ticket.checked_in_at else None


def percent_of_seat(seat: Enrollment, order: Order, at: datetime) -> int | None:
    """What goes back for a seat returned at `at`: everything, so many days after it was paid as
    the course promises. A free seat can be given back at any time."""
    if seat.order_line is not None and not seat.order_line.unit_price_minor:
        return 0
    days = timedelta(days=seat.cohort.course.refund_days)
    in_time = order.paid_at is not None and at < order.paid_at + days
    return 100 if in_time else None
