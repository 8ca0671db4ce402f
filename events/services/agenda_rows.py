"""Rooms, speakers and talks of an event beside what a schedule says they are.

Only rows with a key came from a schedule: the others were made by hand and are never touched.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Model, Prefetch, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events.models import Event, Room, Speaker, Talk
from events.schedules import Schedule, Text
from events.schedules.parsed import RoomEntry, SpeakerEntry, TalkEntry

BATCH = 500
Values = dict[str, Any]


class ChangeKind(TextChoices):
    ADDED = "added", _("added")
    CHANGED = "changed", _("changed")
    REMOVED = "removed", _("removed")


@dataclass(frozen=True)
class FieldChange:
    """`label` is for people; the values are texts, instants, or lists of texts."""

    name: str
    label: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Change:
    """One row that differs; `fields` tells what of a changed one."""

    kind: ChangeKind
    noun: str | Promise
    name: str
    fields: tuple["FieldChange", ...] = ()


@dataclass
class Rows:
    """One model's rows: those there, those wanted, both by key as {field: value}.

    A field that only `wanted` names is written with a new row and left alone later.
    """

    model: type[Model]
    noun: Promise
    rows: dict[str, Any]
    present: dict[str, Values]
    wanted: dict[str, Values]
    in_use: set[str] = field(default_factory=set)

    @property
    def added(self) -> list[str]:
        return [key for key in self.wanted if key not in self.present]

    @property
    def removed(self) -> list[str]:
        """What vanished from the source, unless a row made by hand needs it."""
        return [key for key in self.present if key not in self.wanted and key not in self.in_use]

    @property
    def changed(self) -> dict[str, dict[str, tuple[Any, Any]]]:
        both = {key: self.present[key] for key in self.wanted if key in self.present}
        found = {key: _difference(before, self.wanted[key]) for key, before in both.items()}
        return {key: fields for key, fields in found.items() if fields}

    @property
    def names(self) -> dict[str, str]:
        return {key: _name(values) for key, values in (self.present | self.wanted).items()}

    def changes(self) -> list[Change]:
        return [
            *(Change(ChangeKind.ADDED, self.noun, _name(self.wanted[key])) for key in self.added),
            *(
                Change(
                    ChangeKind.CHANGED,
                    self.noun,
                    _name(self.wanted[key]),
                    field_changes(self.model, fields),
                )
                for key, fields in self.changed.items()
            ),
            *(
                Change(ChangeKind.REMOVED, self.noun, _name(self.present[key]))
                for key in self.removed
            ),
        ]

    def keep(self, event: Event, *, links: frozenset[str] = frozenset()) -> None:
        """Write what is new and what changed; `links` are fields that are no columns."""
        columns = {
            key: {name: value for name, value in values.items() if name not in links}
            for key, values in self.wanted.items()
        }
        new = [self.model(event=event, key=key, **columns[key]) for key in self.added]
        if new:
            self.model._default_manager.bulk_create(new, batch_size=BATCH)
            self.rows |= dict(zip(self.added, new, strict=True))
        changed = {key: fields.keys() - links for key, fields in self.changed.items()}
        names = sorted(set[str]().union(*changed.values()))
        for key, fields in changed.items():
            for name in fields:
                setattr(self.rows[key], name, columns[key][name])
        touched = [self.rows[key] for key, fields in changed.items() if fields]
        if touched:
            self.model._default_manager.bulk_update(touched, names, batch_size=BATCH)

    def drop(self) -> None:
        gone = [self.rows[key].pk for key in self.removed]
        if gone:
            self.model._default_manager.filter(pk__in=gone).delete()


def field_changes(
    model: type[Model], fields: Mapping[str, tuple[Any, Any]]
) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(name, str(model._meta.get_field(name).verbose_name), before, after)  # type: ignore[union-attr]
        for name, (before, after) in fields.items()
    )


def _difference(before: Values, after: Values) -> dict[str, tuple[Any, Any]]:
    return {name: (was, after[name]) for name, was in before.items() if was != after[name]}


def _name(values: Values) -> str:
    names = ("title_zh_hans", "title_en", "name_zh_hans", "name_en")
    return next(filter(None, (values.get(name) for name in names)), "")


def both(name: str, text: Text) -> Values:
    """A text as the columns that hold it."""
    return {f"{name}_zh_hans": text.zh, f"{name}_en": text.en}


@dataclass
class AgendaRows:
    """All three models' rows of one event, read in five queries."""

    event: Event
    rooms: Rows
    speakers: Rows
    talks: Rows

    def changes(self) -> list[Change]:
        """Take them before `write`, which turns keys into rows."""
        talks = (
            replace(change, fields=tuple(map(self._readable, change.fields)))
            for change in self.talks.changes()
        )
        return [*self.rooms.changes(), *self.speakers.changes(), *talks]

    def _readable(self, change: FieldChange) -> FieldChange:
        """Names in place of the keys of rooms and speakers."""
        rooms, speakers = self.rooms.names, self.speakers.names
        if change.name == "room":
            before, after = (rooms.get(key, "") for key in (change.before, change.after))
            return replace(change, before=before, after=after)
        if change.name == "speakers":
            old, new = ([speakers[key] for key in keys] for keys in (change.before, change.after))
            return replace(change, before=old, after=new)
        return change

    @property
    def has_nothing_in_common(self) -> bool:
        return bool(self.talks.present) and not self.talks.present.keys() & self.talks.wanted.keys()

    def write(self) -> None:
        """Bring the rows to what the schedule says. Call it in a transaction."""
        self.rooms.keep(self.event)
        self.speakers.keep(self.event)
        self._point_talks_at_rooms()
        self.talks.keep(self.event, links=frozenset({"speakers"}))
        self._link_speakers()
        for rows in (self.talks, self.speakers, self.rooms):
            rows.drop()

    def _point_talks_at_rooms(self) -> None:
        """From keys to rows, now that all rooms exist."""
        for values in (*self.talks.wanted.values(), *self.talks.present.values()):
            values["room"] = self.rooms.rows.get(values["room"])

    def _link_speakers(self) -> None:
        through = Talk.speakers.through
        new = []
        for key, values in self.talks.wanted.items():
            present = self.talks.present.get(key, {})
            before, after = set(present.get("speakers", ())), set(values["speakers"])
            talk = self.talks.rows[key]
            if before - after:
                talk.speakers.remove(*(self.speakers.rows[speaker] for speaker in before - after))
            added = [self.speakers.rows[speaker].pk for speaker in sorted(after - before)]
            new += [through(talk_id=talk.pk, speaker_id=speaker) for speaker in added]
        if new:
            through._default_manager.bulk_create(new, batch_size=BATCH)


def agenda_rows(event: Event, schedule: Schedule) -> AgendaRows:
    """The event's rows beside the schedule's; an event that is not saved yet has none."""
    rooms, speakers, talks = _stored(event) if event.pk else ([], [], [])
    by_hand = [talk for talk in talks if not talk.key]
    return AgendaRows(
        event=event,
        rooms=Rows(
            Room,
            _("room"),
            {room.key: room for room in rooms if room.key},
            {room.key: _values(room, "name") for room in rooms if room.key},
            {entry.key: _room_values(at, entry) for at, entry in enumerate(schedule.rooms)},
            in_use={talk.room.key for talk in by_hand if talk.room},
        ),
        speakers=Rows(
            Speaker,
            _("speaker"),
            {speaker.key: speaker for speaker in speakers if speaker.key},
            {s.key: _values(s, "name", "bio") for s in speakers if s.key},
            {entry.key: _speaker_values(at, entry) for at, entry in enumerate(schedule.speakers)},
            in_use={speaker.key for talk in by_hand for speaker in talk.speakers.all()},
        ),
        talks=Rows(
            Talk,
            _("talk"),
            {talk.key: talk for talk in talks if talk.key},
            {talk.key: _talk_values(talk) for talk in talks if talk.key},
            {entry.key: _wanted_talk(entry) for entry in schedule.talks},
        ),
    )


def _stored(event: Event) -> tuple[list[Room], list[Speaker], list[Talk]]:
    keys = Prefetch("speakers", Speaker.objects.only("event", "key", "position"))
    talks = event.talks.select_related("room").prefetch_related(keys)
    return list(event.rooms.all()), list(event.speakers.all()), list(talks)


def _values(row: Model, *names: str) -> Values:
    """Both languages of each name; a column that was never written is empty."""
    columns = [f"{name}_{language}" for name in names for language in ("zh_hans", "en")]
    return {column: getattr(row, column) or "" for column in columns}


def _room_values(position: int, entry: RoomEntry) -> Values:
    return both("name", entry.name) | {"position": position}


def _speaker_values(position: int, entry: SpeakerEntry) -> Values:
    return both("name", entry.name) | both("bio", entry.bio) | {"position": position}


def _talk_values(talk: Talk) -> Values:
    """As `_wanted_talk`, from a row. Speakers that were added by hand are not the source's."""
    plain = ("start_at", "end_at", "language", "tags", "slides_url", "video_url")
    return _values(talk, "title", "abstract", "kind") | {
        **{name: getattr(talk, name) for name in plain},
        "room": talk.room.key if talk.room else "",
        "speakers": sorted(speaker.key for speaker in talk.speakers.all() if speaker.key),
    }


def _wanted_talk(entry: TalkEntry) -> Values:
    texts = both("title", entry.title) | both("abstract", entry.abstract) | both("kind", entry.kind)
    return texts | {
        "start_at": entry.start_at,
        "end_at": entry.end_at,
        "language": entry.language,
        "tags": list(entry.tags),
        "slides_url": entry.slides_url,
        "video_url": entry.video_url,
        "room": entry.room,
        "speakers": sorted(entry.speakers),
    }
