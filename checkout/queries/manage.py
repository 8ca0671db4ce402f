"""Orders of one event, as its organizers look after them."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from core.money import format_money
from core.text import search_terms
from courses.models import Course, CourseLogEntry, Enrollment
from events.models import Event, LogEntry
from orders.models import Order, Payment, PaymentStatus, Provider
from ticketing.models import Ticket


def orders_of(event: Event) -> QuerySet[Order]:
    """Every order that ever took a place of `event`; the tickets of those that lapsed are kept."""
    mine = Ticket.objects.filter(event=event, order_line__order=OuterRef("pk"))
    return Order.objects.filter(Exists(mine), chapter=event.chapter_id)


def orders_of_course(course: Course | None) -> QuerySet[Order]:
    """The same for a course: also orders whose seats were let go."""
    mine = Enrollment.objects.filter(cohort__course=course, order_line__order=OuterRef("pk"))
    return Order.objects.filter(Exists(mine))


def found_orders(orders: QuerySet[Order], *, q: str = "", status: str = "") -> QuerySet[Order]:
    """Narrowed by words in reference, name and e-mail, and by state; newest first."""
    for term in search_terms(q):
        words = Q(reference__icontains=term) | Q(name__icontains=term) | Q(email__icontains=term)
        orders = orders.filter(words)
    return (orders.filter(status=status) if status else orders).order_by("-created_at", "-pk")


def first_tickets(event: Event, *, q: str = "", status: str = "") -> QuerySet[Ticket]:
    """One ticket for each order, with the order: the one whose label ends in -1.

    So a page of orders is read from the index `ticket_first`, without DISTINCT, at a cost that
    does not grow with the event. `q` is looked for in reference, name and e-mail.
    """
    order = "order_line__order"
    tickets = Ticket.objects.filter(event=event, label__endswith="-1").select_related(order)
    for term in search_terms(q):
        tickets = tickets.filter(
            Q(label__icontains=term)
            | Q(**{f"{order}__name__icontains": term})
            | Q(**{f"{order}__email__icontains": term})
        )
    return tickets.filter(**{f"{order}__status": status}) if status else tickets


class Step(NamedTuple):
    """Something that happened to an order: in words, or as an entry of the event's log."""

    at: datetime
    text: str = ""
    entry: LogEntry | CourseLogEntry | None = None


def timeline(
    order: Order, payments: Iterable[Payment], entries: Iterable[LogEntry | CourseLogEntry]
) -> list[Step]:
    """What the rows say happened, oldest first. No query: the page has read them all,
    payments with their refunds."""
    steps = [Step(order.created_at, _("Ordered"))]
    for payment in payments:
        steps += _of_payment(payment)
    if order.confirmation_sent_at:
        steps.append(Step(order.confirmation_sent_at, _("Tickets mailed")))
    if order.closed_at:
        steps.append(Step(order.closed_at, order.get_status_display()))
    steps += [Step(entry.at, entry=entry) for entry in entries]
    return sorted(steps, key=lambda step: step.at)


def _of_payment(payment: Payment) -> Iterable[Step]:
    how = payment.get_provider_display()
    if payment.provider == Provider.STRIPE:  # what is paid by hand was received when it was noted
        yield Step(payment.started_at, _("Payment started: %(how)s") % {"how": how})
    if payment.succeeded_at:
        yield Step(payment.succeeded_at, _("Payment received: %(how)s") % {"how": how})
    for refund in payment.refunds.all():
        amount = format_money(refund.amount_minor, refund.currency)
        words = {"amount": amount, "why": refund.get_reason_display()}
        yield Step(refund.created_at, _("Refund of %(amount)s: %(why)s") % words)
        if refund.closed_at:
            words = {"amount": amount, "state": refund.get_status_display()}
            yield Step(refund.closed_at, _("Refund of %(amount)s: %(state)s") % words)
    if payment.failed_at and payment.status == PaymentStatus.FAILED:
        yield Step(payment.failed_at, _("Payment not received: %(how)s") % {"how": how})
