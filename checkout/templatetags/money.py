"""The lines of a money sheet, as the page shows them."""

from typing import NamedTuple

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from checkout.queries.money import Figure, How, Sheet

register = template.Library()

GOES = {Figure.FEES, Figure.REFUNDED, Figure.DISPUTED, Figure.OWED}
HINTS: dict[Figure, str | Promise] = {
    Figure.OVERPAID: _("came twice, too late or too much; part of what was taken"),
    Figure.DISPUTED: _("with the fees for it"),
    Figure.OWED: _("promised, but not sent yet"),
}


class Line(NamedTuple):
    """`show` and `how` name the rows behind it; a `part` is contained in the line above."""

    label: str | Promise
    show: str
    how: str
    amount_minor: int
    signed_minor: int
    current: bool
    part: bool = False
    hint: str | Promise = ""


@register.filter
def money_lines(sheet: Sheet, chosen: dict[str, str]) -> list[Line]:
    lines = []
    for figure in Figure:
        amount = sheet.sums[figure]
        signed = -amount if figure in GOES else amount
        hint, part = HINTS.get(figure, ""), figure == Figure.OVERPAID
        current = _is_open(sheet, chosen, figure, "")
        lines.append(Line(figure.label, figure, "", amount, signed, current, part, hint))
        if figure == Figure.TAKEN and sheet.by_hand:
            lines += [
                Line(how.label, figure, how, sum_, sum_, _is_open(sheet, chosen, figure, how), True)
                for how, sum_ in ((How.ONLINE, sheet.online), (How.HAND, sheet.by_hand))
            ]
    return lines


def _is_open(sheet: Sheet, chosen: dict[str, str], figure: Figure, how: str) -> bool:
    return (chosen["currency"], chosen["show"], chosen["how"]) == (sheet.currency, figure, how)
