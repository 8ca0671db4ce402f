"""One ticket, as an organizer looks after it. Each action is a page that asks first."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from core.forms import add_refusal
from events.models import Event
from ticketing.forms.tickets import CancelForm, ReissueForm, RenameForm
from ticketing.models import Ticket
from ticketing.services import tickets as services
from ticketing.views.access import event_run_by


@login_required
@never_cache
@require_safe
def ticket_detail(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    event = event_run_by(request, slug)
    ticket = _ticket(event, public_id)
    context = {
        "event": event,
        "ticket": ticket,
        "check_ins": ticket.check_ins.select_related("by", "undone_by"),
        "entries": event.log.filter(target=ticket.label).select_related("by"),
    }
    return render(request, "ticketing/ticket_detail.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def ticket_reissue(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    event = event_run_by(request, slug)
    ticket = _ticket(event, public_id)
    form = ReissueForm(request.POST or None, initial={"revision": ticket.retired_codes.count()})
    done = _("The ticket has a new code, and it is on its way by mail.")
    return _ask(request, event, ticket, form, services.reissue_ticket, done)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def ticket_cancel(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    event = event_run_by(request, slug)
    ticket = _ticket(event, public_id)
    form = CancelForm(request.POST or None)
    done = _("The ticket is canceled, and its place is free again.")
    return _ask(request, event, ticket, form, services.cancel_ticket, done)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def ticket_rename(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    event = event_run_by(request, slug)
    ticket = _ticket(event, public_id)
    form = RenameForm(request.POST or None, initial={"name": ticket.holder_name})
    return _ask(request, event, ticket, form, services.rename_holder, _("Saved."))


def _ask(
    request: HttpRequest,
    event: Event,
    ticket: Ticket,
    form: Any,
    act: Callable[..., Ticket],
    done: str,
) -> HttpResponse:
    """Show the form; when it comes back, `act` and return to the ticket's page."""
    if form.is_valid():
        try:
            act(ticket=ticket, by=request.user, **form.cleaned_data)
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, done)
            return redirect("ticketing:ticket-detail", event.slug, ticket.public_id)
    template = f"ticketing/{request.resolver_match.url_name.replace('-', '_')}.html"
    return render(request, template, {"event": event, "ticket": ticket, "form": form})


def _ticket(event: Event, public_id: str) -> Ticket:
    related = ("ticket_type", "order_line__order", "event")
    return get_object_or_404(event.tickets.select_related(*related), public_id=public_id)
