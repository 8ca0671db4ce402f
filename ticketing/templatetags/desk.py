"""Drawings of figures for an organizer's pages."""

from collections.abc import Sequence
from datetime import date

from django import template
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.plots import Plot, Series, bars, short_days
from core.templatetags.plots import plot
from orders.models import Provider

register = template.Library()

MOST_BARS = 60  # more would be thinner than a line on a phone
WEEK = 7


@register.simple_tag
def sales_plot(days: Sequence[tuple[date, int]]) -> SafeString:
    """Bars by day, or by week where there are many days."""
    return plot(sales_drawing(days))


def sales_drawing(days: Sequence[tuple[date, int]]) -> Plot:
    weekly = len(days) > MOST_BARS
    sums = _by_week(days) if weekly else list(days)
    return bars(
        "sales",
        _("Sold by week") if weekly else _("Sold by day"),
        [date_format(on, "SHORT_DATE_FORMAT") for on, _count in sums],
        Series(_("Sold"), [count for _on, count in sums]),
        short=short_days([on for on, _count in sums]),
        head=_("Week from") if weekly else _("Day"),
        empty=_("Nothing sold yet. The plot begins with the first ticket."),
    )


def _by_week(days: Sequence[tuple[date, int]]) -> list[tuple[date, int]]:
    weeks = [days[start : start + WEEK] for start in range(0, len(days), WEEK)]
    return [(week[0][0], sum(count for _on, count in week)) for week in weeks]


@register.filter
def percent(part: int, whole: int) -> int:
    """For the width of a bar: 0 to 100."""
    return min(100, round(100 * part / whole)) if whole else 100


@register.filter
def provider_name(provider: str) -> str:
    """`bank` → "Bank transfer"."""
    return str(Provider(provider).label)
