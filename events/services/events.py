"""What an organizer does to an event as a whole."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy, slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from community.models import Chapter
from events.errors import (
    Conflict,
    EndsBeforeStart,
    EventIsCanceled,
    EventIsOver,
    EventNotReady,
    NeverPublished,
)
from events.models import AttendanceMode, Event, EventStatus, LogEntry, Talk
from events.services import copies
from events.services.log import assign, record
from events.services.search import refresh_search_text
from events.services.venues import create_venue

# What a calendar entry shows: a change of these must reach everybody who has one
CALENDAR_FIELDS = {
    "title_zh_hans", "title_en", "start_at", "end_at", "time_zone",
    "attendance_mode", "venue", "online_url",
}  # fmt: skip


@transaction.atomic
def create_event(
    *, chapter: Chapter, by: User, place: dict[str, Any] | None = None, **fields: Any
) -> Event:
    """A draft. `slug` and `time_zone` are made up from title and chapter where they are missing;
    `place` are the fields of a new venue, which then wins over `venue`."""
    if place:
        fields["venue"] = create_venue(chapter=chapter, **place)
    fields["time_zone"] = fields.get("time_zone") or chapter.time_zone
    event = Event(chapter=chapter, created_by=by)
    assign(event, fields)
    event.slug = event.slug or free_slug(event)
    _check_span(event)
    event.save()
    refresh_search_text(event)
    record(event=event, by=by, action="event_created", target=event.title)
    return event


@transaction.atomic
def update_event(
    *,
    event: Event,
    by: User,
    version: int,
    place: dict[str, Any] | None = None,
    move_agenda: bool = False,
    **fields: Any,
) -> Event:
    """Save what differs. `version` is the one that `by` saw: raises Conflict when it is not the
    last. `sequence` grows when a calendar entry must follow. `place` as for `create_event`;
    `move_agenda` keeps every talk as far from the start as it was. Locks the event."""
    current = _locked(event)
    if current.version != version:
        raise Conflict(who=_last_editor(current))
    if current.is_canceled:
        raise EventIsCanceled
    if place:
        fields["venue"] = create_venue(chapter=current.chapter, **place)
    started_at, zone = current.start_at, ZoneInfo(current.time_zone)
    changes = assign(current, fields)
    _check_span(current)
    if not changes:
        return current
    current.version += 1
    current.sequence += bool(changes.keys() & CALENDAR_FIELDS)
    current.save(update_fields=[*changes, "version", "sequence"])
    if move_agenda:
        _move_agenda(current, started_at, zone)
    refresh_search_text(current)
    record(event=current, by=by, action="event_changed", changes=changes)
    return current


@transaction.atomic
def publish_event(*, event: Event, by: User) -> Event:
    """Repeatable. Raises EventNotReady with what `missing_to_publish` names."""
    current = _locked(event)
    if current.is_canceled:
        raise EventIsCanceled
    if missing := missing_to_publish(current):
        raise EventNotReady(list=" ".join(map(str, missing)), missing=missing)
    if not current.is_published:
        current.status = EventStatus.PUBLISHED
        current.published_at = current.published_at or timezone.now()
        current.save(update_fields=["status", "published_at"])
        record(event=current, by=by, action="event_published")
    return current


@transaction.atomic
def unpublish_event(*, event: Event, by: User) -> Event:
    """Back to a draft that only the chapter sees. Whether places were sold is not known here."""
    current = _locked(event)
    if current.is_canceled:
        raise EventIsCanceled
    if current.is_published:
        current.status = EventStatus.DRAFT
        current.save(update_fields=["status"])
        record(event=current, by=by, action="event_unpublished")
    return current


@transaction.atomic
def cancel_event(*, event: Event, by: User, reason: str) -> Event:
    """For good, and repeatable: the first reason stands. Who must be told follows from the state."""
    current = _locked(event)
    if current.is_canceled:
        return current
    if current.published_at is None:
        raise NeverPublished
    if current.is_over():
        raise EventIsOver
    current.status, current.canceled_at = EventStatus.CANCELED, timezone.now()
    current.cancel_reason = reason
    current.sequence += 1
    current.save(update_fields=["status", "canceled_at", "cancel_reason", "sequence"])
    record(event=current, by=by, action="event_canceled", target=reason)
    return current


@transaction.atomic
def duplicate_event(*, event: Event, by: User, start_at: datetime) -> Event:
    """A draft with the same texts, cover and agenda, moved so that it begins at `start_at`.

    Moved by the clock on the wall of the event's zone: a talk at 14:00 stays at 14:00 when
    daylight saving begins in between. The copy is not tied to an imported schedule.
    """
    shift = wall_clock_shift(event, start_at)
    copy = copies.copy_event(event, by=by, shift=shift)
    copy.slug = free_slug(copy)
    copy.save()
    copies.copy_agenda(event, copy, shift=shift)
    refresh_search_text(copy)
    record(event=copy, by=by, action="event_duplicated", target=event.title)
    return copy


def wall_clock_shift(event: Event, start_at: datetime) -> timedelta:
    """How far the clock on the wall moves when `event` is to begin at `start_at`."""
    zone = ZoneInfo(event.time_zone)
    return _on_the_wall(start_at, zone) - _on_the_wall(event.start_at, zone)


def missing_to_publish(event: Event) -> list[str | Promise]:
    """Sentences on what must be mended first; empty when it may be published."""
    missing: list[str | Promise] = []
    if not event.title:
        missing.append(_("It has no title."))
    if event.is_over():
        missing.append(_("Its date is in the past."))
    if event.attendance_mode != AttendanceMode.ONLINE and not event.venue_id:
        missing.append(_("It has no venue."))
    return missing


def doubts_about(event: Event) -> list[str | Promise]:
    """Sentences on what an organizer may have forgotten; none of them forbids to publish."""
    doubts: list[str | Promise] = []
    if event.attendance_mode != AttendanceMode.OFFLINE and not event.online_url:
        doubts.append(_("There is no link to join online yet."))
    if not event.description:
        doubts.append(_("The description is empty."))
    for language, title in ((_("Chinese"), event.title_zh_hans), (_("English"), event.title_en)):
        if not title:
            doubts.append(format_lazy(_("There is no title in {language}."), language=language))
    return doubts


def free_slug(event: Event) -> str:
    """From the English title, else the chapter and the day; numbered while it is taken."""
    start_on = event.start_at.astimezone(ZoneInfo(event.time_zone)).date()
    stem = slugify(event.title_en or "")[:70] or f"{event.chapter.slug[:50]}-{start_on}"
    taken = set(Event.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    number = 1
    slug = stem
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug


def _on_the_wall(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)


def _move_agenda(event: Event, started_at: datetime, zone: ZoneInfo) -> None:
    """Talks follow an event that used to begin at `started_at` in `zone`."""
    new_zone = ZoneInfo(event.time_zone)
    shift = _on_the_wall(event.start_at, new_zone) - _on_the_wall(started_at, zone)
    if not shift and zone == new_zone:
        return
    talks = list(Talk.objects.filter(event=event))
    for talk in talks:
        talk.start_at = copies.moved(talk.start_at, zone, shift, new_zone)
        talk.end_at = copies.moved(talk.end_at, zone, shift, new_zone)
    Talk.objects.bulk_update(talks, ["start_at", "end_at"], batch_size=500)


def _locked(event: Event) -> Event:
    events = Event.objects.select_for_update(of=("self",)).select_related("chapter", "venue__city")
    return events.get(pk=event.pk)


def _check_span(event: Event) -> None:
    if event.end_at <= event.start_at:
        raise EndsBeforeStart


def _last_editor(event: Event) -> str | Promise:
    last = LogEntry.objects.filter(event=event, action="event_changed").select_related("by").first()
    return str(last.by) if last and last.by else _("Somebody else")
