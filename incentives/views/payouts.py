"""Payouts, as treasurers look after them."""

import csv
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from core.errors import DomainError
from core.money import EXPONENTS
from core.spreadsheets import csv_lines
from incentives.forms.payouts import PayoutStepForm, TokenForm
from incentives.models import Payout, PayoutMethod
from incentives.queries import payouts as queries
from incentives.services import payouts as services
from incentives.views.access import for_treasurers
from incentives.wallets import checksummed

PER_PAGE = 50
Step = Callable[[Payout, User, str], Payout]
STEPS: dict[str, Step] = {
    "approve": lambda payout, by, note: services.approve(payout=payout, by=by),
    "refuse": lambda payout, by, note: services.refuse(payout=payout, by=by, note=note),
    "sent": lambda payout, by, note: services.mark_sent(payout=payout, by=by),
    "confirm": lambda payout, by, note: services.confirm(payout=payout, by=by, note=note),
    "fail": lambda payout, by, note: services.fail(payout=payout, by=by, note=note),
}


@require_safe
@for_treasurers
def payout_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(queries.queue(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(payout, queries.may_approve(payout, request.user)) for payout in page],
        "bank_currencies": queries.currencies_to_send(PayoutMethod.BANK),
        "wallet_currencies": queries.currencies_to_send(PayoutMethod.WALLET),
        "token_form": TokenForm(),
    }
    return render(request, "incentives/payout_list.html", context)


@require_POST
@for_treasurers
def payout_step(request: HttpRequest, public_id: str) -> HttpResponse:
    payout = get_object_or_404(Payout, public_id=public_id)
    form = PayoutStepForm(request.POST)
    if not form.is_valid():
        errors = [str(error) for found in form.errors.values() for error in found]
        messages.error(request, " ".join(errors))
        return redirect("incentives:payout-list")
    try:
        moved = STEPS[form.cleaned_data["step"]](payout, request.user, form.cleaned_data["note"])
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            _("The payout to %(name)s is now “%(state)s”.")
            % {"name": moved.user, "state": moved.get_status_display()},
        )
    return redirect("incentives:payout-list")


def _currency(request: HttpRequest) -> str:
    currency = request.GET.get("currency", "")
    if currency not in EXPONENTS:
        raise Http404
    return currency


@require_safe
@for_treasurers
def payout_bank_csv(request: HttpRequest) -> HttpResponse:
    """Approved payouts to aliases, for the bank; a spreadsheet opens it without running it."""
    currency = _currency(request)
    head, *rows = queries.bank_rows(currency)
    lines = "".join(csv_lines(head, rows))
    return _file(f"payouts-bank-{currency}.csv", lines)


@require_safe
@for_treasurers
def payout_wallet_csv(request: HttpRequest) -> HttpResponse:
    """Approved payouts to wallets, for a batch tool. Wants the token's contract."""
    currency = _currency(request)
    try:
        token = checksummed(request.GET.get("token", "").strip())
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("incentives:payout-list")
    response = _file(f"payouts-erc20-{currency}.csv", "")
    _write(response, queries.wallet_rows(currency, token))
    return response


def _file(name: str, content: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _write(response: HttpResponse, rows: Iterable[Sequence[Any]]) -> None:
    csv.writer(response).writerows(rows)
