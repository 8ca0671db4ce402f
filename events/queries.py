"""Reads that span the models of events."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import groupby
from zoneinfo import ZoneInfo

from django.db.models import Model, Prefetch
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.models import City
from core.text import fold
from events.models import (
    AttendanceMode,
    Event,
    EventQuerySet,
    EventStatus,
    Room,
    Speaker,
    SpokenLanguage,
    Talk,
)

LANGUAGE_NAMES = {
    "zh": _("Chinese"),
    "en": _("English"),
    "ja": _("Japanese"),
    "ko": _("Korean"),
    "nan": _("Taiwanese"),
    "yue": _("Cantonese"),
    "de": _("German"),
    "fr": _("French"),
    "es": _("Spanish"),
}


def listed_events(
    *,
    among: EventQuerySet | None = None,
    past: bool = False,
    search: str = "",
    city: str = "",
    mode: str = "",
    language: str = "",
    first_day: date | None = None,
    last_day: date | None = None,
) -> EventQuerySet:
    """Events with all that was asked for, public ones unless `among` says which.

    Days are of the reader's zone.
    """
    among = Event.objects.public() if among is None else among
    events = among.filter(is_listed=True).with_places().search(search)
    if city:
        events = events.filter(venue__city__slug=city)
    if mode:
        events = events.filter(attendance_mode__in=[mode, AttendanceMode.MIXED])
    if language:
        events = events.filter(spoken_language__in=[language, SpokenLanguage.BOTH])
    if first_day:
        events = events.filter(end_at__gte=_midnight(first_day))
    if last_day:
        events = events.filter(start_at__lt=_midnight(last_day + timedelta(days=1)))
    now = timezone.now()
    return events.past(now) if past else events.upcoming(now)


def cities_with_events() -> list[City]:
    public = EventStatus.PUBLISHED, EventStatus.CANCELED
    return list(
        City.objects.filter(
            venues__events__status__in=public, venues__events__is_listed=True
        ).distinct()
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


@dataclass(frozen=True)
class Choice:
    """One value of a filter, as the address and as the page write it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Slot:
    """Everything that begins at one time. `cells` stand under the day's `rooms`, one for each."""

    start_at: datetime
    talks: list[Talk]
    cells: list[list[Talk]]


@dataclass(frozen=True)
class Day:
    """`rooms` are those in use on the day; None heads the talks without a room.

    `all_day` are talks from midnight to midnight: they stand above the slots, not in them.
    """

    on: date
    rooms: list[Room | None]
    slots: list[Slot]
    all_day: list[Talk]

    @property
    def talks(self) -> list[Talk]:
        return [*self.all_day, *(talk for slot in self.slots for talk in slot.talks)]


@dataclass(frozen=True)
class Agenda:
    """An event's talks in its own zone: `found` of `total` came through the filters."""

    zone: ZoneInfo
    talks: list[Talk]
    total: int
    rooms: list[Choice]
    tags: list[Choice]
    languages: list[Choice]

    @property
    def found(self) -> int:
        return len(self.talks)

    @cached_property
    def days(self) -> list[Day]:
        """Days of the event's zone; a talk stands on the day on which it begins."""
        by_day = groupby(self.talks, key=lambda talk: talk.start_at.astimezone(self.zone).date())
        return [self._day(on, list(talks)) for on, talks in by_day]

    def _day(self, on: date, talks: list[Talk]) -> Day:
        all_day = [talk for talk in talks if self._is_all_day(talk)]
        timed = [talk for talk in talks if not self._is_all_day(talk)]
        rooms = sorted({talk.room for talk in timed}, key=_room_order)
        by_start = groupby(timed, key=lambda talk: talk.start_at)
        return Day(
            on, rooms, [self._slot(at, list(group), rooms) for at, group in by_start], all_day
        )

    def _slot(self, start_at: datetime, talks: list[Talk], rooms: list[Room | None]) -> Slot:
        cells = [[talk for talk in talks if talk.room == room] for room in rooms]
        return Slot(start_at.astimezone(self.zone), talks, cells)

    def _is_all_day(self, talk: Talk) -> bool:
        start, end = (moment.astimezone(self.zone) for moment in (talk.start_at, talk.end_at))
        whole = start.time() == end.time() == time()
        return whole and end.date() - start.date() >= timedelta(days=1)


def agenda(
    event: Event, *, search: str = "", room: str = "", tag: str = "", language: str = ""
) -> Agenda:
    """The agenda in two queries, however long, narrowed as by `narrowed`."""
    speakers = Prefetch("speakers", Speaker.objects.only(*_speaker_fields))
    rows = event.talks.select_related("room").prefetch_related(speakers)
    talks = sorted(rows, key=lambda talk: (talk.start_at, _room_order(talk.room), talk.pk))
    whole = Agenda(
        zone=ZoneInfo(event.time_zone),
        talks=talks,
        total=len(talks),
        rooms=_room_choices(talks),
        tags=_choices((str(value), str(value)) for talk in talks for value in talk.tags),
        languages=_choices((talk.language, language_name(talk.language)) for talk in talks),
    )
    return narrowed(whole, search=search, room=room, tag=tag, language=language)


def narrowed(
    whole: Agenda, *, search: str = "", room: str = "", tag: str = "", language: str = ""
) -> Agenda:
    """`whole` with fewer talks; the choices still count all of them. Asks no database.

    `search` finds talks that hold each of its words in titles, abstracts, kind, tags, room or
    speakers, in either language, whatever the width and case of its letters. `room`, `tag` and
    `language` are values of the choices.
    """
    words = fold(search).split()
    found = [
        talk
        for talk in whole.talks
        if (not room or room_value(talk.room) == room)
        and (not tag or tag in talk.tags)
        and (not language or talk.language == language)
        and (not words or _holds(talk, words))
    ]
    return replace(whole, talks=found)


_speaker_fields = ("event", "position", "name", "name_zh_hans", "name_en", "url")


def language_name(code: str) -> str:
    """The name in the reader's language of a code that importers write; other texts as they are."""
    return str(LANGUAGE_NAMES.get(code, code))


def room_value(room: Room | None) -> str:
    """What stands for a room in an address: its name, the same in every reader's language."""
    return next(filter(None, _both(room, "name")), "") if room else ""


def _room_order(room: Room | None) -> tuple[bool, int, int]:
    return (room is None, room.position if room else 0, room.pk if room else 0)


def _holds(talk: Talk, words: list[str]) -> bool:
    parts = [text for field in ("title", "abstract", "kind") for text in _both(talk, field)]
    parts += [name for speaker in talk.speakers.all() for name in _both(speaker, "name")]
    parts += [*map(str, talk.tags), *(_both(talk.room, "name") if talk.room else [])]
    text = fold("\n".join(parts))
    return all(word in text for word in words)


def _both(row: Model, field: str) -> list[str]:
    """A text in both languages."""
    return [getattr(row, f"{field}_{language}") or "" for language in ("en", "zh_hans")]


def _room_choices(talks: list[Talk]) -> list[Choice]:
    in_order = sorted(talks, key=lambda talk: _room_order(talk.room))
    return _choices(((room_value(talk.room), str(talk.room)) for talk in in_order), by_count=False)


def _choices(pairs: Iterable[tuple[str, str]], *, by_count: bool = True) -> list[Choice]:
    """Each value once with how often it occurs; the commonest first unless the order is given."""
    counts: defaultdict[str, int] = defaultdict(int)
    labels: dict[str, str] = {}
    for value, label in pairs:
        if value:
            counts[value] += 1
            labels.setdefault(value, label)
    values = sorted(counts, key=lambda value: -counts[value]) if by_count else list(counts)
    return [Choice(value, labels[value], counts[value]) for value in values]
