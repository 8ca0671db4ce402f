"""Periods and their statements: what everybody reads, and what treasurers do."""

import csv
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from core.errors import DomainError
from core.forms import add_refusal
from incentives.forms.periods import AnswerForm, PeriodForm, PublishForm, WordsForm
from incentives.models import (
    OfficerRole,
    Period,
    PeriodStatus,
    Statement,
    StatementDispute,
)
from incentives.queries import statements as queries
from incentives.services import periods as services
from incentives.views.access import for_treasurers, is_officer

SCRIPT = settings.BASE_DIR / "docs" / "recompute_statement.py"
PUBLIC = (PeriodStatus.PUBLISHED, PeriodStatus.FINAL)


def is_treasurer(user: User) -> bool:
    return user.is_authenticated and is_officer(user, OfficerRole.TREASURER)


@require_http_methods(["GET", "POST"])
@for_treasurers
def period_list(request: HttpRequest) -> HttpResponse:
    """Where treasurers begin: every period, and a new one."""
    form = PeriodForm(request.POST or None)
    if form.is_valid():
        try:
            made = services.open_period(by=request.user, **form.cleaned_data)
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The period is open. Freeze it when it is over."))
            return redirect(made)
    periods = Period.objects.prefetch_related("statements")
    return render(request, "incentives/period_list.html", {"periods": periods, "form": form})


@require_safe
def period_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Treasurers see drafts; everybody else what is or was published."""
    period = get_object_or_404(Period, public_id=public_id)
    treasurer = is_treasurer(request.user)
    sheets = queries.sheets(period, drafts=treasurer)
    if not treasurer and not sheets:
        raise Http404
    context = _context(request, period, sheets, is_treasurer=treasurer)
    return render(request, "incentives/period_detail.html", context)


def _context(
    request: HttpRequest, period: Period, sheets: list[queries.Sheet], **more: Any
) -> dict[str, Any]:
    mine = request.user.is_authenticated and any(
        line.user_id == request.user.pk for sheet in sheets for line in sheet.lines
    )
    return {
        "period": period,
        "sheets": sheets,
        "is_mine": mine,
        "disputes": period.disputes.select_related("by__public_name", "answered_by"),
        "dispute_form": WordsForm(),
        "publish_form": PublishForm(),
        "answer_form": AnswerForm(),
    } | more


def _publish(period: Period, request: HttpRequest) -> Period:
    form = PublishForm(request.POST)
    days = form.cleaned_data["days"] if form.is_valid() else services.DISPUTE_DAYS
    return services.publish(period=period, by=request.user, days=days)


STEPS: dict[str, Callable[[Period, HttpRequest], Period]] = {
    "freeze": lambda period, request: services.freeze(period=period, by=request.user),
    "thaw": lambda period, request: services.thaw(period=period),
    "publish": _publish,
    "withdraw": lambda period, request: services.withdraw(period=period, by=request.user),
    "finalize": lambda period, request: services.finalize(period=period, by=request.user),
}


@require_POST
@for_treasurers
def period_step(request: HttpRequest, public_id: str) -> HttpResponse:
    period = get_object_or_404(Period, public_id=public_id)
    step = STEPS.get(request.POST.get("step", ""))
    if step is None:
        raise Http404
    try:
        moved = step(period, request)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        state = moved.get_status_display()
        messages.success(request, _("The period is now “%(state)s”.") % {"state": state})
    return redirect(period)


@require_POST
@login_required
def period_dispute(request: HttpRequest, public_id: str) -> HttpResponse:
    period = get_object_or_404(Period, public_id=public_id, status__in=PUBLIC)
    form = WordsForm(request.POST)
    if form.is_valid():
        try:
            services.dispute(period=period, by=request.user, **form.cleaned_data)
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Your objection is published. A treasurer will answer."))
            return redirect(period)
    sheets = queries.sheets(period, drafts=False)
    may = is_treasurer(request.user)
    context = _context(request, period, sheets, dispute_form=form, is_treasurer=may)
    return render(request, "incentives/period_detail.html", context)


@require_POST
@for_treasurers
def dispute_answer(request: HttpRequest, public_id: str) -> HttpResponse:
    dispute = get_object_or_404(StatementDispute, public_id=public_id)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            services.answer(dispute=dispute, by=request.user, **form.cleaned_data)
        except DomainError as error:
            messages.error(request, str(error))
    else:
        messages.error(request, _("Please write an answer first."))
    return redirect(dispute.period)


@require_safe
def statement_csv(request: HttpRequest, digest: str) -> HttpResponse:
    """Published ones for everybody, drafts for treasurers: what the script reads."""
    statement = get_object_or_404(Statement, digest=digest)
    if not statement.published_at and not is_treasurer(request.user):
        raise Http404
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"statement-{statement.currency}-{digest[:12]}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    csv.writer(response).writerows(queries.csv_rows(statement))
    return response


@require_safe
def recompute_script(request: HttpRequest) -> HttpResponse:
    content_type = "text/x-python; charset=utf-8"
    response = HttpResponse(SCRIPT.read_bytes(), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{SCRIPT.name}"'
    return response
