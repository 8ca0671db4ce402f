"""The editor of an event's agenda: talks, rooms, speakers."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Count
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from core.forms import add_refusal
from core.text import search_terms
from events import queries
from events.forms.agenda import RoomForm, SpeakerForm, TalkForm
from events.models import Event, Room, Speaker, Talk
from events.services import agenda as services

PAGE = 50


@login_required
@require_safe
def agenda_edit(request: HttpRequest, slug: str) -> HttpResponse:
    event = _run_by(request, slug)
    q = request.GET.get("q", "")
    context = {
        "event": event,
        "agenda": queries.agenda(event, search=q),
        "rooms": event.rooms.annotate(talk_count=Count("talks")),
        "speaker_count": event.speakers.count(),
        "q": q,
    }
    return render(request, "events/agenda_edit.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def talk_create(request: HttpRequest, slug: str) -> HttpResponse:
    event = _run_by(request, slug)
    start = {"start_at": _next_start(event), "end_at": None}
    form = TalkForm(request.POST or None, event=event, initial=start)
    return _talk_form(request, event, form, None)


@login_required
@require_http_methods(["GET", "POST"])
def talk_edit(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    event = _run_by(request, slug)
    talk = get_object_or_404(event.talks, public_id=public_id)
    form = TalkForm(request.POST or None, event=event, instance=event.talks.get(pk=talk.pk))
    return _talk_form(request, event, form, talk)


@login_required
@require_http_methods(["GET", "POST"])
def talk_delete(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    event = _run_by(request, slug)
    talk = get_object_or_404(event.talks, public_id=public_id)
    return _delete(request, event, talk, services.delete_talk, "talk")


@login_required
@require_http_methods(["GET", "POST"])
def room_create(request: HttpRequest, slug: str) -> HttpResponse:
    event = _run_by(request, slug)
    return _part_form(request, event, RoomForm(request.POST or None), None, "room")


@login_required
@require_http_methods(["GET", "POST"])
def room_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = _run_by(request, slug)
    room = get_object_or_404(event.rooms, pk=pk)
    form = RoomForm(request.POST or None, instance=event.rooms.get(pk=pk))
    return _part_form(request, event, form, room, "room")


@login_required
@require_http_methods(["GET", "POST"])
def room_delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = _run_by(request, slug)
    return _delete(
        request, event, get_object_or_404(event.rooms, pk=pk), services.delete_room, "room"
    )


@login_required
@require_safe
def speaker_list(request: HttpRequest, slug: str) -> HttpResponse:
    event = _run_by(request, slug)
    q = request.GET.get("q", "")
    speakers = event.speakers.annotate(talk_count=Count("talks"))
    for term in search_terms(q):
        by_name = models.Q(name_zh_hans__icontains=term) | models.Q(name_en__icontains=term)
        speakers = speakers.filter(by_name)
    page = Paginator(speakers, PAGE).get_page(request.GET.get("page"))
    return render(request, "events/speaker_list.html", {"event": event, "page": page, "q": q})


@login_required
@require_http_methods(["GET", "POST"])
def speaker_create(request: HttpRequest, slug: str) -> HttpResponse:
    event = _run_by(request, slug)
    return _part_form(request, event, SpeakerForm(request.POST or None), None, "speaker")


@login_required
@require_http_methods(["GET", "POST"])
def speaker_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = _run_by(request, slug)
    speaker = get_object_or_404(event.speakers, pk=pk)
    form = SpeakerForm(request.POST or None, instance=event.speakers.get(pk=pk))
    return _part_form(request, event, form, speaker, "speaker")


@login_required
@require_http_methods(["GET", "POST"])
def speaker_delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = _run_by(request, slug)
    speaker = get_object_or_404(event.speakers, pk=pk)
    return _delete(request, event, speaker, services.delete_speaker, "speaker")


def _run_by(request: HttpRequest, slug: str) -> Event:
    mine = Event.objects.run_by(request.user).select_related("chapter")
    return get_object_or_404(mine, slug=slug)


def _next_start(event: Event) -> Any:
    """Where the last talk ends: agendas are typed from the morning to the evening."""
    last = event.talks.order_by("-end_at").first()
    return last.end_at if last and last.end_at < event.end_at else event.start_at


def _talk_form(
    request: HttpRequest, event: Event, form: TalkForm, talk: Talk | None
) -> HttpResponse:
    if form.is_bound and form.is_valid():
        try:
            saved = services.save_talk(event=event, by=request.user, talk=talk, **form.values())
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("“%(title)s” is saved.") % {"title": saved.title})
            if "another" in request.POST:
                return redirect("events:talk-create", event.slug)
            return redirect("events:agenda-edit", event.slug)
    context = {"event": event, "form": form, "talk": talk, "rooms": event.rooms.all()}
    return render(request, "events/talk_form.html", context)


BACK = {
    "talk": "events:agenda-edit",
    "room": "events:agenda-edit",
    "speaker": "events:speaker-list",
}


def _part_form(
    request: HttpRequest, event: Event, form: ModelForm, thing: Room | Speaker | None, noun: str
) -> HttpResponse:
    save = services.save_room if noun == "room" else services.save_speaker
    if form.is_bound and form.is_valid():
        saved = save(event=event, by=request.user, **{noun: thing}, **form.cleaned_data)
        messages.success(request, _("“%(title)s” is saved.") % {"title": saved})
        return redirect(BACK[noun], event.slug)
    context = {"event": event, "form": form, "thing": thing, "noun": noun, "back": BACK[noun]}
    return render(request, "events/part_form.html", context)


def _delete(
    request: HttpRequest,
    event: Event,
    thing: Talk | Room | Speaker,
    delete: Callable[..., None],
    noun: str,
) -> HttpResponse:
    if request.method == "POST":
        name = str(thing)
        delete(**{noun: thing}, by=request.user)
        messages.success(request, _("“%(title)s” is deleted.") % {"title": name})
        return redirect(BACK[noun], event.slug)
    context = {"event": event, "thing": thing, "noun": noun, "back": BACK[noun]}
    return render(request, "events/part_delete.html", context)
