from collections.abc import Iterable
from functools import partial

from django import template
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.money import format_money
from core.plots import Series, bars
from core.templatetags.plots import plot
from incentives.models import Statement
from incentives.queries.pool import Purse, RateHistory
from orders.models import ShareRate

register = template.Library()


@register.simple_tag
def former_rates(rates: Iterable[RateHistory]) -> list[ShareRate]:
    return [rate for history in rates for rate in history.former]


@register.simple_tag
def inflow_plot(purse: Purse) -> SafeString:
    months, kinds = purse.by_kind_and_month
    drawing = bars(
        f"inflow-{purse.currency}",
        _("Inflow by month"),
        [date_format(month, "Y-m") for month in months],
        *[Series(str(kind.label), amounts) for kind, amounts in kinds.items()],
        head=_("Until the end of"),
        show=partial(format_money, currency=purse.currency),
    )
    return plot(drawing)


@register.simple_tag
def divided_plot(statements: Iterable[Statement], currency: str) -> SafeString:
    """What each period's standing statement gave and left, oldest first."""
    mine = [one for one in statements if one.currency == currency and not one.withdrawn_at][::-1]
    drawing = bars(
        f"divided-{currency}",
        _("Divided by period"),
        [date_format(one.period.end_on, "Y-m") for one in mine],
        Series(_("divided"), [one.divided_minor for one in mine]),
        Series(_("rolls over"), [one.rolled_over_minor for one in mine]),
        head=_("Period"),
        show=partial(format_money, currency=currency),
        empty=_("No period is settled yet."),
    )
    return plot(drawing)
