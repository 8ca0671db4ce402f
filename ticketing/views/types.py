"""Ticket types and quotas, as an organizer keeps them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.forms import add_refusal
from events.models import Event
from ticketing.forms.types import QuickStartForm, QuotaForm, TicketTypeForm
from ticketing.models import Quota, TicketType
from ticketing.queries import desk as queries
from ticketing.services import types as services
from ticketing.views.access import event_run_by


@login_required
@require_safe
def type_list(request: HttpRequest, slug: str) -> HttpResponse:
    event = event_run_by(request, slug)
    return _list(request, event, QuickStartForm())


def _list(request: HttpRequest, event: Event, form: QuickStartForm) -> HttpResponse:
    rows = queries.figures(event).types
    context = {
        "event": event,
        "rows": [row for row in rows if not row.ticket_type.retired_at],
        "retired": [row for row in rows if row.ticket_type.retired_at],
        "quotas": queries.quotas(event),
        "form": form,
    }
    return render(request, "ticketing/type_list.html", context)


@login_required
@require_POST
def type_start(request: HttpRequest, slug: str) -> HttpResponse:
    """One free type with so many places, for an event that has none yet."""
    event = event_run_by(request, slug)
    form = QuickStartForm(request.POST)
    if not form.is_valid():
        return _list(request, event, form)
    services.start_free(event=event, by=request.user, **form.cleaned_data)
    messages.success(request, _("Done. People can register as soon as the event is published."))
    return redirect("ticketing:type-list", event.slug)


@login_required
@require_http_methods(["GET", "POST"])
def type_create(request: HttpRequest, slug: str) -> HttpResponse:
    return _edit_type(request, event_run_by(request, slug), None)


@login_required
@require_http_methods(["GET", "POST"])
def type_edit(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    event = event_run_by(request, slug)
    return _edit_type(request, event, _type(event, public_id))


def _edit_type(request: HttpRequest, event: Event, kind: TicketType | None) -> HttpResponse:
    form = TicketTypeForm(request.POST or None, event=event, ticket_type=kind)
    if form.is_valid():
        try:
            services.save_ticket_type(
                event=event, by=request.user, ticket_type=kind, **form.cleaned_data
            )
        except DomainError as error:
            add_refusal(form, error)
        else:
            return _saved(request, event)
    context = {"event": event, "form": form, "ticket_type": kind}
    return render(request, "ticketing/type_edit.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def type_retire(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    event = event_run_by(request, slug)
    kind = _type(event, public_id)
    if request.method == "POST":
        services.retire_ticket_type(ticket_type=kind, by=request.user)
        messages.success(request, _("“%(name)s” is no longer on sale.") % {"name": kind.name})
        return redirect("ticketing:type-list", event.slug)
    context = {"event": event, "ticket_type": kind, "is_sold": kind.is_kept}
    return render(request, "ticketing/type_retire.html", context)


@login_required
@require_POST
def type_restore(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    event = event_run_by(request, slug)
    services.restore_ticket_type(ticket_type=_type(event, public_id), by=request.user)
    return _saved(request, event)


@login_required
@require_POST
def type_move(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """`direction=up` or anything else for down."""
    event = event_run_by(request, slug)
    up = request.POST.get("direction") == "up"
    services.move_ticket_type(ticket_type=_type(event, public_id), by=request.user, up=up)
    return redirect("ticketing:type-list", event.slug)


@login_required
@require_http_methods(["GET", "POST"])
def quota_create(request: HttpRequest, slug: str) -> HttpResponse:
    return _edit_quota(request, event_run_by(request, slug), None)


@login_required
@require_http_methods(["GET", "POST"])
def quota_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = event_run_by(request, slug)
    return _edit_quota(request, event, get_object_or_404(event.quotas, pk=pk))


def _edit_quota(request: HttpRequest, event: Event, quota: Quota | None) -> HttpResponse:
    values: dict[str, Any] = {"name": quota.name, "size": quota.size} if quota else {}
    form: Form = QuotaForm(request.POST or None, initial=values)
    if form.is_valid():
        try:
            services.save_quota(event=event, by=request.user, quota=quota, **form.cleaned_data)
        except DomainError as error:
            add_refusal(form, error)
        else:
            return _saved(request, event)
    context = {"event": event, "form": form, "quota": quota}
    return render(request, "ticketing/quota_edit.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def quota_delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = event_run_by(request, slug)
    quota = get_object_or_404(event.quotas, pk=pk)
    if request.method == "GET":
        return render(request, "ticketing/quota_delete.html", {"event": event, "quota": quota})
    try:
        services.delete_quota(quota=quota, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("ticketing:type-list", event.slug)
    return _saved(request, event)


def _type(event: Event, public_id: str) -> TicketType:
    return get_object_or_404(event.ticket_types, public_id=public_id)


def _saved(request: HttpRequest, event: Event) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect("ticketing:type-list", event.slug)
