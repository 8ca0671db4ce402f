"""Buying, in one line."""

from typing import Any

from checkout.services.orders import place_order
from orders.models import Order
from tests.factories.ticketing import QuotaFactory, TicketTypeFactory
from ticketing.models import Ticket, TicketType
from ticketing.services.sales import Selection


def paid_type(size: int = 10, **fields: Any) -> TicketType:
    """A type of ¥128 that draws on one quota of `size` places."""
    hall = QuotaFactory(size=size)
    fields = {"price_minor": 12_800, "currency": "CNY", **fields}
    return TicketTypeFactory(event=hall.event, quotas=[hall], **fields)


def buy(kind: TicketType, *holders: str, **fields: Any) -> Order:
    holders = holders or ("Lin",)
    fields = {"email": "lin@example.com", "name": "Lin", "language": "en", **fields}
    wanted = [Selection(kind.public_id, holder) for holder in holders]
    return place_order(event=kind.event, selections=wanted, **fields)


def state(order: Order) -> tuple[str, list[str], list[str], int]:
    """Order, payments, tickets, and places taken: all that a payment may change."""
    order.refresh_from_db()
    tickets = Ticket.objects.filter(order_line__order=order).order_by("pk")
    quota = tickets[0].ticket_type.quotas.get()
    return (
        order.status,
        [payment.status for payment in order.payments.all()],
        [ticket.status for ticket in tickets],
        quota.taken,
    )
