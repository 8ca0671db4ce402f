"""Calendars to keep and to subscribe to. They hold what the public pages show, no more."""

import hashlib
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.text import slugify
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from community.models import Chapter, City
from events.calendars import public_calendar
from events.models import Event, EventQuerySet

KEEPS_PAST = timedelta(days=90)
MOST = 1000
CACHED = timedelta(days=1)
CONTENT_TYPE = "text/calendar; charset=utf-8"
# What a calendar shows of an event: when one of these changes, so does the feed
SHOWN = ("pk", "version", "sequence", "status", "venue__name", "venue__address")


@require_safe
def event_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    events = Event.objects.public().select_related("chapter", "venue")
    event = get_object_or_404(events, slug=slug)
    body = public_calendar([event], name=event.title, time_zone=event.time_zone)
    name = slugify(event.slug) or event.public_id
    disposition = f'attachment; filename="{name}.ics"'
    return HttpResponse(body, CONTENT_TYPE, headers={"Content-Disposition": disposition})


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """All public events, or those of `?chapter=` and `?city=`, in `?language=` or the reader's.

    Calendar programs ask again and again: an unchanged feed costs one query and answers 304,
    and its bytes are built once.
    """
    events = Event.objects.listed().filter(end_at__gt=timezone.now() - KEEPS_PAST)
    events, name, zone = _narrow(request, events)
    events = events.order_by("start_at", "pk")[:MOST]
    asked = request.GET.get("language")
    language = asked if asked in dict(settings.LANGUAGES) else get_language() or ""
    with translation.override(language):
        shown = repr(
            (language, name and str(name), settings.SITE_URL, list(events.values_list(*SHOWN)))
        )
        digest = hashlib.sha256(shown.encode()).hexdigest()[:32]
        etag = quote_etag(digest)
        response = get_conditional_response(request, etag=etag)
        if response is None:
            response = HttpResponse(_body(digest, events, str(name), zone), CONTENT_TYPE)
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=300"
    return response


def _narrow(request: HttpRequest, events: EventQuerySet) -> tuple[EventQuerySet, object, str]:
    """The events asked for, what the calendar is called, and its zone if it has one."""
    name: object = "ChainONE"
    zone = ""
    if slug := request.GET.get("city"):
        city = get_object_or_404(City, slug=slug)
        events, name, zone = events.filter(venue__city=city), city, city.time_zone
    if slug := request.GET.get("chapter"):
        chapter = get_object_or_404(Chapter, slug=slug)
        events, name, zone = events.filter(chapter=chapter), chapter, chapter.time_zone
    return events, name, zone


def _body(digest: str, events: EventQuerySet, name: str, zone: str) -> bytes:
    key = f"events:feed:{digest}"
    body = cache.get(key)
    if body is None:
        stamp = datetime.now(UTC)
        found = events.select_related("chapter", "venue")
        body = public_calendar(found, name=name, time_zone=zone, stamp=stamp)
        cache.set(key, body, CACHED.total_seconds())
    return body
