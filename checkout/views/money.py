"""Where the money of an event or of a whole chapter is; each figure opens its rows."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from checkout.forms.money import MoneyForm
from checkout.queries import money as queries
from checkout.queries.event_refunds import progress
from checkout.queries.money import Figure, Row, Scope
from community.models import Chapter
from core.money import to_decimal
from core.spreadsheets import csv_lines
from ticketing.views.access import event_run_by

PAGE_SIZE = 50
CHUNK = 500


@login_required
@never_cache
@require_safe
def event_money(request: HttpRequest, slug: str) -> HttpResponse:
    event = event_run_by(request, slug)
    context = {"event": event, "zone": event.time_zone, **_context(request, event)}
    if event.is_canceled:
        context["progress"] = progress(event)
    return render(request, "checkout/event_money.html", context)


@login_required
@never_cache
@require_safe
def chapter_money(request: HttpRequest, slug: str) -> HttpResponse:
    chapter = _owned(request, slug)
    context = {"chapter": chapter, "zone": chapter.time_zone, **_context(request, chapter)}
    return render(request, "checkout/chapter_money.html", context)


@login_required
@never_cache
@require_safe
def event_money_csv(request: HttpRequest, slug: str) -> HttpResponseBase:
    event = event_run_by(request, slug)
    return _csv(request, event, event.time_zone)


@login_required
@never_cache
@require_safe
def chapter_money_csv(request: HttpRequest, slug: str) -> HttpResponseBase:
    chapter = _owned(request, slug)
    return _csv(request, chapter, chapter.time_zone)


def _owned(request: HttpRequest, slug: str) -> Chapter:
    return get_object_or_404(Chapter.objects.owned_by(request.user), slug=slug)


def _context(request: HttpRequest, scope: Scope) -> dict[str, Any]:
    """The sheets, the disputes, and the rows that `?show=&currency=&how=` opens."""
    chosen = MoneyForm(request.GET).chosen()
    context: dict[str, Any] = {
        "sheets": queries.sheets(scope),
        "disputes": queries.latest_disputes(scope, limit=PAGE_SIZE),
        "chosen": chosen,
    }
    if chosen["show"]:
        figure = Figure(chosen["show"])
        found = queries.rows(scope, figure=figure, currency=chosen["currency"], how=chosen["how"])
        page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
        rows = queries.worded(page.object_list, figure)
        context |= {"figure": figure, "page": page, "rows": rows}
    return context


def _csv(request: HttpRequest, scope: Scope, zone: str) -> HttpResponseBase:
    """The rows that are open, or without a choice everything that moved."""
    chosen = MoneyForm(request.GET).chosen()
    movements = [Figure.TAKEN, Figure.FEES, Figure.REFUNDED, Figure.DISPUTED, Figure.OWED]
    figures = [Figure(chosen["show"])] if chosen["show"] else movements
    head = [
        _("When (%(zone)s)") % {"zone": zone}, _("Figure"), _("Order"), _("What"), _("Paid by"),
        _("State"), _("Amount"), _("Currency"), _("Reference of the payment service"),
    ]  # fmt: skip
    cells = (
        _cells(row, figure, ZoneInfo(zone))
        for figure in figures
        for row in _all(scope, figure, chosen)
    )
    response = StreamingHttpResponse(csv_lines(head, cells), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="money-{scope.slug}.csv"'
    return response


def _all(scope: Scope, figure: Figure, chosen: dict[str, str]) -> Iterator[Row]:
    found = queries.rows(scope, figure=figure, currency=chosen["currency"], how=chosen["how"])
    for page in Paginator(found, CHUNK):
        yield from queries.worded(page.object_list, figure)


def _cells(row: Row, figure: Figure, zone: ZoneInfo) -> list[Any]:
    return [
        row.at.astimezone(zone).replace(tzinfo=None),
        str(figure.label),
        row.order.reference,
        str(row.what),
        str(row.provider),
        str(row.state),
        to_decimal(row.amount_minor, row.currency),
        row.currency,
        row.reference,
    ]
