"""Mails about an order, in its language."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from checkout.queries.subjects import subject_of
from community.models import RUNNERS
from core.mail import Attachment, send_mail
from core.seal import seal_text
from courses.services import sales as seat_sales
from orders.models import Dispute, Order, Refund
from ticketing.emails import calendar_file, order_context
from ticketing.models import TicketStatus
from ticketing.pdf import tickets_pdf
from ticketing.services import notices, sales


def send_confirmation(order: Order) -> None:
    """The tickets as PDF, a calendar entry, and the order's secret link; for seats of a course,
    where to start.

    Afterwards the order's people count as told how the event stands now. Raises OSError.
    """
    tickets = list(sales.tickets_of(order).filter(status=TicketStatus.VALID))
    if not tickets:
        _send_seats(order)
        return
    event = tickets[0].event
    pdf = tickets_pdf(order, tickets, order.language)
    send_mail(
        to=order.email,
        template="order_confirmation",
        context={**order_context(order, event), "tickets": tickets},
        language=order.language,
        time_zone=order.time_zone or event.time_zone,
        attachments=[
            Attachment(f"tickets-{order.reference}.pdf", pdf, "application/pdf"),
            calendar_file(order, event),
        ],
        reply_to=order.chapter.contact_email,
    )
    notices.record_told(order=order, event=event)


def send_expired(order: Order) -> None:
    """Tell the buyer that the places were let go and nothing was charged. Raises OSError."""
    context = _context(order)
    send_mail(
        to=order.email,
        template="order_expired",
        context=context,
        language=order.language,
        time_zone=order.time_zone or context["subject"].zone,
        reply_to=order.chapter.contact_email,
    )


def _send_seats(order: Order) -> None:
    """Each learner hears of their seats; the buyer of all of them, with the order's link."""
    seats = list(seat_sales.seats_of(order).giving_access())
    for email in sorted({order.email, *(seat.email for seat in seats)} if seats else ()):
        theirs = [seat for seat in seats if email in {order.email, seat.email}]
        course = theirs[0].cohort.course
        path = reverse("courses:course-start", args=[course.slug])
        send_mail(
            to=email,
            template="order_seats",
            context={
                **_context(order),
                "course": course,
                "seats": theirs,
                "is_buyer": email == order.email,
                "start_url": settings.SITE_URL + path,
            },
            language=order.language,
            time_zone=order.time_zone or order.chapter.time_zone,
            reply_to=order.chapter.contact_email,
        )


def _context(order: Order) -> dict[str, Any]:
    """What every mail about an order shows, whatever it bought."""
    subject = subject_of(order)
    if subject.event:
        return {**order_context(order, subject.event), "subject": subject}
    with translation.override(order.language):
        return {
            "order": order,
            "subject": subject,
            "order_url": f"{settings.SITE_URL}{order.get_absolute_url()}",
            "seal_text": seal_text(order.chapter.seal_text or order.chapter.name),
        }


def send_refund_notice(refund: Refund) -> None:
    """Tell the buyer that money is on its way back, how much and why. Raises OSError."""
    order = refund.payment.order
    context = _context(order)
    send_mail(
        to=order.email,
        template="order_refund",
        context={**context, "refund": refund},
        language=order.language,
        time_zone=order.time_zone or context["subject"].zone,
        reply_to=order.chapter.contact_email,
    )


def send_refund_failed(refund: Refund) -> None:
    """Tell the organizers that a buyer's money is still here. Raises OSError."""
    _tell_runners(refund.payment.order, "order_refund_failed", {"refund": refund})


def send_dispute_notice(dispute: Dispute) -> None:
    """Tell the organizers that a bank takes money back. Raises OSError."""
    _tell_runners(dispute.payment.order, "order_dispute", {"dispute": dispute})


def _tell_runners(order: Order, template: str, context: dict[str, Any]) -> None:
    """Everyone who runs the chapter, each in their language, with a link to the order."""
    people = User.objects.filter(
        memberships__chapter=order.chapter, memberships__role__in=RUNNERS, is_active=True
    )
    about = _context(order)
    subject = about["subject"]
    name = "order-manage" if subject.event else "seat-order-manage"
    path = reverse(f"checkout:{name}", args=[subject.slug, order.reference])
    for person in people.distinct():
        send_mail(
            to=person.email,
            template=template,
            context={
                **about,
                **context,
                "order_url": settings.SITE_URL + path,
                "zone": person.time_zone or order.chapter.time_zone,
            },
            language=person.language or order.language,
            time_zone=person.time_zone or order.chapter.time_zone,
        )
