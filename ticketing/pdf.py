"""Tickets on paper: one A5 page each, drawn by reportlab with an embedded font.

The font is the Noto Sans SC that `vendor_static` copies; only the signs in use go into the
file. Without it tickets still come, in Latin letters alone, and the log says so.
"""

import io
import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from django.contrib.staticfiles import finders
from django.utils import translation
from django.utils.translation import gettext as _, pgettext
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A5
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

from core.logs import logger
from core.seal import SealDrawing, draw_seal
from core.time import format_span, zone_label
from events.models import AttendanceMode
from orders.models import Order
from ticketing import qr
from ticketing.models import Ticket

PAPER, INK, SOFT = HexColor("#fbf8f1"), HexColor("#1d1a16"), HexColor("#575045")
HAIRLINE, SEAL, ON_SEAL, WHITE = (
    HexColor("#cdc3ae"), HexColor("#b3281d"), HexColor("#fdf8ee"), HexColor("#ffffff"),
)  # fmt: skip
WIDTH, HEIGHT = A5
LEFT, RIGHT = 14 * mm, WIDTH - 14 * mm
QR_SIDE = 50 * mm  # with level M, 35 mm is the least that scanners read with ease

CHINESE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\u3000-\u303f"
# A word, or one Chinese sign with what may not begin the next line after it
PIECES = re.compile(
    rf"[（“《「『][{CHINESE}]?|[{CHINESE}][，。、；：！？）”》」』…]*|[^\s{CHINESE}]+|\s+"
)


class Face(NamedTuple):
    """Two cuts of a font. `limited` means that it draws Latin-1 only."""

    regular: str
    bold: str
    limited: bool = False

    def clean(self, text: str) -> str:
        text = " ".join(text.split())
        return text.encode("cp1252", "replace").decode("cp1252") if self.limited else text


@cache
def _face() -> Face:
    files = {cut: finders.find(f"vendor/pdf/NotoSansSC-{cut}.ttf") for cut in ("Regular", "Bold")}
    try:
        for cut, file in files.items():
            pdfmetrics.registerFont(TTFont(f"Noto{cut}", file))
    except (TTFError, TypeError):
        logger.warning("ticket_font_missing", hint="run npm ci and manage.py vendor_static")
        return Face("Helvetica", "Helvetica-Bold", limited=True)
    return Face("NotoRegular", "NotoBold")


def tickets_pdf(order: Order, tickets: Sequence[Ticket], language: str) -> bytes:
    """One page for each ticket, in `language`, times in the event's zone. Never store it: it opens doors."""
    out, tokens = io.BytesIO(), qr.tokens_for(tickets)
    canvas = Canvas(out, pagesize=A5, pageCompression=1, lang=language)
    canvas.setAuthor("ChainONE")
    with translation.override(language):
        canvas.setTitle(_("Tickets for order %(reference)s") % {"reference": order.reference})
        for number, (ticket, token) in enumerate(zip(tickets, tokens, strict=True), 1):
            _Page(canvas, _face()).draw(order, ticket, token, f"{number}/{len(tickets)}")
            canvas.showPage()
    canvas.save()
    return out.getvalue()


class _Page:
    """One ticket. `y` walks down the page as lines are written."""

    def __init__(self, canvas: Canvas, face: Face) -> None:
        self.canvas, self.face, self.y = canvas, face, HEIGHT

    def draw(self, order: Order, ticket: Ticket, token: str, count: str) -> None:
        self._ground()
        self._head(ticket)
        self._facts(ticket)
        self._code(ticket, token)
        self._foot(order, count)

    def _ground(self) -> None:
        self.canvas.setFillColor(PAPER)
        self.canvas.rect(0, 0, WIDTH, HEIGHT, stroke=0, fill=1)

    def _head(self, ticket: Ticket) -> None:
        chapter = ticket.event.chapter
        side = 21 * mm
        self._seal(
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
        self._qr(token, LEFT, top - QR_SIDE)
        beside, width = LEFT + QR_SIDE + 8 * mm, RIGHT - LEFT - QR_SIDE - 8 * mm
        self.y = top - 1 * mm
        size = 14 if len(self.wrap(ticket.holder_name, self.face.bold, 14, width)) <= 2 else 11
        self.write(pgettext("person", "Name"), size=8, color=SOFT, x=beside, width=width)
        self.write(ticket.holder_name, size=size, bold=True, x=beside, width=width, most=3)
        self.y -= 3 * mm
        self.write(_("Ticket"), size=8, color=SOFT, x=beside, width=width)
        self.write(ticket.ticket_type.name, size=11, bold=True, x=beside, width=width, most=3)
        self.y -= 3 * mm
        self.write(_("Code"), size=8, color=SOFT, x=beside, width=width)
        self.write(ticket.label, size=11, bold=True, x=beside, width=width)

    def _foot(self, order: Order, count: str) -> None:
        self.y = 25 * mm
        self.rule(HAIRLINE)
        note = _("Good for one person, once. Show the code at the door, on paper or on a screen.")
        self.write(note, size=8, color=SOFT, most=2)
        words = {"reference": order.reference, "count": count}
        self.write(_("Order %(reference)s, ticket %(count)s") % words, size=8, color=SOFT)

    def rule(self, color: HexColor) -> None:
        self.canvas.setStrokeColor(color)
        self.canvas.setLineWidth(0.6)
        self.canvas.line(LEFT, self.y, RIGHT, self.y)
        self.y -= 2.5 * mm

    def write(
        self,
        text: str,
        *,
        size: float,
        bold: bool = False,
        color: HexColor = INK,
        x: float = LEFT,
        width: float = RIGHT - LEFT,
        most: int = 2,
        lead: float = 1.4,
    ) -> None:
        """Lines of `text` from the current place down, at most `most`; what is cut off ends in …"""
        font = self.face.bold if bold else self.face.regular
        lines = self.wrap(text, font, size, width)
        if len(lines) > most:
            lines = [*lines[: most - 1], f"{lines[most - 1][:-1]}…"]
        self.canvas.setFillColor(color)
        self.canvas.setFont(font, size)
        for line in lines:
            self.y -= size * lead
            self.canvas.drawString(x, self.y + size * 0.34, line)

    def wrap(self, text: str, font: str, size: float, width: float) -> list[str]:
        """Break between words and between Chinese signs; a word longer than a line breaks anywhere."""
        lines, line = [], ""
        for piece in self._pieces(self.face.clean(text), font, size, width):
            if line and pdfmetrics.stringWidth(line + piece.rstrip(), font, size) > width:
                lines.append(line.rstrip())
                line = ""
            line += piece if line else piece.lstrip()
        return [*lines, line.rstrip()] if line.strip() else lines

    def _pieces(self, text: str, font: str, size: float, width: float) -> Iterable[str]:
        for piece in PIECES.findall(text):
            fits = pdfmetrics.stringWidth(piece, font, size) <= width
            yield from [piece] if fits else piece

    def _seal(self, seal: SealDrawing, x: float, y: float, side: float) -> None:
        canvas = self.canvas
        canvas.saveState()
        canvas.translate(x, y + side)
        canvas.scale(side / 100, -side / 100)
        canvas.setFillColor(SEAL)
        path = canvas.beginPath()
        for outline in seal.outlines:
            path.moveTo(*outline[0])
            for point in outline[1:]:
                path.lineTo(*point)
            path.close()
        canvas.drawPath(path, stroke=0, fill=1, fillMode=0)  # even-odd: a frame has a hole
        canvas.setFillColor(ON_SEAL if seal.carved else SEAL)
        canvas.setFont(self.face.bold, 40)
        for sign in seal.signs:
            canvas.saveState()
            canvas.translate(sign.x, sign.y)
            canvas.rotate(sign.turn)
            canvas.scale(sign.scale_x, -sign.scale_y)
            canvas.drawCentredString(0, -14.6, self.face.clean(sign.text))
            canvas.restoreState()
        canvas.restoreState()

    def _qr(self, text: str, x: float, y: float) -> None:
        """The code as one path of horizontal runs, with the quiet zone around it in white."""
        modules = qr.matrix(text)
        side = QR_SIDE / len(modules)
        self.canvas.setFillColor(WHITE)
        self.canvas.rect(x, y, QR_SIDE, QR_SIDE, stroke=0, fill=1)
        path = self.canvas.beginPath()
        for row, line in enumerate(modules, 1):
            bits = "".join("1" if dark else "0" for dark in line)
            for run in re.finditer("1+", bits):
                bottom = y + QR_SIDE - row * side
                path.rect(x + run.start() * side, bottom, len(run[0]) * side, side)
        self.canvas.setFillColorRGB(0, 0, 0)
        self.canvas.drawPath(path, stroke=0, fill=1)
