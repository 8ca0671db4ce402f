from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django import template

from incentives.queries.pool import Purse, RateHistory
from orders.models import ShareRate

register = template.Library()
WIDTH, HEIGHT = 600, 160
FULLEST = 48  # a bar is no wider, or two months look like a wall
MOST_LABELS = 6


class Bar(NamedTuple):
    month: date
    amount_minor: int
    x: int
    y: int
    width: int
    height: int


@register.filter
def bps_percent(bps: int) -> str:
    """1250 → `12.5 %`."""
    whole, part = divmod(bps, 100)
    return f"{whole}{f'.{part:02}'.rstrip('0') if part else ''} %"


@register.simple_tag
def former_rates(rates: Iterable[RateHistory]) -> list[ShareRate]:
    return [rate for history in rates for rate in history.former]


@register.inclusion_tag("incentives/inflow_plot.html")
def inflow_plot(purse: Purse) -> dict[str, Any]:
    months = purse.by_month
    top = max([amount for _month, amount in months] + [1])
    step = WIDTH // max(len(months), 1)
    wide = min(FULLEST, max(1, step * 3 // 4))
    bars = [
        Bar(month, amount, place * step + (step - wide) // 2, HEIGHT - height, wide, height)
        for place, (month, amount) in enumerate(months)
        for height in [HEIGHT * amount // top]
    ]
    every = -(-len(bars) // MOST_LABELS)
    return {
        "bars": bars,
        "labels": [bar.month if place % every == 0 else None for place, bar in enumerate(bars)],
        "currency": purse.currency,
        "width": WIDTH,
        "height": HEIGHT,
    }
