"""The schedule JSON that frab made common and pretalx writes: days, rooms, events."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from events.schedules.builder import Builder, Unusable
from events.schedules.languages import language_code
from events.schedules.nodes import Node
from events.schedules.parsed import (
    RoomEntry,
    Schedule,
    ScheduleError,
    SpeakerEntry,
    TalkEntry,
    Text,
    key_of,
)
from events.schedules.zones import find_zone

_duration = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})", re.ASCII)
_clock = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)


def is_frab(document: Node) -> bool:
    return document["schedule"].is_object


def read_frab(document: Node, *, zone: ZoneInfo) -> Schedule:
    """Raises ScheduleError when it is no such file or has no usable talk."""
    return _Reader(document["schedule"]["conference"], zone).read()


class _Reader:
    def __init__(self, conference: Node, zone: ZoneInfo) -> None:
        self.conference = conference
        self.named_zone = find_zone(conference["time_zone_name"].text())
        self.builder = Builder(zone=self.named_zone or zone)
        self.room_keys: dict[str, str] = {}

    def read(self) -> Schedule:
        days = self.conference["days"]
        if not days.is_list:
            raise ScheduleError(_("A list is expected here."), place=days.place)
        for node in self.conference["rooms"].items():
            self._add_room(node["name"].text(), node, node["guid"].text())
        for day in days.items():
            for room, talks in day["rooms"].fields():
                for node in talks.items():
                    self._read_talk(node, day, room)
        self._check_zone()
        title = Text.of(
            self.builder.event_title(
                self.conference["title"].text(), self.conference["title"].place
            )
        )
        return self.builder.finish(
            key=key_of(self.conference["acronym"].text())
            if self.conference["acronym"].text()
            else "",
            title=title,
            named_zone=self.named_zone,
            zone_place=self.conference["time_zone_name"].place,
        )

    def _check_zone(self) -> None:
        node = self.conference["time_zone_name"]
        if self.named_zone:
            self.builder.check_zone(self.named_zone, node.place)
        elif node.text():
            self.builder.skip(node.place, _('the time zone "%s" is unknown') % node.text()[:80])

    def _add_room(self, raw: str, node: Node, guid: str = "") -> str:
        name = self.builder.name(raw, node.place)
        if name and raw not in self.room_keys:
            own = key_of(guid) if guid else ""
            self.room_keys[raw] = own if own and own not in self.builder.rooms else key_of(name)
            self.builder.add_room(RoomEntry(self.room_keys[raw], Text.of(name)), node.place)
        return self.room_keys.get(raw, "")

    def _read_talk(self, node: Node, day: Node, room: str) -> None:
        language = language_code(node["language"].text())
        title = Text.of(self.builder.title(node["title"].text(), node["title"].place), language)
        place = node.called(str(title))
        try:
            start_at = self._start(node, day)
            talk = TalkEntry(
                key=self._key(node, title, start_at),
                title=title,
                start_at=start_at,
                end_at=start_at + _length(node["duration"].text()),
                abstract=Text.of(self._abstract(node), language),
                room=self._add_room(room, node),
                speakers=self.builder.people(map(self._speaker, node["persons"].items()), place),
                kind=self._kind(node["track"], language),
                tags=self.builder.tags(self._tags(node["tags"]), place),
                language=language,
            )
        except Unusable as problem:
            self.builder.skip(place, str(problem))
        else:
            self.builder.add_talk(talk, place)

    def _key(self, node: Node, title: Text, start_at: datetime) -> str:
        own = (node[name].text() for name in ("guid", "code", "id"))
        return key_of(next(filter(None, own), "") or f"{title} {start_at.isoformat()}")

    def _start(self, node: Node, day: Node) -> datetime:
        """Its `date`; older files have a clock time on the day instead, past midnight too."""
        if node["date"].text():
            return self.builder.moment(node["date"].text())
        try:
            on = date.fromisoformat(day["date"].text()[:10])
            hour, minute = map(int, _matched(_clock, node["start"].text()))
            at = time(hour, minute)
            opens = (
                datetime.fromisoformat(day["day_start"].text()[:40]).time()
                if day["day_start"]
                else time(4)
            )
            return self.builder.instant(datetime.combine(on, at) + timedelta(days=at < opens))
        except (ValueError, OverflowError):
            raise Unusable(_("it has no date and time")) from None

    def _abstract(self, node: Node) -> str:
        """Subtitle, abstract and description, each once."""
        parts = (
            self.builder.prose(node[name].text(), node[name].place)
            for name in ("subtitle", "abstract", "description")
        )
        whole = "\n\n".join(dict.fromkeys(filter(None, parts)))
        return self.builder.prose(whole, node["description"].place)

    def _kind(self, node: Node, language: str) -> Text:
        name = node["name"] if node.is_object else node
        return Text.of(self.builder.kind(name.text(), name.place), language)

    def _tags(self, nodes: Node) -> Iterator[str]:
        return (self.builder.tag(node.text(), node.place) for node in nodes.items())

    def _speaker(self, node: Node) -> str:
        names = (node[name].text() for name in ("public_name", "full_public_name", "name"))
        name = self.builder.name(next(filter(None, names), ""), node.place)
        own = (node[field].text() for field in ("code", "guid", "id"))
        key = key_of(next(filter(None, own), "") or name)
        if key not in self.builder.speakers:
            bios = (node[field] for field in ("biography", "bio", "description"))
            bio = next((bio for bio in bios if bio.text()), node["biography"])
            entry = SpeakerEntry(
                key, Text.of(name), Text.of(self.builder.prose(bio.text(), bio.place))
            )
            self.builder.add_speaker(entry, node.place)
        return key if name else ""


def _matched(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    match = pattern.fullmatch(text.strip())
    if not match:
        raise ValueError(text)
    return match.groups()


def _length(text: str) -> timedelta:
    """`0:45`, `00:45` or with days before, `1:02:30`. Raises Unusable."""
    try:
        days, hours, minutes = (int(part or 0) for part in _matched(_duration, text))
    except ValueError:
        raise Unusable(_('"%s" is not a length in hours and minutes') % text[:40]) from None
    return timedelta(days=days, hours=hours, minutes=minutes)
