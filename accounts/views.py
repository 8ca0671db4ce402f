"""What a person says about themselves, and the keys they made for programs."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from accounts import services
from accounts.forms import PreferencesForm, TokenForm
from accounts.models import TokenScope, User


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """A language saved here holds on every device, so this one forgets its own choice."""
    user = cast(User, request.user)
    initial = {"name": user.name, "language": user.language, "time_zone": user.time_zone}
    form = PreferencesForm(request.POST or None, initial=initial)
    if not form.is_valid():
        return render(request, "accounts/preferences.html", {"form": form})
    services.save_preferences(user=user, **form.cleaned_data)
    with translation.override(user.language or translation.get_language()):
        messages.success(request, _("Saved."))
    response = redirect("accounts:preferences")
    response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
    return response


@login_required
@require_safe
def token_list(request: HttpRequest) -> HttpResponse:
    tokens = list(cast(User, request.user).api_tokens.live(timezone.now()).order_by("-created_at"))
    labels = dict(TokenScope.choices)
    shown = [(token, [labels.get(scope, scope) for scope in token.scopes]) for token in tokens]
    return render(request, "accounts/token_list.html", {"tokens": shown})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True, private=True)
def token_create(request: HttpRequest) -> HttpResponse:
    """The answer to the POST shows the secret, this once: nothing keeps it."""
    form = TokenForm(request.POST or None)
    if not form.is_valid():
        return render(request, "accounts/token_create.html", {"form": form})
    token, secret = services.create_api_token(
        user=cast(User, request.user),
        name=form.cleaned_data["name"],
        scopes=form.cleaned_data["scopes"],
        expires_at=timezone.now() + form.lifetime,
    )
    return render(request, "accounts/token_secret.html", {"token": token, "secret": secret})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(cast(User, request.user).api_tokens, pk=pk)
    if request.method != "POST":
        return render(request, "accounts/token_revoke.html", {"token": token})
    services.revoke_api_token(token=token)
    messages.success(request, _("The token no longer works."))
    return redirect("accounts:token-list")
