"""A receipt on paper: one A4 sheet, drawn from its snapshot alone."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import formats, translation
from django.utils.translation import gettext as _, pgettext
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from core.money import format_money
from core.pdf import HAIRLINE, INK, SOFT, Sheet, face
from core.seal import draw_seal
from orders.models import Provider, Receipt, ReceiptKind

MARGIN = 22 * mm
SUM = 32 * mm  # the width of a column of sums
FOOT = 34 * mm
SMALL, BODY, LARGE, TITLE = 8.5, 10.5, 13, 24


def receipt_pdf(receipt: Receipt, language: str) -> bytes:
    """In `language`; the numbers are the same in each."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, pageCompression=1, lang=language)
    canvas.setAuthor(receipt.snapshot["seller"]["name"][language])
    page = _Page(canvas, face(), size=A4, margin=MARGIN)
    with translation.override(language):
        canvas.setTitle(f"{title(receipt)} {receipt.number}")
        page.draw(receipt, language)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def title(receipt: Receipt) -> str:
    if receipt.kind == ReceiptKind.RECEIPT:
        return _("Receipt")
    return _("Credit note") if receipt.refund_id else _("Corrected receipt")


def _day(text: str) -> str:
    return formats.date_format(date.fromisoformat(text), "DATE_FORMAT")


class _Page(Sheet):
    """One receipt; long orders go on over the page."""

    def draw(self, receipt: Receipt, language: str) -> None:
        self.receipt, self.language, self.said = receipt, language, receipt.snapshot
        self.ground()
        self._head()
        self._people()
        self._lines()
        self._sums()
        self._foot()

    def _money(self, amount_minor: int) -> str:
        return format_money(amount_minor, self.said["currency"])

    def _head(self) -> None:
        seller = self.said["seller"]
        name, side = seller["name"][self.language], 24 * mm
        top = self.height - 20 * mm
        self.seal(draw_seal(seller["seal"] or name), self.right - side, top - side, side)
        self.y = top
        self.write(name, size=LARGE, bold=True, width=110 * mm)
        self.y = top - side - 8 * mm
        self.write(title(self.receipt), size=TITLE, bold=True)
        self.y -= 2 * mm
        self.write(self.receipt.number, size=LARGE)
        self.y -= 2 * mm
        for words in self._facts():
            self.write(words, size=BODY, color=SOFT)
        self.y -= 6 * mm

    def _facts(self) -> list[str]:
        said = self.said
        facts = [_("Issued on %(day)s") % {"day": _day(said["issued_on"])}]
        if said["corrects"]:
            words = _("Belongs to receipt %(number)s")
            if not self.receipt.refund_id:
                words = _("Replaces receipt %(number)s")
            facts.append(words % {"number": said["corrects"]})
        facts.append(_("Order %(reference)s") % {"reference": said["order"]})
        if said["paid_on"]:
            way = {"day": _day(said["paid_on"]), "way": Provider(said["paid_by"]).label}
            facts.append(_("Paid on %(day)s, %(way)s") % way)
        return facts

    def _people(self) -> None:
        """Seller and buyer side by side."""
        top, middle = self.y, self.left + (self.right - self.left) / 2
        self.rule(HAIRLINE)
        start = self.y
        bottoms = []
        for x, heading, lines in (
            (self.left, pgettext("seller on a receipt", "From"), self._seller()),
            (middle, pgettext("buyer on a receipt", "To"), self._buyer()),
        ):
            self.y = start
            width = self.right - middle - 6 * mm
            self.write(heading, size=SMALL, color=SOFT, x=x, width=width)
            for number, line in enumerate(filter(None, lines)):
                self.write(line, size=BODY, bold=not number, x=x, width=width, most=3)
            bottoms.append(self.y)
        self.y = min([top - 20 * mm, *bottoms]) - 8 * mm

    def _seller(self) -> list[str]:
        seller = self.said["seller"]
        return [
            seller["legal_name"] or seller["name"][self.language],
            seller["address"],
            self._tax_number(seller["tax_id"]),
            seller["email"],
        ]

    def _buyer(self) -> list[str]:
        buyer = self.said["buyer"]
        if not buyer["company"]:
            return [buyer["name"], self._tax_number(buyer["tax_id"])]
        return [buyer["company"], self._tax_number(buyer["tax_id"]), buyer["name"]]

    def _tax_number(self, number: str) -> str:
        return _("Tax number: %(number)s") % {"number": number} if number else ""

    def _lines(self) -> None:
        self.rule(INK)
        for number, line in enumerate(self.said["lines"]):
            if self.y < FOOT + 40 * mm:
                self._turn()
            elif number:
                self.rule(HAIRLINE)
            self._line(line)
        self.rule(INK)

    def _turn(self) -> None:
        self._foot()
        self.canvas.showPage()
        self.ground()
        self.y = self.height - 24 * mm
        self.rule(INK)

    def _line(self, line: dict[str, Any]) -> None:
        start, width = self.y, self.right - self.left - SUM - 6 * mm
        self.write(self._title(line), size=BODY, width=width, most=4)
        if line["quantity"] and line["quantity"] > 1:
            each = f"{line['quantity']} × {self._money(line['unit_minor'])}"
            self.write(each, size=SMALL, color=SOFT, width=width)
        after, self.y = self.y, start
        self.write(self._money(line["total_minor"]), size=BODY, x=self.right - SUM, end=True)
        self.y = after - 3 * mm

    def _title(self, line: dict[str, Any]) -> str:
        words = line["title"].get(self.language) or _("Refund")
        return _("Refund: %(what)s") % {"what": words} if self.receipt.refund_id else words

    def _sums(self) -> None:
        word = _("Refunded") if self.receipt.refund_id else _("Total paid")
        self._sum(word, self.said["total_minor"], size=LARGE)
        if tax := self.said["tax"]:
            rate = formats.number_format(Decimal(tax["bps"]) / 100)
            name = tax["name"][self.language] or _("Tax")
            words = {"name": name, "rate": rate}
            net = self.said["total_minor"] - tax["amount_minor"]
            self._sum(_("Of it %(name)s %(rate)s%%") % words, tax["amount_minor"], size=BODY)
            self._sum(_("Without %(name)s") % words, net, size=BODY)
        self.y -= 2 * mm
        currency = _("All sums are in %(currency)s.") % {"currency": self.said["currency"]}
        self.write(currency, size=SMALL, color=SOFT)

    def _sum(self, word: str, amount_minor: int, *, size: float) -> None:
        start, bold = self.y, size == LARGE
        color = INK if bold else SOFT
        self.write(word, size=size, bold=bold, color=color, width=100 * mm)
        after, self.y = self.y, start
        x = self.right - 2 * SUM
        self.write(self._money(amount_minor), size=size, bold=bold, color=color, x=x, end=True)
        self.y = after

    def _foot(self) -> None:
        self.y = FOOT
        self.rule(HAIRLINE)
        notes = [_("Issued electronically and valid without a signature.")]
        if not self.said["tax"]:
            notes.append(_("No tax is shown on this receipt."))
        for note in notes:
            self.write(note, size=SMALL, color=SOFT)
        self.write(self.receipt.number, size=SMALL, color=SOFT)
