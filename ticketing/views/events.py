"""What an organizer does to an event as a whole where its tickets matter."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import DomainError
from core.forms import add_refusal
from events.forms.events import CancelForm, StartForm
from events.models import Event
from ticketing.models import Ticket
from ticketing.services import events as services


@login_required
@require_http_methods(["GET", "POST"])
def event_duplicate(request: HttpRequest, slug: str) -> HttpResponse:
    event = _run_by(request, slug)
    form = StartForm(request.POST or None, event=event)
    if form.is_valid():
        copy = services.duplicate_event(event=event, by=request.user, **form.cleaned_data)
        messages.success(request, _("This is the copy, a draft. Look through it, then publish."))
        return redirect("events:event-edit", copy.slug)
    return render(request, "ticketing/event_duplicate.html", {"event": event, "form": form})


@login_required
@require_http_methods(["GET", "POST"])
def event_unpublish(request: HttpRequest, slug: str) -> HttpResponse:
    event = _run_by(request, slug)
    if request.method == "POST":
        try:
            services.unpublish_event(event=event, by=request.user)
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("It is a draft again. Only your chapter sees it."))
        return redirect("events:event-edit", event.slug)
    return render(request, "ticketing/event_unpublish.html", {"event": event})


@login_required
@require_http_methods(["GET", "POST"])
def event_cancel(request: HttpRequest, slug: str) -> HttpResponse:
    event = _run_by(request, slug)
    form = CancelForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            services.cancel_event(event=event, by=request.user, **form.cleaned_data)
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(
                request, _("The event is canceled. Everybody with a ticket is mailed.")
            )
            return redirect(event)
    holders = Ticket.objects.filter(event=event).valid()
    context = {
        "event": event,
        "form": form,
        "mails": holders.values("order_line__order").distinct().count(),
        "tickets": holders.count(),
    }
    return render(request, "ticketing/event_cancel.html", context)


def _run_by(request: HttpRequest, slug: str) -> Event:
    mine = Event.objects.run_by(request.user).select_related("chapter", "venue__city")
    return get_object_or_404(mine, slug=slug)
