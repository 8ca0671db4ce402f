"""What answers are made of, where it spans models."""

from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from courses.models import Course, Enrollment
from courses.services import sales as seat_sales
from events.models import Event
from orders.models import Order
from ticketing import qr
from ticketing.models import Ticket, TicketStatus
from ticketing.services import sales


@dataclass(frozen=True)
class IssuedTicket:
    """`qr` is the text of its QR code, once it opens the door. Whoever has it, holds the ticket."""

    ticket: Ticket
    qr: str | None


@dataclass(frozen=True)
class PlacedOrder:
    """An order for those who know its secret id: they hold what it bought."""

    order: Order
    tickets: list[IssuedTicket]
    seats: list[Enrollment]
    payment_url: str | None

    @property
    def event(self) -> Event | None:
        return self.tickets[0].ticket.event if self.tickets else None

    @property
    def course(self) -> Course | None:
        return self.seats[0].cohort.course if self.seats else None

    @property
    def url(self) -> str:
        return settings.SITE_URL + self.order.get_absolute_url()

    @property
    def join_url(self) -> str | None:
        event = self.event
        is_good = event and any(issued.qr for issued in self.tickets) and not event.is_canceled
        return event.online_url or None if event and is_good else None


def placed_order(order: Order, *, payment_url: str | None) -> PlacedOrder:
    """Two queries, however many tickets or seats."""
    tickets = list(sales.tickets_of(order))
    good = [t for t in tickets if order.is_paid and t.status == TicketStatus.VALID]
    texts = dict(zip((t.pk for t in good), qr.tokens_for(good), strict=True))
    issued = [IssuedTicket(ticket, texts.get(ticket.pk)) for ticket in tickets]
    seats = [] if tickets else list(seat_sales.seats_of(order))
    return PlacedOrder(order, issued, seats, payment_url)


def open_payment_url(order: Order) -> str | None:
    """The payment page that was opened for it, while it lives."""
    if not order.is_open:
        return None
    live = order.payments.started().filter(expires_at__gt=timezone.now()).exclude(checkout_url="")
    return live.values_list("checkout_url", flat=True).last()
