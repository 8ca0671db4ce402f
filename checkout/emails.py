"""Mails about an order, in its language."""

from core.mail import Attachment, send_mail
from orders.models import Order
from ticketing.emails import calendar_file, order_context
from ticketing.models import TicketStatus
from ticketing.pdf import tickets_pdf
from ticketing.services import notices, sales


def send_confirmation(order: Order) -> None:
    """The tickets as PDF, a calendar entry, and the order's secret link.

    Afterwards the order's people count as told how the event stands now. Raises OSError.
    """
    tickets = list(sales.tickets_of(order).filter(status=TicketStatus.VALID))
    if not tickets:
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
