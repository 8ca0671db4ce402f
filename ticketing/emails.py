"""Mails about an event to those who hold tickets for it, in the language of their order."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from core.mail import Attachment, send_mail
from core.seal import seal_text
from core.time import format_moment, format_span, zone_label
from events.calendars import Guest, guest_calendar
from events.models import Event
from orders.models import Order
from ticketing.models import FreePass, NoticeKind, Ticket
from ticketing.pdf import tickets_pdf

TEMPLATES = {
    NoticeKind.DAY_BEFORE: "event_reminder",
    NoticeKind.HOUR_BEFORE: "event_reminder",
    NoticeKind.CHANGED: "event_changed",
    NoticeKind.CANCELED: "event_canceled",
}
WITH_CALENDAR = (NoticeKind.CHANGED, NoticeKind.CANCELED)


def send_notice(order: Order, event: Event, kind: NoticeKind) -> None:
    """One mail for all tickets of `order` for `event`. Raises OSError when the server refuses."""
    send_mail(
        to=order.email,
        template=TEMPLATES[kind],
        context={**order_context(order, event), "is_last_call": kind == NoticeKind.HOUR_BEFORE},
        language=order.language,
        time_zone=order.time_zone or event.time_zone,
        attachments=[calendar_file(order, event)] if kind in WITH_CALENDAR else [],
        reply_to=order.chapter.contact_email,
    )


def send_reissued(ticket: Ticket) -> None:
    """The ticket's new code, as PDF, and that the old one is worth nothing. Raises OSError."""
    order = ticket.order_line.order
    pdf = tickets_pdf(order, [ticket], order.language)
    attachment = Attachment(f"ticket-{ticket.label}.pdf", pdf, "application/pdf")
    _send_of_ticket(ticket, "ticket_reissued", attachments=[attachment])


def send_canceled(ticket: Ticket, *, reason: str) -> None:
    """Its buyer hears that one ticket is gone, and why if anything was said. Raises OSError."""
    _send_of_ticket(ticket, "ticket_canceled", reason=reason)


def _send_of_ticket(
    ticket: Ticket, template: str, *, attachments: Sequence[Attachment] = (), **context: Any
) -> None:
    order, event = ticket.order_line.order, ticket.event
    send_mail(
        to=order.email,
        template=template,
        context={**order_context(order, event), "ticket": ticket, **context},
        language=order.language,
        time_zone=order.time_zone or event.time_zone,
        attachments=attachments,
        reply_to=event.chapter.contact_email,
    )


def send_free_pass(free_pass: FreePass) -> None:
    """What it is good for, why it was given, and how it is used. Raises OSError."""
    _send_of_pass(free_pass, "free_pass")


def send_revoked_pass(free_pass: FreePass) -> None:
    """That it gives nothing any more, and why. Raises OSError."""
    _send_of_pass(free_pass, "free_pass_revoked")


def _send_of_pass(free_pass: FreePass, template: str) -> None:
    event = free_pass.event
    chapter = free_pass.chapter or (event.chapter if event else None)
    with translation.override(free_pass.language):
        sender = chapter.name if chapter else ""
        context = {
            "free_pass": free_pass,
            "sender": sender,
            "seal_text": seal_text(chapter.seal_text or sender) if chapter else "",
            "start": format_moment(event.start_at, event.time_zone) if event else "",
            "event_url": f"{settings.SITE_URL}{event.get_absolute_url()}" if event else "",
            "passes_url": settings.SITE_URL + reverse("ticketing:my-passes"),
        }
    person = free_pass.user
    send_mail(
        to=free_pass.email,
        template=template,
        context=context,
        language=free_pass.language,
        time_zone=(person and person.time_zone) or (chapter and chapter.time_zone) or "UTC",
        reply_to=chapter.contact_email if chapter else "",
    )


def order_context(order: Order, event: Event) -> dict[str, Any]:
    """What every mail about an order and its event shows."""
    with translation.override(order.language):
        return {
            "order": order,
            "event": event,
            "order_url": f"{settings.SITE_URL}{order.get_absolute_url()}",
            "seal_text": seal_text(order.chapter.seal_text or order.chapter.name),
            "start": format_moment(event.start_at, event.time_zone),
            "local_time": _local_time(order, event),
        }


def calendar_file(order: Order, event: Event) -> Attachment:
    """The calendar entry as a mail carries it: the method stands in the type as well."""
    with translation.override(order.language):
        content = guest_calendar(event, guest=Guest(order.email, order.name))
    method = "CANCEL" if event.is_canceled else "REQUEST"
    return Attachment("event.ics", content, f"text/calendar; method={method}")


def _local_time(order: Order, event: Event) -> str:
    """The event's time in the reader's own zone, where its clocks differ from the event's."""
    if not order.time_zone:
        return ""
    here, there = (
        event.start_at.astimezone(ZoneInfo(zone)) for zone in (order.time_zone, event.time_zone)
    )
    if here.utcoffset() == there.utcoffset():
        return ""
    when = format_span(event.start_at, event.end_at, order.time_zone)
    return f"{when}, {zone_label(event.start_at, order.time_zone)}"
