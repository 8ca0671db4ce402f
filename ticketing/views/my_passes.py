"""A person's own free passes."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from core.errors import DomainError
from ticketing.errors import PassLinkGone
from ticketing.models import FreePass
from ticketing.queries.passes import my_pass, my_passes as passes_of
from ticketing.services import pass_links


@login_required
@require_safe
@cache_control(no_store=True, private=True)
def my_passes(request: HttpRequest) -> HttpResponse:
    return render(
        request, "ticketing/my_passes.html", {"passes": passes_of(request.user, timezone.now())}
    )


@login_required
@require_http_methods(["GET", "POST"])
@cache_control(no_store=True, private=True)
def pass_link(request: HttpRequest, public_id: str) -> HttpResponse:
    """The link that passes a pass on; `keep` in the POST takes it back."""
    mine = my_pass(request.user, public_id, timezone.now())
    if mine is None:
        raise Http404
    if request.method == "POST":
        try:
            _offer_or_keep(request, mine.free_pass)
        except DomainError as error:
            messages.error(request, str(error))
        return redirect("ticketing:pass-link", public_id)
    url = request.build_absolute_uri(pass_links.path_of(mine.link)) if mine.link else ""
    return render(request, "ticketing/pass_link.html", {"mine": mine, "url": url})


def _offer_or_keep(request: HttpRequest, free_pass: FreePass) -> None:
    if "keep" in request.POST:
        pass_links.withdraw_link(free_pass=free_pass)
        messages.success(request, _("The link is dead. The pass stays yours."))
    else:
        pass_links.offer_pass(free_pass=free_pass, by=request.user)


@require_http_methods(["GET", "POST"])
@cache_control(no_store=True, private=True)
def pass_take(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever has the link may read what it offers, sign in, and take the pass over."""
    try:
        link = pass_links.link_of(token)
    except PassLinkGone:
        raise Http404 from None
    refusal = ""
    if request.method == "POST":
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        try:
            pass_links.take_over(link=link, by=request.user)
        except DomainError as error:
            refusal = str(error)
        else:
            messages.success(request, _("The pass is yours now."))
            return redirect("ticketing:my-passes")
    is_gone = bool(link.taken_at or link.withdrawn_at or not link.free_pass.is_good())
    context = {"link": link, "free_pass": link.free_pass, "refusal": refusal, "is_gone": is_gone}
    status = 409 if refusal or is_gone else 200
    return render(request, "ticketing/pass_take.html", context, status=status)
