from collections.abc import Iterable
from functools import partial

from django import template
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.money import format_money
from core.plots import Series, bars
from core.templatetags.plots import plot
from incentives.queries.pool import Purse, RateHistory
from orders.models import ShareRate

register = template.Library()


@register.simple_tag
def former_rates(rates: Iterable[RateHistory]) -> list[ShareRate]:
    return [rate for history in rates for rate in history.former]


@register.simple_tag
def inflow_plot(purse: Purse) -> SafeString:
    months = purse.by_month
    drawing = bars(
        f"inflow-{purse.currency}",
        _("Inflow by month"),
        [date_format(month, "Y-m") for month, _amount in months],
        Series(_("Amount"), [amount for _month, amount in months]),
        head=_("Until the end of"),
        show=partial(format_money, currency=purse.currency),
    )
    return plot(drawing)
