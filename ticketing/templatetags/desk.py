"""Drawings of figures for an organizer's pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import template

from orders.models import Provider

register = template.Library()

MOST_BARS = 60  # more would be thinner than a line on a phone
WEEK = 7
WIDTH, HEIGHT, GAP = 600, 160, 0.18


@dataclass(frozen=True)
class Bar:
    """A day, a week that starts on it, or a minute; the rest is its place in the drawing."""

    on: date  # a datetime is one
    count: int
    x: float
    y: float
    width: float
    height: float


@register.inclusion_tag("ticketing/sales_plot.html")
def sales_plot(days: Sequence[tuple[date, int]]) -> dict[str, Any]:
    """Bars by day, or by week where there are many days. All words stand outside of the drawing,
    so that it may stretch to any width."""
    weekly = len(days) > MOST_BARS
    sums = _by_week(days) if weekly else list(days)
    top = max((count for _on, count in sums), default=0)
    bars = [bar(number, len(sums), on, count, top) for number, (on, count) in enumerate(sums)]
    return {
        "bars": bars,
        "top": top,
        "weekly": weekly,
        "total": sum(count for _on, count in days),
        "width": WIDTH,
        "height": HEIGHT,
    }


def _by_week(days: Sequence[tuple[date, int]]) -> list[tuple[date, int]]:
    weeks = [days[start : start + WEEK] for start in range(0, len(days), WEEK)]
    return [(week[0][0], sum(count for _on, count in week)) for week in weeks]


def bar(number: int, bars: int, on: date, count: int, top: int) -> Bar:
    """One of `bars`, as high as its share of `top`."""
    step = WIDTH / bars
    height = HEIGHT * count / top if top else 0
    return Bar(
        on,
        count,
        round(step * (number + GAP / 2), 2),
        round(HEIGHT - height, 2),
        round(step * (1 - GAP), 2),
        round(height, 2),
    )


@register.filter
def percent(part: int, whole: int) -> int:
    """For the width of a bar: 0 to 100."""
    return min(100, round(100 * part / whole)) if whole else 100


@register.filter
def provider_name(provider: str) -> str:
    """`bank` → "Bank transfer"."""
    return str(Provider(provider).label)
