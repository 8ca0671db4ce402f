"""Helpers of an event: their shifts, and what the door saw of them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import DomainError
from core.forms import add_refusal
from events.models import Event
from incentives.forms.shifts import ShiftForm
from incentives.queries import hours
from incentives.services import shifts as services


@login_required
@require_http_methods(["GET", "POST"])
def helper_list(request: HttpRequest, slug: str) -> HttpResponse:
    event = _run_by(request, slug)
    form = ShiftForm(request.POST or None, event=event)
    if form.is_valid():
        try:
            shift = services.add_shift(event=event, by=request.user, **form.cleaned_data)
        except DomainError as error:
            add_refusal(form, error)
        else:
            told = _("The shift of %(name)s is written down.") % {"name": shift.user}
            messages.success(request, told)
            return redirect("incentives:helper-list", event.slug)
    context = {"event": event, "form": form, "helped": hours.helped(event=event)}
    return render(request, "incentives/helper_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def shift_delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = _run_by(request, slug)
    shift = get_object_or_404(event.helper_shifts.select_related("user"), pk=pk)
    if request.method == "POST":
        services.remove_shift(shift=shift)
        messages.success(request, _("The shift is removed."))
        return redirect("incentives:helper-list", event.slug)
    return render(request, "incentives/shift_delete.html", {"event": event, "shift": shift})


def _run_by(request: HttpRequest, slug: str) -> Event:
    mine = Event.objects.run_by(request.user).select_related("chapter")
    return get_object_or_404(mine, slug=slug)
