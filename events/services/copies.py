"""New rows from old ones: what `duplicate_event` makes of an event and its agenda."""

from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db import models

from accounts.models import User
from core.ids import public_id
from events.models import Event, EventStatus, Room, Speaker, Talk

Row = TypeVar("Row", bound=models.Model)


def copy_event(event: Event, *, by: User, shift: timedelta) -> Event:
    """An unsaved draft. Both share the file of the cover: files are never written over."""
    copy = _renewed(Event.objects.select_related("chapter", "venue__city").get(pk=event.pk))
    copy.public_id, copy.source_key, copy.search_text = public_id(), "", ""
    copy.status, copy.is_listed = EventStatus.DRAFT, True
    copy.published_at = copy.canceled_at = None
    copy.cancel_reason = ""
    copy.version = copy.sequence = 0
    copy.created_by = by
    copy.created_at = Event._meta.get_field("created_at").get_default()
    _move(copy, ZoneInfo(event.time_zone), shift)
    return copy


def copy_agenda(event: Event, copy: Event, *, shift: timedelta) -> None:
    """Rooms, speakers and talks in a fixed number of queries. Slides and recordings stay behind."""
    rooms = _copy_all(Room.objects.filter(event=event), copy)
    speakers = _copy_all(Speaker.objects.filter(event=event), copy)
    zone = ZoneInfo(event.time_zone)
    old_talks = list(Talk.objects.filter(event=event))
    speaking = Talk.speakers.through.objects.filter(talk__event=event)
    pairs = list(speaking.values_list("talk_id", "speaker_id").order_by("pk"))
    talks = {}
    for talk in old_talks:
        old_pk = talk.pk
        _renewed(talk, event=copy, key="", public_id=public_id(), slides_url="", video_url="")
        talk.room = rooms[talk.room_id] if talk.room_id else None
        _move(talk, zone, shift)
        talks[old_pk] = talk
    Talk.objects.bulk_create(talks.values())
    Talk.speakers.through.objects.bulk_create(
        Talk.speakers.through(talk=talks[talk_pk], speaker=speakers[speaker_pk])
        for talk_pk, speaker_pk in pairs
    )


def _copy_all(rows: models.QuerySet[Row], copy: Event) -> dict[int, Row]:
    copies = {row.pk: row for row in rows}
    for row in copies.values():
        _renewed(row, event=copy, key="")
    rows.model._default_manager.bulk_create(copies.values())
    return copies


def _renewed(row: Row, **fields: object) -> Row:
    """`row`, just read, as one that was never saved."""
    row.pk = None
    row._state.adding = True
    for name, value in fields.items():
        setattr(row, name, value)
    return row


def _move(thing: Event | Talk, zone: ZoneInfo, shift: timedelta) -> None:
    thing.start_at, thing.end_at = (moved(at, zone, shift) for at in (thing.start_at, thing.end_at))


def moved(at: datetime, zone: ZoneInfo, shift: timedelta, to: ZoneInfo | None = None) -> datetime:
    """`at` with the clock on the wall of `zone` moved by `shift`, and hung up in `to`."""
    return (at.astimezone(zone).replace(tzinfo=None) + shift).replace(tzinfo=to or zone)
