"""An organizer brings a published schedule into an event: looks first, then applies."""

from collections import Counter
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from events.forms.schedules import MAX_PACKED, ScheduleForm, pack
from events.models import Event
from events.schedules import ScheduleError
from events.services.agenda_rows import ChangeKind
from events.services.schedules import Comparison, compare_schedule, import_schedule


@login_required
@require_http_methods(["GET", "POST"])
def schedule_import(request: HttpRequest, slug: str) -> HttpResponse:
    mine = Event.objects.run_by(request.user).select_related("chapter")
    event = get_object_or_404(mine, slug=slug)
    form = ScheduleForm(request.POST or None, request.FILES or None)
    context = {"event": event, "form": form}
    if form.is_valid():
        data, name = form.cleaned_data["data"], form.cleaned_data["name"]
        try:
            if "apply" in request.POST:
                import_schedule(
                    data, chapter=event.chapter, event=event, name=name, by=cast(User, request.user)
                )
                messages.success(request, _("The agenda is up to date with the schedule."))
                return redirect("events:event-agenda", event.slug)
            comparison = compare_schedule(data, chapter=event.chapter, event=event, name=name)
        except ScheduleError as error:
            form.add_error("file", str(error))
            context["skipped"] = error.skipped
        else:
            context |= _preview(comparison, data, name)
    return render(request, "events/schedule_import.html", context)


def _preview(comparison: Comparison, data: bytes, name: str) -> dict[str, object]:
    counts = Counter((str(change.noun), change.kind) for change in comparison.changes)
    packed = pack(data)
    return {
        "comparison": comparison,
        "skipped": comparison.skipped,
        "counts": [(noun, kind.label, count) for (noun, kind), count in counts.items()],
        "removes": any(change.kind == ChangeKind.REMOVED for change in comparison.changes),
        "packed": packed if len(packed) <= MAX_PACKED else "",
        "name": name,
    }
