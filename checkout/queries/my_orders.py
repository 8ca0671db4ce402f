"""Somebody's orders: those they placed signed in, and those made with an e-mail they have proven."""

from datetime import datetime

from django.db.models import Exists, Min, OuterRef, Prefetch, QuerySet

from accounts.models import User
from orders.models import Order, OrderStatus
from ticketing.models import Ticket

WITH_EVENT = Prefetch(
    "lines__tickets",
    Ticket.objects.valid().select_related("event__venue__city", "ticket_type"),
)


def orders_with_tickets(user: User, *, past: bool, at: datetime) -> QuerySet[Order]:
    """Paid orders that still hold a good ticket, by the event's start: next first, last past first."""
    over = {"event__end_at__lte": at} if past else {"event__end_at__gt": at}
    tickets = Ticket.objects.valid().filter(order_line__order=OuterRef("pk"), **over)
    mine = Order.objects.of_person(user).filter(Exists(tickets), status=OrderStatus.PAID)
    dated = mine.annotate(start_at=Min("lines__tickets__event__start_at"))
    order = ("-start_at", "-pk") if past else ("start_at", "pk")
    return dated.order_by(*order).prefetch_related("lines", WITH_EVENT)


def orders_to_pay(user: User, *, at: datetime) -> QuerySet[Order]:
    mine = Order.objects.of_person(user)
    return mine.filter(status=OrderStatus.OPEN, hold_until__gt=at).prefetch_related("lines")
