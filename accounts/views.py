from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext as _, override
from django.views.decorators.http import require_http_methods

from accounts import services
from accounts.forms import PreferencesForm
from accounts.models import User


@login_required
@require_http_methods(["GET", "POST"])
def profile_edit(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    stored = {"name": user.name, "language": user.language, "time_zone": user.time_zone}
    form = PreferencesForm(request.POST or None, initial=stored)
    if not form.is_valid():
        return render(request, "accounts/profile_edit.html", {"form": form})
    services.save_preferences(user=user, **form.cleaned_data)
    response = redirect("accounts:profile-edit")
    # what this device chose before would win over what the person has just chosen for all
    if user.language:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
    with override(user.language or get_language()):
        messages.success(request, _("Saved."))
    return response
