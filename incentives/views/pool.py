"""The pool: what anyone may read, and the rates that administrators set."""

import csv

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from core.money import to_decimal
from incentives.forms.rates import RateForm
from incentives.queries import payouts, pool as queries, statements
from incentives.queries.pool import FEWEST, Fund, Purse
from incentives.services import rates
from incentives.views.access import for_administrators
from ledger.services import RULE_VERSION

KEPT = 3600  # seconds: the figures end with the last month anyway


def _purses() -> list[Purse]:
    now = timezone.now()
    key = f"pool-purses-{queries.closed_until(now):%Y-%m}"
    return cache.get_or_set(key, lambda: queries.purses(now), KEPT) or []


@require_safe
def pool_detail(request: HttpRequest) -> HttpResponse:
    purses = _purses()
    settled, paid = statements.settled_minor(), payouts.totals()
    nothing = payouts.Paid(0, 0)
    context = {
        "purses": purses,
        "funds": [
            Fund(
                purse,
                settled.get(purse.currency, 0),
                *paid.get(purse.currency, nothing),
            )
            for purse in purses
        ],
        "statements": list(statements.chain()),
        "rates": queries.rates(),
        "fewest": FEWEST,
        "rule_version": RULE_VERSION,
        "until": queries.closed_until(timezone.now()),
        "may_set_rates": request.user.is_superuser,
    }
    return render(request, "incentives/pool_detail.html", context)


@require_safe
def pool_csv(request: HttpRequest) -> HttpResponse:
    """One row an inflow; amounts in the currency's major unit, as spreadsheets want them."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="pool-inflow.csv"'
    rows = csv.writer(response)
    rows.writerow(["until_month", "kind", "currency", "orders", "held", "matured"])
    for purse in _purses():
        for row in purse.inflows:
            sums = [to_decimal(sum_, row.currency) for sum_ in (row.held_minor, row.matured_minor)]
            rows.writerow([f"{row.month:%Y-%m}", row.kind.value, row.currency, row.orders, *sums])
    return response


@require_safe
def pool_chain_csv(request: HttpRequest) -> HttpResponse:
    """Every statement that was published, with its digest and the one that it follows."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="pool-statements.csv"'
    csv.writer(response).writerows(statements.chain_rows())
    return response


@require_http_methods(["GET", "POST"])
@for_administrators
def rate_create(request: HttpRequest) -> HttpResponse:
    initial = {"from_at": timezone.now().replace(second=0, microsecond=0)}
    form = RateForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            rates.set_rate(by=request.user, **form.terms())
        except DomainError as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("The rate is published."))
            return redirect("incentives:pool-detail")
    return render(request, "incentives/rate_create.html", {"form": form, "rates": queries.rates()})
