"""What anybody reads: events, their agenda, their talks."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from community.models import Chapter
from core.http import HtmxRequest
from events import queries
from events.forms.filters import AgendaFilterForm, EventFilterForm
from events.models import Event, Talk

PAGE_SIZE = 20
ON_HOME = 6
# Agendas up to this length stand on the event's own page
SHORT_AGENDA = 14
MANY_SPEAKERS = 8


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    upcoming = Event.objects.published().listed().with_places().upcoming(timezone.now())
    context = {
        "events": upcoming[:ON_HOME],
        "chapters": Chapter.objects.select_related("city"),
    }
    return render(request, "events/home.html", context)


@require_safe
@vary_on_headers("HX-Request")
def event_list(request: HtmxRequest) -> HttpResponse:
    """Upcoming events, or past ones with `?when=past`."""
    form = EventFilterForm(request.GET, cities=queries.cities_with_events())
    past = request.GET.get("when") == "past"
    events = queries.listed_events(past=past, **form.chosen)
    page = Paginator(events, PAGE_SIZE).get_page(request.GET.get("page"))
    template = "events/event_list.html#results" if request.htmx else "events/event_list.html"
    return render(request, template, {"form": form, "past": past, "page": page})


@require_safe
def event_detail(request: HttpRequest, slug: str) -> HttpResponse:
    events = Event.objects.visible_to(request.user).with_places()
    event = get_object_or_404(events.annotate(talk_count=Count("talks")), slug=slug)
    speakers = list(event.speakers.all()[: MANY_SPEAKERS + 1])
    context = {
        "event": event,
        "may_run": Event.objects.run_by(request.user).filter(pk=event.pk).exists(),
        "agenda": queries.agenda(event) if 0 < event.talk_count <= SHORT_AGENDA else None,
        "speakers": speakers[:MANY_SPEAKERS],
        "more_speakers": len(speakers) > MANY_SPEAKERS,
    }
    return render(request, "events/event_detail.html", context)


@require_safe
@vary_on_headers("HX-Request")
def event_agenda(request: HtmxRequest, slug: str) -> HttpResponse:
    """One day of the agenda, or every day while something is searched for."""
    event = _visible_event(request, slug)
    whole = queries.agenda(event)
    form = AgendaFilterForm(request.GET, whole=whole)
    found = queries.narrowed(whole, **form.chosen) if form.chosen else whole
    day = None if form.chosen else _chosen_day(whole, request.GET.get("day", ""))
    context = {
        "event": event,
        "form": form,
        "agenda": found,
        "all_days": whole.days,
        "days": [day] if day else found.days,
        "day": day,
    }
    template = "events/event_agenda.html#results" if request.htmx else "events/event_agenda.html"
    return render(request, template, context)


@require_safe
def event_speakers(request: HttpRequest, slug: str) -> HttpResponse:
    event = _visible_event(request, slug)
    speakers = event.speakers.prefetch_related("talks")
    return render(request, "events/event_speakers.html", {"event": event, "speakers": speakers})


@require_safe
def talk_detail(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    event = _visible_event(request, slug)
    talks = event.talks.select_related("room").prefetch_related("speakers")
    talk: Talk = get_object_or_404(talks, public_id=public_id)
    return render(request, "events/talk_detail.html", {"event": event, "talk": talk})


def _visible_event(request: HttpRequest, slug: str) -> Event:
    return get_object_or_404(Event.objects.visible_to(request.user).with_places(), slug=slug)


def _chosen_day(agenda: queries.Agenda, asked: str) -> queries.Day | None:
    """The day asked for, else today while the event runs, else the first."""
    days = {day.on: day for day in agenda.days}
    today = datetime.now(ZoneInfo(agenda.zone.key)).date()
    try:
        wanted = parse_date(asked) or today
    except ValueError:
        wanted = today
    return days.get(wanted) or days.get(today) or next(iter(days.values()), None)
