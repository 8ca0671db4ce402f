"""What an organizer does to an event as a whole. Tickets, copies and cancellation: ticketing."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.models import Chapter
from community.queries import parts_of
from core.errors import DomainError
from core.forms import add_refusal
from events.errors import Conflict
from events.forms.events import EventForm, VenueForm
from events.models import Event
from events.services import events as services
from events.services.venues import update_venue

PAGE = 20
LOG_PAGE = 50
SHELVES = ("upcoming", "drafts", "past")


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The reader's chapters and events; a door helper sees what is published."""
    parts = parts_of(request.user)
    shelf = request.GET.get("show", "upcoming")
    events = Event.objects.helped_by(request.user).search(request.GET.get("q", ""))
    if chapter := request.GET.get("chapter", ""):
        events = events.filter(chapter__slug=chapter)
    shown = _shelf(events, shelf).select_related("chapter", "venue__city")
    context = {
        "parts": parts,
        "runs": {part.chapter.pk for part in parts if part.runs},
        "shelf": shelf if shelf in SHELVES else "upcoming",
        "page": Paginator(shown, PAGE).get_page(request.GET.get("page")),
        "chapter": chapter,
        "q": request.GET.get("q", ""),
    }
    return render(request, "events/desk.html", context)


def _shelf(events: QuerySet[Event], shelf: str) -> QuerySet[Event]:
    now = timezone.now()
    if shelf == "drafts":
        return events.drafts()
    return (events.past(now) if shelf == "past" else events.upcoming(now)).public()


@login_required
@require_http_methods(["GET", "POST"])
def event_create(request: HttpRequest, slug: str) -> HttpResponse:
    chapter = get_object_or_404(Chapter.objects.run_by(request.user), slug=slug)
    form = EventForm(request.POST or None, request.FILES or None, chapter=chapter)
    if form.is_bound and form.is_valid() and "preview" not in request.POST:
        try:
            event = services.create_event(chapter=chapter, by=request.user, **form.values())
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The draft is saved. Only your chapter sees it."))
            return redirect("events:event-edit", event.slug)
    return render(request, "events/event_create.html", _form_context(request, form, chapter))


@login_required
@require_http_methods(["GET", "POST"])
def event_edit(request: HttpRequest, slug: str) -> HttpResponse:
    event = _run_by(request, slug)
    mine = Event.objects.get(pk=event.pk)  # the form writes what was typed into its own
    form = EventForm(
        request.POST or None, request.FILES or None, instance=mine, chapter=event.chapter
    )
    context = _form_context(request, form, event.chapter) | {"event": event}
    if form.is_bound and form.is_valid() and "preview" not in request.POST:
        try:
            saved = services.update_event(
                event=event, by=request.user, version=_version(request), **form.values()
            )
        except Conflict as error:
            context |= {"conflict": error, "differences": form.differences(event)}
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("events:event-edit", saved.slug)
    context["version"] = event.version if "conflict" in context else _version(request, event)
    return render(request, "events/event_edit.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def venue_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    chapter = get_object_or_404(Chapter.objects.run_by(request.user), slug=slug)
    venue = get_object_or_404(chapter.venues, pk=pk)
    form = VenueForm(request.POST or None, instance=chapter.venues.get(pk=pk))
    if form.is_valid():
        update_venue(venue=venue, by=request.user, **form.cleaned_data)
        messages.success(request, _("The place is saved."))
        return redirect("events:desk")
    context = {"chapter": chapter, "venue": venue, "form": form}
    return render(request, "events/venue_edit.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def event_publish(request: HttpRequest, slug: str) -> HttpResponse:
    event = _run_by(request, slug)
    if request.method == "POST":
        try:
            services.publish_event(event=event, by=request.user)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("events:event-publish", event.slug)
        messages.success(request, _("Published. Everybody can see it now."))
        return redirect(event)
    context = {
        "event": event,
        "missing": services.missing_to_publish(event),
        "doubts": services.doubts_about(event),
    }
    return render(request, "events/event_publish.html", context)


@login_required
@require_safe
def event_log(request: HttpRequest, slug: str) -> HttpResponse:
    event = _run_by(request, slug)
    lines = event.log.select_related("by")
    page = Paginator(lines, LOG_PAGE).get_page(request.GET.get("page"))
    return render(request, "events/event_log.html", {"event": event, "page": page})


@login_required
@require_POST
def markdown_preview(request: HttpRequest) -> HttpResponse:
    """What the text in the field that `?field=` names will look like."""
    text = request.POST.get(request.GET.get("field", "text"), "")
    return render(request, "events/markdown_preview.html", {"text": text[:100_000]})


def _run_by(request: HttpRequest, slug: str) -> Event:
    mine = Event.objects.run_by(request.user).select_related("chapter", "venue__city")
    return get_object_or_404(mine, slug=slug)


def _form_context(request: HttpRequest, form: EventForm, chapter: Chapter) -> dict[str, Any]:
    return {"form": form, "chapter": chapter, "preview": "preview" in request.POST}


def _version(request: HttpRequest, event: Event | None = None) -> int:
    """The version that the reader's page was made from."""
    typed = request.POST.get("version", "")
    if typed.isdecimal():
        return int(typed[:9])
    return event.version if event else -1
