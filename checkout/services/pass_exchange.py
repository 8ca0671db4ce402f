"""Somebody bought a ticket, and then earned a pass that would have been good for it."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from checkout.errors import RefundClosed
from checkout.services import refunds
from checkout.services.locks import lock_order
from checkout.services.orders import place_within
from orders.models import Channel, Order, RefundReason
from ticketing.models import FreePass, Ticket, TicketStatus
from ticketing.services.sales import Exchange


@transaction.atomic(durable=True)
def exchange_ticket(*, ticket: Ticket, free_pass: FreePass, by: User) -> Order:
    """Owe the whole price of a bought ticket, whatever the organizer's rule says, and give the same
    place for the pass, on an order of its own. All or nothing.

    Raises RefundClosed (the event began, or the ticket was used or returned), PaymentDisputed,
    and what the pass's use raises.
    """
    order = lock_order(ticket.order_line.order_id)
    ticket = Ticket.objects.select_related("event", "ticket_type").get(pk=ticket.pk)
    is_good = ticket.status == TicketStatus.VALID and not ticket.checked_in_at
    if not is_good or ticket.event.start_at <= timezone.now():
        raise RefundClosed
    refunds.refund_units(order=order, units=[ticket.public_id], by=None, reason=RefundReason.BUYER)
    fields = {
        "email": order.email,
        "name": order.name,
        "language": order.language,
        "time_zone": order.time_zone,
        "client_key": None,
        "placed_by": by,
        "channel": Channel.WEB,
    }
    return place_within([Exchange(ticket, free_pass)], 0, fields)
