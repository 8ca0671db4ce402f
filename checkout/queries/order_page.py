"""One order as its buyer sees it."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import TextChoices
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from checkout.queries.manage import orders_of, orders_of_course
from checkout.queries.subjects import Subject, subject_of
from checkout.services.returns import percent_of, percent_of_seat
from courses.models import GIVES_ACCESS, Enrollment
from courses.services import sales as seats_sales
from events.models import Event
from orders.models import (
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentStatus,
    Refund,
    RefundReason,
    RefundStatus,
)
from ticketing import qr
from ticketing.models import Ticket, TicketStatus
from ticketing.services import sales


class OrderState(TextChoices):
    """An order's status, and what its payments add to it."""

    WAITING = "waiting", _("Waiting for payment")
    CONFIRMING = "confirming", _("Being confirmed")
    PAID = "paid", _("Paid")
    EXPIRED = "expired", _("Expired")
    CANCELED = "canceled", _("Canceled")
    REFUNDED = "refunded", _("Refunded")


@dataclass(frozen=True)
class ShownTicket:
    """A ticket and the picture of its code, if it opens anything."""

    ticket: Ticket
    code: SafeString | None


@dataclass(frozen=True)
class ShownPayment:
    """Money that came in, and what of it goes back."""

    payment: Payment
    refunds: list[Refund]

    @property
    def useless(self) -> str:
        """Why it bought nothing; empty for the one that paid the order."""
        if self.payment.status == PaymentStatus.SUCCEEDED:
            return ""
        return next((refund.reason for refund in self.refunds), "")


@dataclass(frozen=True)
class OrderPage:
    order: Order
    subject: Subject
    lines: list[OrderLine]
    tickets: list[ShownTicket]
    seats: list[Enrollment]
    payments: list[Payment]
    received: list[ShownPayment]
    state: OrderState
    is_overdue: bool
    may_return: bool

    @property
    def good_tickets(self) -> int:
        return sum(shown.code is not None for shown in self.tickets)

    @property
    def has_tickets(self) -> bool:
        return self.good_tickets > 0

    @property
    def event(self) -> Event | None:
        return self.subject.event

    @property
    def good_seats(self) -> list[Enrollment]:
        """Those that let somebody in now."""
        return [seat for seat in self.seats if self.order.is_paid and seat.status in GIVES_ACCESS]

    @property
    def join_url(self) -> str:
        """Only for those who hold a ticket, and while there is something to join."""
        is_on = self.event and self.has_tickets and not self.event.is_canceled
        return self.event.online_url if self.event and is_on else ""

    @property
    def came_too_late(self) -> bool:
        """Money arrived when the places were somebody else's."""
        return any(shown.useless == RefundReason.NO_PLACES for shown in self.received)

    @property
    def was_charged(self) -> bool:
        return bool(self.received)

    @property
    def may_have_receipt(self) -> bool:
        return any(payment.status == PaymentStatus.SUCCEEDED for payment in self.payments)

    @property
    def is_disputed(self) -> bool:
        return any(payment.disputed for payment in self.payments)

    @property
    def has_failed(self) -> bool:
        """The last try to pay came to nothing."""
        return bool(self.payments) and self.payments[-1].status == PaymentStatus.FAILED

    @property
    def again_query(self) -> str:
        """The same tickets or seat once more, as the checkout's query string."""
        if self.seats:
            return urlencode(
                {"offer": self.seats[0].offer.public_id if self.seats[0].offer else ""}
            )
        counts: dict[str, int] = {}
        for shown in self.tickets:
            key = f"quantity-{shown.ticket.ticket_type.public_id}"
            counts[key] = counts.get(key, 0) + 1
        return urlencode(counts)


def may_order_again(order: Order) -> bool:
    """It is still to be had, nothing was charged, and its buyer has not ordered anew."""
    subject = subject_of(order)
    if not subject.is_on:
        return False
    if order.payments.filter(received_minor__gt=0).exists():
        return False  # a mail about their money is on its way
    same = orders_of(subject.event) if subject.event else orders_of_course(subject.course)
    later = same.filter(email=order.email, created_at__gt=order.created_at)
    return not later.filter(status__in=[OrderStatus.OPEN, OrderStatus.PAID]).exists()


def order_page(order: Order, *, at: datetime, returned: bool = False) -> OrderPage | None:
    """Six queries at most, however many tickets. `returned`: the buyer just came from the payment page."""
    tickets = list(sales.tickets_of(order).prefetch_related("event__refund_rules"))
    seats = [] if tickets else list(seats_sales.seats_of(order))
    if not tickets and not seats:
        return None
    payments = list(order.payments.prefetch_related("refunds__line"))
    return OrderPage(
        order=order,
        subject=Subject(event=tickets[0].event)
        if tickets
        else Subject(course=seats[0].cohort.course),
        lines=list(order.lines.all()),
        tickets=_shown(order, tickets),
        seats=seats,
        payments=payments,
        received=[ShownPayment(p, _going_back(p)) for p in payments if p.received_minor],
        state=_state(order, payments, returned=returned),
        is_overdue=order.is_open and order.hold_until <= at,
        may_return=_may_return(order, tickets, seats, payments, at),
    )


def _going_back(payment: Payment) -> list[Refund]:
    return [row for row in payment.refunds.all() if row.status != RefundStatus.REPLACED]


def _may_return(
    order: Order,
    tickets: list[Ticket],
    seats: list[Enrollment],
    payments: list[Payment],
    at: datetime,
) -> bool:
    """The rule still gives a ticket or seat back, and no bank holds the money."""
    earned = [payment for payment in payments if payment.status == PaymentStatus.SUCCEEDED]
    if not order.is_paid or any(payment.disputed for payment in earned):
        return False
    valid = [ticket for ticket in tickets if ticket.status == TicketStatus.VALID]
    percents = [percent_of(ticket, at) for ticket in valid]
    percents += [percent_of_seat(seat, order, at) for seat in seats if seat.status in GIVES_ACCESS]
    return any(percent is not None for percent in percents)


def _shown(order: Order, tickets: list[Ticket]) -> list[ShownTicket]:
    good = [t for t in tickets if order.is_paid and t.status == TicketStatus.VALID]
    tokens = dict(zip((t.pk for t in good), qr.tokens_for(good), strict=True))
    return [ShownTicket(t, qr.svg(tokens[t.pk]) if t.pk in tokens else None) for t in tickets]


def _state(order: Order, payments: list[Payment], *, returned: bool) -> OrderState:
    if order.status != OrderStatus.OPEN:
        return OrderState(order.status)
    underway = [payment for payment in payments if payment.status == PaymentStatus.STARTED]
    submitted = any(payment.submitted_at for payment in underway)
    is_confirming = submitted or (returned and underway)
    return OrderState.CONFIRMING if is_confirming else OrderState.WAITING
