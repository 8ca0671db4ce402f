"""The people of an event: a page of them, and all of them as a file."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from events.models import Event
from events.services import log
from ticketing import exports
from ticketing.forms.attendees import AttendeeFilterForm
from ticketing.queries import attendees as queries
from ticketing.views.access import event_run_by


@login_required
@never_cache
@require_safe
def attendee_list(request: HttpRequest, slug: str) -> HttpResponse:
    event = event_run_by(request, slug)
    form = AttendeeFilterForm(request.GET, event=event)
    chosen = form.chosen()
    tickets = queries.attendees(event, **chosen)
    context = {
        "event": event,
        "form": form,
        "is_narrowed": any(chosen.values()),
        "page": queries.read_page(
            tickets,
            sort=form.sorted_by(),
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
        ),
        "count": queries.bounded_count(tickets),
        "most": queries.COUNTED,
    }
    template = "ticketing/attendee_list.html"
    return render(request, f"{template}#results" if request.htmx else template, context)


@login_required
@never_cache
@require_safe
def attendee_csv(request: HttpRequest, slug: str) -> HttpResponseBase:
    event = event_run_by(request, slug)
    lines = exports.csv_lines(event, _rows(request, event))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    return _as_file(request, event, response, "csv")


@login_required
@never_cache
@require_safe
def attendee_xlsx(request: HttpRequest, slug: str) -> HttpResponseBase:
    event = event_run_by(request, slug)
    file = exports.xlsx_file(event, _rows(request, event))
    return _as_file(request, event, FileResponse(file, content_type=exports.XLSX), "xlsx")


def _rows(request: HttpRequest, event: Event) -> queries.Rows:
    form = AttendeeFilterForm(request.GET, event=event)
    return queries.export_rows(queries.attendees(event, **form.chosen()))


def _as_file(
    request: HttpRequest, event: Event, response: HttpResponseBase, kind: str
) -> HttpResponseBase:
    """Named, and noted in the log: who has everybody's address is worth knowing."""
    log.record(event=event, by=request.user, action="attendees_exported", target=kind)
    response["Content-Disposition"] = f'attachment; filename="attendees-{event.slug}.{kind}"'
    return response
