"""What a person earned, how it came about, and how they are paid."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.forms import add_refusal
from incentives.forms.payouts import PayoutAccountForm, PayoutForm
from incentives.models import PayoutAccount
from incentives.queries import earnings as queries
from incentives.services import payouts as services


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def earnings(request: HttpRequest) -> HttpResponse:
    """Amounts, what is owed, and a request for a payout."""
    balances = queries.balances(request.user)
    form = PayoutForm(request.POST or None, user=request.user, balances=balances)
    if form.is_valid():
        try:
            services.request_payout(user=request.user, **form.cleaned_data)
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Asked for. A treasurer looks at it."))
            return redirect("incentives:earnings")
    context = {
        "balances": balances,
        "form": form,
        "accounts": PayoutAccount.objects.live().filter(user=request.user),
        "payouts": queries.payouts_of(request.user),
        "earned": queries.earned(request.user),
        "taught": queries.taught(request.user),
    }
    return render(request, "incentives/earnings.html", context)


@require_safe
@login_required
@never_cache
def earning_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """How an amount came about, row by row."""
    period = get_object_or_404(queries.periods_of(request.user), public_id=public_id)
    accounts = queries.how_it_came_about(request.user, period)
    context = {"period": period, "accounts": accounts}
    return render(request, "incentives/earning_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def payout_account_create(request: HttpRequest) -> HttpResponse:
    form = PayoutAccountForm(request.POST or None)
    if form.is_valid():
        try:
            services.add_account(user=request.user, **form.cleaned_data)
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Kept, encrypted. You can ask for payouts to it."))
            return redirect("incentives:earnings")
    return render(request, "incentives/payout_account_create.html", {"form": form})


@require_POST
@login_required
def payout_account_retire(request: HttpRequest, public_id: str) -> HttpResponse:
    mine = PayoutAccount.objects.live().filter(user=request.user)
    services.retire_account(account=get_object_or_404(mine, public_id=public_id))
    messages.success(request, _("It is no longer used."))
    return redirect("incentives:earnings")


@require_POST
@login_required
def payout_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    payout = get_object_or_404(queries.payouts_of(request.user), public_id=public_id)
    try:
        services.withdraw(payout=payout)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Withdrawn. The money is yours to ask for again."))
    return redirect("incentives:earnings")
