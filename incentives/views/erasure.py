"""The end of an account."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.errors import DomainError
from core.forms import add_refusal
from incentives.forms.erasure import DeleteForm
from incentives.queries.earnings import balances
from incentives.services.erasure import delete_account


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def account_delete(request: HttpRequest) -> HttpResponse:
    form = DeleteForm(request.POST or None, email=request.user.email)
    if form.is_valid():
        try:
            delete_account(user=request.user)
        except DomainError as error:
            add_refusal(form, error)
        else:
            logout(request)
            messages.success(request, _("Your account is deleted."))
            return redirect("events:home")
    owed = [balance for balance in balances(request.user) if balance.payable_minor > 0]
    return render(request, "incentives/account_delete.html", {"form": form, "owed": owed})
