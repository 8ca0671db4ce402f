"""Free passes of an event, as those who run it see them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from core.forms import add_refusal
from ticketing.forms.passes import GiveForm, LimitForm, RevokeForm
from ticketing.queries.passes import given_for, limit_of, uses_at
from ticketing.services import pass_grants as services
from ticketing.views.access import event_run_by

PAGE_SIZE = 50


@login_required
@never_cache
@require_safe
def pass_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Who comes on a pass, and which passes were given."""
    event = event_run_by(request, slug)
    given = Paginator(given_for(event), PAGE_SIZE).get_page(request.GET.get("page"))
    now = timezone.now()
    context = {
        "event": event,
        "uses": uses_at(event)[:PAGE_SIZE],
        "kept": limit_of(event),
        "given": given,
        "rows": [(free_pass, free_pass.state(now)) for free_pass in given],
    }
    return render(request, "ticketing/pass_list.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def pass_give(request: HttpRequest, slug: str) -> HttpResponse:
    event = event_run_by(request, slug)
    form = GiveForm(request.POST or None, event=event)
    if form.is_valid():
        try:
            made = services.give_pass(
                event=event, by=request.user, language=get_language() or "", **form.cleaned_data
            )
        except DomainError as error:
            add_refusal(form, error)
        else:
            words = _("The pass is on its way to %(email)s.")
            messages.success(request, words % {"email": made.email})
            return redirect("ticketing:pass-list", event.slug)
    return render(request, "ticketing/pass_give.html", {"event": event, "form": form})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def pass_revoke(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    event = event_run_by(request, slug)
    free_pass = get_object_or_404(given_for(event), public_id=public_id)
    form = RevokeForm(request.POST or None)
    if form.is_valid():
        services.revoke_pass(free_pass=free_pass, by=request.user, event=event, **form.cleaned_data)
        messages.success(request, _("The pass is revoked. Tickets had for it stay good."))
        return redirect("ticketing:pass-list", event.slug)
    context = {"event": event, "free_pass": free_pass, "form": form}
    return render(request, "ticketing/pass_revoke.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def pass_limit(request: HttpRequest, slug: str) -> HttpResponse:
    event = event_run_by(request, slug)
    kept = limit_of(event)
    form = LimitForm(request.POST or None, initial={"most": kept.most})
    if form.is_valid():
        try:
            services.limit_passes(event=event, by=request.user, **form.cleaned_data)
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("ticketing:pass-list", event.slug)
    return render(
        request, "ticketing/pass_limit.html", {"event": event, "form": form, "kept": kept}
    )
