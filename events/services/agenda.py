"""An event's talks, rooms and speakers, one at a time; each change is one line of the log."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from core.text import fold
from events.errors import EndsBeforeStart, NotOfThisEvent
from events.models import Event, Room, Speaker, Talk
from events.services.log import assign, record
from events.services.search import refresh_search_text

Part = TypeVar("Part", Room, Speaker)


@transaction.atomic
def save_talk(
    *,
    event: Event,
    by: User,
    talk: Talk | None = None,
    speakers: Iterable[Speaker | str],
    **fields: Any,
) -> Talk:
    """Make a talk, or change `talk`. A talk may begin as it ends, such as a deadline.

    `room` and `speakers` may be names: those that are not known in either language are added.
    """
    speakers = _known_or_new(event, speakers, by=by, kind=Speaker)
    if "room" in fields:
        found = _known_or_new(event, filter(None, [fields["room"]]), by=by, kind=Room)
        fields["room"] = found[0] if found else None
    _all_of(event, [fields.get("room"), talk, *speakers])
    is_new = talk is None
    talk = talk or Talk(event=event)
    changes = assign(talk, fields)
    if talk.end_at < talk.start_at:
        raise EndsBeforeStart
    talk.save(update_fields=None if is_new else list(changes))
    if names := _change_of_speakers(talk, speakers):
        talk.speakers.set(speakers)
        changes["speakers"] = names
    _tell("talk", talk, by=by, is_new=is_new, changes=changes)
    return talk


@transaction.atomic
def delete_talk(*, talk: Talk, by: User) -> None:
    _delete("talk", talk, by=by)


@transaction.atomic
def save_room(*, event: Event, by: User, room: Room | None = None, **fields: Any) -> Room:
    return _save("room", room or Room(event=event), event=event, by=by, fields=fields)


@transaction.atomic
def delete_room(*, room: Room, by: User) -> None:
    """Its talks stay, without a room."""
    _delete("room", room, by=by)


@transaction.atomic
def save_speaker(
    *, event: Event, by: User, speaker: Speaker | None = None, **fields: Any
) -> Speaker:
    return _save("speaker", speaker or Speaker(event=event), event=event, by=by, fields=fields)


@transaction.atomic
def delete_speaker(*, speaker: Speaker, by: User) -> None:
    """Their talks stay, without them."""
    _delete("speaker", speaker, by=by)


def _known_or_new(
    event: Event, things: Iterable[Part | str], *, by: User, kind: type[Part]
) -> list[Part]:
    """Rows for what may be rows or names, each once, in the order they came."""
    things = list(things)
    known: dict[str, Part] = {}
    if any(isinstance(thing, str) for thing in things):
        for row in kind.objects.filter(event=event):
            for name in filter(None, (row.name_zh_hans, row.name_en)):
                known.setdefault(fold(name), row)
    save: Any = save_room if kind is Room else save_speaker
    rows: dict[int, Part] = {}
    for thing in things:
        if not isinstance(thing, str):
            row = thing
        elif found := known.get(fold(thing)):
            row = found
        else:
            row = known[fold(thing)] = save(event=event, by=by, **_named(thing))
        rows[row.pk] = row
    return list(rows.values())


def _named(name: str) -> dict[str, str]:
    """A name goes to the language it is written in; readers of the other one see it too."""
    is_chinese = any("\u4e00" <= letter <= "\u9fff" for letter in name)
    return {"name_zh_hans" if is_chinese else "name_en": name}


def _save(noun: str, thing: Part, *, event: Event, by: User, fields: dict[str, Any]) -> Part:
    """New ones come last."""
    _all_of(event, [thing])
    is_new = thing.pk is None
    if is_new:
        last = type(thing).objects.filter(event=event).aggregate(last=Max("position"))["last"]
        thing.position = 0 if last is None else last + 1
    changes = assign(thing, fields)
    thing.save(update_fields=None if is_new else list(changes))
    if "email" in changes:  # who reads the log learns that it changed, and no address
        changes["email"] = ["…", "…"]
    _tell(noun, thing, by=by, is_new=is_new, changes=changes)
    return thing


def _tell(noun: str, thing: Talk | Part, *, by: User, is_new: bool, changes: dict) -> None:
    if is_new:
        record(event=thing.event, by=by, action=f"{noun}_added", target=str(thing))
    elif changes:
        record(
            event=thing.event, by=by, action=f"{noun}_changed", target=str(thing), changes=changes
        )
    if is_new or changes:
        refresh_search_text(thing.event)


def _delete(noun: str, thing: Talk | Part, *, by: User) -> None:
    event, name = thing.event, str(thing)
    thing.delete()
    record(event=event, by=by, action=f"{noun}_deleted", target=name)
    refresh_search_text(event)


def _change_of_speakers(talk: Talk, speakers: list[Speaker]) -> list[str] | None:
    before = list(talk.speakers.all())
    if {person.pk for person in before} == {person.pk for person in speakers}:
        return None
    return [", ".join(map(str, people)) for people in (before, speakers)]


def _all_of(event: Event, things: Iterable[Talk | Room | Speaker | None]) -> None:
    if any(thing and thing.event_id != event.pk for thing in things):
        raise NotOfThisEvent
