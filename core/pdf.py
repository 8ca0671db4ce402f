"""Drawing on paper by reportlab: the house's colors, type that wraps, the seal.

The font is the Noto Sans SC that `vendor_static` copies; only the signs in use go into the
file. Without it pages still come, in Latin letters alone, and the log says so.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from django.contrib.staticfiles import finders
from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

from core import qr
from core.logs import logger
from core.seal import SealDrawing

PAPER, INK, SOFT = HexColor("#fbf8f1"), HexColor("#1d1a16"), HexColor("#575045")
HAIRLINE, SEAL, ON_SEAL, WHITE = (
    HexColor("#cdc3ae"), HexColor("#b3281d"), HexColor("#fdf8ee"), HexColor("#ffffff"),
)  # fmt: skip

RULE_GAP = 7.1  # below a line, 2.5 mm
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
def face() -> Face:
    files = {cut: finders.find(f"vendor/pdf/NotoSansSC-{cut}.ttf") for cut in ("Regular", "Bold")}
    try:
        for cut, file in files.items():
            pdfmetrics.registerFont(TTFont(f"Noto{cut}", file))
    except (TTFError, TypeError):
        logger.warning("pdf_font_missing", hint="run npm ci and manage.py vendor_static")
        return Face("Helvetica", "Helvetica-Bold", limited=True)
    return Face("NotoRegular", "NotoBold")


class Sheet:
    """A page to write on. `y` walks down from the top as lines are written; sums are in points."""

    def __init__(
        self, canvas: Canvas, face: Face, *, size: tuple[float, float], margin: float
    ) -> None:
        self.canvas, self.face = canvas, face
        self.width, self.height = size
        self.left, self.right, self.y = margin, self.width - margin, self.height

    def ground(self) -> None:
        self.canvas.setFillColor(PAPER)
        self.canvas.rect(0, 0, self.width, self.height, stroke=0, fill=1)

    def rule(self, color: HexColor) -> None:
        self.canvas.setStrokeColor(color)
        self.canvas.setLineWidth(0.6)
        self.canvas.line(self.left, self.y, self.right, self.y)
        self.y -= RULE_GAP

    def write(
        self,
        text: str,
        *,
        size: float,
        bold: bool = False,
        color: HexColor = INK,
        x: float | None = None,
        width: float | None = None,
        most: int = 2,
        lead: float = 1.4,
        end: bool = False,
    ) -> None:
        """Lines of `text` from the current place down, at most `most`; what is cut off ends in ….

        `end` sets them against the right edge of `width`.
        """
        x = self.left if x is None else x
        width = self.right - x if width is None else width
        font = self.face.bold if bold else self.face.regular
        lines = self.wrap(text, font, size, width)
        if len(lines) > most:
            lines = [*lines[: most - 1], f"{lines[most - 1][:-1]}…"]
        self.canvas.setFillColor(color)
        self.canvas.setFont(font, size)
        for line in lines:
            self.y -= size * lead
            if end:
                self.canvas.drawRightString(x + width, self.y + size * 0.34, line)
            else:
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

    def code(self, text: str, x: float, y: float, side: float) -> None:
        """A QR code as one path of horizontal runs, with the quiet zone around it in white."""
        modules = qr.matrix(text)
        module = side / len(modules)
        self.canvas.setFillColor(WHITE)
        self.canvas.rect(x, y, side, side, stroke=0, fill=1)
        path = self.canvas.beginPath()
        for row, line in enumerate(modules, 1):
            bits = "".join("1" if dark else "0" for dark in line)
            for run in re.finditer("1+", bits):
                bottom = y + side - row * module
                path.rect(x + run.start() * module, bottom, len(run[0]) * module, module)
        self.canvas.setFillColorRGB(0, 0, 0)
        self.canvas.drawPath(path, stroke=0, fill=1)

    def seal(self, seal: SealDrawing, x: float, y: float, side: float) -> None:
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
