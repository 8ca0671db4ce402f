"""The door: one page that scans, and the fragments it asks for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from csp.constants import SELF, WASM_UNSAFE_EVAL
from csp.decorators import csp_update
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.middleware import HtmxDetails

from accounts.models import User
from events.models import Event
from ticketing import errors
from ticketing.forms.door import CheckInForm
from ticketing.models import CheckIn, Ticket
from ticketing.queries import door as queries
from ticketing.services import door as services

TEMPLATE = "ticketing/check_in.html"
COUNTS_KEPT = 3  # seconds: many helpers' pages ask, one query answers

View = Callable[..., HttpResponseBase]
Choices = list[tuple[Ticket, UUID]]


class DoorRequest(HttpRequest):
    """What `for_helpers` lets through."""

    user: User
    htmx: HtmxDetails


@dataclass(frozen=True)
class Verdict:
    """What the helper sees: `kind` is in, again, refused, choose or undone."""

    kind: str
    text: str = ""
    ticket: Ticket | None = None
    check_in: CheckIn | None = None
    since: str = ""
    gate: str = ""
    choices: Choices = field(default_factory=list)
    at: datetime = field(default_factory=timezone.now)

    @classmethod
    def of_scan(cls, check_in: CheckIn) -> "Verdict":
        kind = "undone" if check_in.undone_at else "in"
        return cls(kind, ticket=check_in.ticket, check_in=check_in, at=check_in.at)

    @classmethod
    def of_refusal(cls, error: errors.TicketRefused) -> "Verdict":
        if isinstance(error, errors.AlreadyCheckedIn):
            return cls("again", str(error), error.ticket, since=error.since, gate=error.gate)
        return cls("refused", str(error), error.ticket)


def for_helpers(view: View) -> View:
    """For signed-in people. A page leads to signing in; what a script asks for answers 401, or
    a form for signing in would stand where a verdict should."""

    @never_cache
    @wraps(view)
    def guarded(request: DoorRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.htmx and not request.user.is_authenticated:
            return HttpResponse(status=401)
        return login_required(view)(request, *args, **kwargs)

    return guarded


def with_camera(view: View) -> View:
    """Lets the page use the camera, and WebAssembly to read what it sees."""

    @csp_update({"script-src": [SELF, WASM_UNSAFE_EVAL]})
    @wraps(view)
    def allowed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
        return response

    return allowed


def _event(request: DoorRequest, slug: str) -> Event:
    return get_object_or_404(Event.objects.door_of(request.user), slug=slug)


def _with_nonces(tickets: Iterable[Ticket]) -> Choices:
    return [(ticket, uuid4()) for ticket in tickets]


def _scan(request: DoorRequest, event: Event, form: CheckInForm) -> Verdict:
    if not form.is_valid():
        return Verdict(
            "refused", " ".join(str(error) for errors in form.errors.values() for error in errors)
        )
    scan = form.cleaned_data | {"nonce": str(form.cleaned_data["nonce"])}
    try:
        return Verdict.of_scan(services.check_in(event=event, by=request.user, **scan))
    except errors.TicketAmbiguous as error:
        return Verdict("choose", str(error), choices=_with_nonces(error.tickets))
    except errors.TicketRefused as error:
        return Verdict.of_refusal(error)


def _page(request: DoorRequest, event: Event, **context: Any) -> HttpResponse:
    """The whole page. A form without JavaScript gets a new nonce, but keeps its gate."""
    gate = request.POST.get("gate", "")
    scans = queries.last_scans(event, by=request.user)
    context = {
        "event": event,
        "form": CheckInForm(initial={"nonce": uuid4(), "gate": gate}),
        "counts": queries.counts(event),
        "scans": [Verdict.of_scan(scan) for scan in scans],
        **context,
    }
    return render(request, TEMPLATE, context)


@for_helpers
@with_camera
@require_http_methods(["GET", "POST"])
def check_in(request: DoorRequest, slug: str) -> HttpResponse:
    event = _event(request, slug)
    if request.method == "GET":
        return _page(request, event)
    verdict = _scan(request, event, CheckInForm(request.POST))
    if request.htmx:
        return render(request, f"{TEMPLATE}#answer", {"event": event, "verdict": verdict})
    return _page(request, event, verdict=verdict)


@for_helpers
@require_POST
def check_in_undo(request: DoorRequest, slug: str, nonce: str) -> HttpResponse:
    event = _event(request, slug)
    scans = CheckIn.objects.select_related("ticket__ticket_type")
    scan = get_object_or_404(scans, event=event, nonce=nonce)
    undone = services.undo_check_in(check_in=scan, by=request.user)
    if request.htmx:
        context = {"event": event, "verdict": Verdict.of_scan(undone)}
        return render(request, f"{TEMPLATE}#answer", context)
    messages.success(
        request, _("Undone: %(name)s may come in again.") % {"name": scan.ticket.holder_name}
    )
    return redirect("ticketing:check-in", event.slug)


@for_helpers
@with_camera
@require_GET
def door_search(request: DoorRequest, slug: str) -> HttpResponse:
    event = _event(request, slug)
    text = request.GET.get("q", "").strip()[:80]
    enough = queries.is_enough_to_search(text)
    found = queries.search(event, text) if enough else []
    context: dict[str, Any] = {
        "query": text,
        "is_enough": enough,
        "found": _with_nonces(found[: queries.RESULTS]),
        "has_more": len(found) > queries.RESULTS,
    }
    if request.htmx:
        return render(request, f"{TEMPLATE}#found", {"event": event, **context})
    return _page(request, event, **context)


@for_helpers
@require_GET
def door_counts(request: DoorRequest, slug: str) -> HttpResponse:
    event = _event(request, slug)
    found = cache.get_or_set(f"door-counts-{event.pk}", lambda: queries.counts(event), COUNTS_KEPT)
    return render(request, f"{TEMPLATE}#counts", {"event": event, "counts": found})
