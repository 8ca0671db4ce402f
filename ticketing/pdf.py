"""Tickets on paper: one A5 page each."""

import io
from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext as _, pgettext
from reportlab.lib.pagesizes import A5
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from core.pdf import HAIRLINE, INK, SOFT, Sheet, face
from core.seal import draw_seal
from core.time import format_span, zone_label
from events.models import AttendanceMode
from orders.models import Order
from ticketing import qr
from ticketing.models import Ticket

WIDTH, HEIGHT = A5
MARGIN = 14 * mm
LEFT, RIGHT = MARGIN, WIDTH - MARGIN
QR_SIDE = 50 * mm  # with level M, 35 mm is the least that scanners read with ease


def tickets_pdf(order: Order, tickets: Sequence[Ticket], language: str) -> bytes:
    """One page for each ticket, in `language`, times in the event's zone. Never store it: it opens doors."""
    out, tokens = io.BytesIO(), qr.tokens_for(tickets)
    canvas = Canvas(out, pagesize=A5, pageCompression=1, lang=language)
    canvas.setAuthor("ChainONE")
    page = _Page(canvas, face(), size=A5, margin=MARGIN)
    with translation.override(language):
        canvas.setTitle(_("Tickets for order %(reference)s") % {"reference": order.reference})
        for number, (ticket, token) in enumerate(zip(tickets, tokens, strict=True), 1):
            page.draw(order, ticket, token, f"{number}/{len(tickets)}")
            canvas.showPage()
    canvas.save()
    return out.getvalue()


class _Page(Sheet):
    """One ticket."""

    def draw(self, order: Order, ticket: Ticket, token: str, count: str) -> None:
        self.ground()
        self._head(ticket)
        self._facts(ticket)
        self._code(ticket, token)
        self._foot(order, count)

    def _head(self, ticket: Ticket) -> None:
        chapter = ticket.event.chapter
        side = 21 * mm
        self.seal(
            draw_seal(chapter.seal_text or chapter.name),
            RIGHT - side,
            HEIGHT - 12 * mm - side,
            side,
        )
        self.y = HEIGHT - 14 * mm
        self.write("ChainONE", size=8.5, bold=True, width=90 * mm)
        self.write(chapter.name, size=8.5, color=SOFT, width=90 * mm, most=1)
        self.y = HEIGHT - 39 * mm
        size = (
            19 if len(self.wrap(ticket.event.title, self.face.bold, 19, RIGHT - LEFT)) <= 3 else 15
        )
        self.write(ticket.event.title, size=size, bold=True, most=4, lead=1.32)
        self.y -= 4 * mm

    def _facts(self, ticket: Ticket) -> None:
        event = ticket.event
        self.rule(INK)
        self.write(format_span(event.start_at, event.end_at, event.time_zone), size=11, bold=True)
        self.write(zone_label(event.start_at, event.time_zone), size=8.5, color=SOFT)
        if event.venue and event.attendance_mode != AttendanceMode.ONLINE:
            self.y -= 2 * mm
            self.write(event.venue.name, size=11, bold=True, most=2)
            self.write(event.venue.address, size=8.5, color=SOFT, most=2)
        if event.attendance_mode != AttendanceMode.OFFLINE:
            self.y -= 2 * mm
            self.write(_("Online"), size=11, bold=True)
            self.write(_("The link to join is on your order's page."), size=8.5, color=SOFT)
        self.y -= 4 * mm
        self.rule(HAIRLINE)

    def _code(self, ticket: Ticket, token: str) -> None:
        top = min(self.y - 4 * mm, 92 * mm)
        self.code(token, LEFT, top - QR_SIDE, QR_SIDE)
        beside, width = LEFT + QR_SIDE + 8 * mm, RIGHT - LEFT - QR_SIDE - 8 * mm
        self.y = top - 1 * mm
        size = 14 if len(self.wrap(ticket.holder_name, self.face.bold, 14, width)) <= 2 else 11
        self.write(pgettext("person", "Name"), size=8, color=SOFT, x=beside, width=width)
        self.write(ticket.holder_name, size=size, bold=True, x=beside, width=width, most=3)
        self.y -= 3 * mm
        self.write(_("Ticket"), size=8, color=SOFT, x=beside, width=width)
        self.write(ticket.ticket_type.name, size=11, bold=True, x=beside, width=width, most=3)
        self.y -= 3 * mm
        self.write(_("Ticket code"), size=8, color=SOFT, x=beside, width=width)
        self.write(ticket.label, size=11, bold=True, x=beside, width=width)

    def _foot(self, order: Order, count: str) -> None:
        self.y = 25 * mm
        self.rule(HAIRLINE)
        note = _("Good for one person, once. Show the code at the door, on paper or on a screen.")
        self.write(note, size=8, color=SOFT, most=2)
        words = {"reference": order.reference, "count": count}
        self.write(_("Order %(reference)s, ticket %(count)s") % words, size=8, color=SOFT)
