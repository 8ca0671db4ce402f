"""What the site's operators see: the gateway's events, and the comparison with its list."""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from checkout.forms.operations import InboxForm, ReconcileForm
from checkout.queries import gateway_events as queries
from checkout.services import inbox, reconciling
from core.errors import DomainError
from orders.models import GatewayEvent, InboxStatus

PAGE_SIZE = 50
WEEK = timedelta(days=7)
View = Callable[Concatenate[HttpRequest, ...], HttpResponse]


def for_staff(view: View) -> View:
    """Everybody else finds nothing here."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_staff:
            raise Http404
        return view(request, *args, **kwargs)

    return login_required(never_cache(guarded))


@require_safe
@for_staff
def inbox_list(request: HttpRequest) -> HttpResponse:
    form = InboxForm(request.GET)
    chosen = form.chosen()
    context = {
        "form": form,
        "chosen": chosen,
        "tabs": _tabs(chosen),
        "page": Paginator(queries.events(**chosen), PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "checkout/inbox_list.html", context)


def _tabs(chosen: dict[str, str]) -> list[dict[str, Any]]:
    counts = queries.counts()
    tabs = [{"value": "", "label": _("All"), "count": sum(counts.values())}]
    tabs += [
        {"value": status.value, "label": status.label, "count": counts[status]}
        for status in (
            InboxStatus.FAILED, InboxStatus.WAITING, InboxStatus.APPLIED, InboxStatus.IGNORED,
        )
    ]  # fmt: skip
    return [{**tab, "current": tab["value"] == chosen["status"]} for tab in tabs]


@require_safe
@for_staff
def inbox_detail(request: HttpRequest, pk: int) -> HttpResponse:
    event = get_object_or_404(GatewayEvent, pk=pk)
    payload = json.dumps(queries.without_people(event.payload), indent=2, ensure_ascii=False)
    return render(request, "checkout/inbox_detail.html", {"event": event, "payload": payload})


@require_POST
@for_staff
def inbox_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Do it now, whatever was done before: it reads back what is true, so it does no harm."""
    event = get_object_or_404(GatewayEvent, pk=pk)
    try:
        event = inbox.apply_event(inbox_id=event.pk, again=True)
    except DomainError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Done: %(state)s.") % {"state": event.get_status_display()})
    return redirect("checkout:inbox-detail", event.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def reconcile(request: HttpRequest) -> HttpResponse:
    """Asks since when; the answer to the POST is the result."""
    initial = {"since": timezone.now().date() - WEEK}
    form = ReconcileForm(request.POST or None, initial=initial)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            found = list(reconciling.reconcile(since=form.moment))
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            context |= {"is_done": True, "found": sorted(found, key=lambda row: row.repaired)}
    return render(request, "checkout/reconcile.html", context)
