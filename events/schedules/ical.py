"""iCalendar (RFC 5545): each VEVENT is a talk, its LOCATION the room, its CATEGORIES the tags."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from icalendar.prop import vDate, vDatetime, vDuration

from events.schedules import texts
from events.schedules.blocks import Block, Line, parse_line, place_of, read_blocks
from events.schedules.builder import Builder, Unusable
from events.schedules.parsed import RoomEntry, Schedule, TalkEntry, Text, key_of
from events.schedules.vtimezones import custom_zone
from events.schedules.zones import find_zone


def is_ical(text: str) -> bool:
    return text.lstrip("\ufeff \t\r\n")[:6].upper() == "BEGIN:"


def read_ical(text: str, *, zone: ZoneInfo) -> Schedule:
    """Times without a zone are in X-WR-TIMEZONE, else in `zone`; a repeating entry counts once.

    Raises ScheduleError when it is no such file or has no usable entry.
    """
    return _Reader(read_blocks(text.lstrip("\ufeff")), zone).read()


@dataclass(slots=True)
class _Entry:
    """One VEVENT: the first line of each name."""

    line: int
    lines: dict[str, Line]
    place: str

    def text(self, name: str) -> str:
        return self.lines[name].text if name in self.lines else ""

    def value(self, name: str) -> str:
        return self.lines[name].value.strip() if name in self.lines else ""

    @property
    def identity(self) -> tuple[str, ...]:
        """UID and, for one date of a series, RECURRENCE-ID; without a UID what it says."""
        uid = self.text("UID").strip()
        return (uid, self.value("RECURRENCE-ID")) if uid else self.content

    @property
    def content(self) -> tuple[str, ...]:
        return tuple(map(self.text, ("UID", "SUMMARY", "DTSTART", "LOCATION")))

    @property
    def sequence(self) -> int:
        value = self.value("SEQUENCE")[:9]
        return int(value) if value.isascii() and value.isdigit() else 0


class _Reader:
    def __init__(self, root: Block, zone: ZoneInfo) -> None:
        self.builder = Builder(zone=zone)
        blocks = list(root.walk())
        self.header = self._header([block for block in blocks if block.name in {"", "VCALENDAR"}])
        self.vtimezones = [block for block in blocks if block.name == "VTIMEZONE"]
        self.events = [block for block in blocks if block.name == "VEVENT"]
        self.zones: dict[str, tzinfo] = {}
        self.used: Counter[str] = Counter()
        self.named_zone = self._zone_of_calendar()
        self.builder.zone = self.named_zone or zone

    def read(self) -> Schedule:
        entries = self._current([self._entry(block) for block in self.events])
        for key, entry in entries.items():
            try:
                talk = self._talk(key, entry)
            except Unusable as problem:
                self.builder.skip(entry.place, str(problem))
            else:
                self.builder.add_talk(talk, entry.place)
        title = self.header.get("X-WR-CALNAME") or self.header.get("NAME")
        uid = self.header.get("UID") or self.header.get("X-WR-RELCALID") or title
        return self.builder.finish(
            key=key_of(uid.text) if uid and uid.text else "",
            title=Text.of(self.builder.event_title(title.text, place_of(title.number)))
            if title
            else Text(),
            named_zone=self.named_zone or self._commonest_zone(),
            zone_place="X-WR-TIMEZONE",
        )

    # The calendar

    def _header(self, blocks: list[Block]) -> dict[str, Line]:
        lines: dict[str, Line] = {}
        for block in blocks:
            for line in self._lines(block):
                lines.setdefault(line.name, line)
        return lines

    def _lines(self, block: Block) -> list[Line]:
        lines = []
        for number, raw in block.raw:
            line = parse_line(number, raw)
            if line is None:
                self.builder.skip(
                    place_of(number), _('"%s" is no line of a calendar') % texts.one_line(raw[:60])
                )
            else:
                lines.append(line)
        return lines

    def _zone_of_calendar(self) -> ZoneInfo | None:
        line = self.header.get("X-WR-TIMEZONE")
        zone = find_zone(line.text) if line else None
        if line and zone is None:
            self.builder.skip(
                place_of(line.number),
                _('the time zone "%s" is unknown') % texts.one_line(line.text[:80]),
            )
        return zone

    def _commonest_zone(self) -> ZoneInfo | None:
        return find_zone(self.used.most_common(1)[0][0]) if self.used else None

    # Entries

    def _entry(self, block: Block) -> _Entry:
        lines: dict[str, Line] = {}
        for line in self._lines(block):
            lines.setdefault(line.name, line)
        title = texts.one_line(lines["SUMMARY"].text[:80]) if "SUMMARY" in lines else ""
        called = (
            f' "{title}"' if title else f" UID {lines['UID'].text[:80]}" if "UID" in lines else ""
        )
        return _Entry(block.number, lines, place_of(block.number) + called)

    def _current(self, entries: list[_Entry]) -> dict[str, _Entry]:
        """By key. Of two versions of an entry the one with the higher SEQUENCE."""
        latest: dict[str, _Entry] = {}
        for entry in entries:
            key = _key(entry.identity)
            other = latest.setdefault(key, entry)
            if other is entry:
                continue
            if entry.sequence == other.sequence and entry.content != other.content:
                self.builder.skip(
                    entry.place, _("it shares its id with %s; both are kept") % other.place
                )
                latest.setdefault(_key(entry.content), entry)
                continue
            newer, older = (entry, other) if entry.sequence > other.sequence else (other, entry)
            latest[key] = newer
            self.builder.skip(older.place, _("it has the same id as %s") % newer.place)
        return {key: entry for key, entry in latest.items() if not self._is_replaced(entry, latest)}

    def _is_replaced(self, entry: _Entry, latest: dict[str, _Entry]) -> bool:
        """A series whose first date has a version of its own."""
        first = _key((entry.text("UID").strip(), entry.value("DTSTART")))
        other = None if "RECURRENCE-ID" in entry.lines else latest.get(first)
        if other is None or other is entry:
            return False
        self.builder.skip(entry.place, _("its first date is replaced by %s") % other.place)
        return True

    def _talk(self, key: str, entry: _Entry) -> TalkEntry:
        self._check_status(entry)
        title = Text.of(self.builder.title(entry.text("SUMMARY"), entry.place))
        start_at, end_at = self._span(entry)
        if title and (entry.value("RRULE") or entry.value("RDATE")):
            self.builder.skip(entry.place, _("it repeats: only its first date is taken"))
        return TalkEntry(
            key=key,
            title=title,
            start_at=start_at,
            end_at=end_at,
            abstract=Text.of(self.builder.prose(entry.text("DESCRIPTION"), entry.place)),
            room=self._room(entry),
            tags=self._tags(entry),
        )

    def _check_status(self, entry: _Entry) -> None:
        method = self.header.get("METHOD")
        canceled = entry.value("STATUS").upper() == "CANCELLED"
        if canceled or (method and method.value.strip().upper() == "CANCEL"):
            raise Unusable(_("it is canceled"))

    def _room(self, entry: _Entry) -> str:
        name = self.builder.name(entry.text("LOCATION"), entry.place)
        key = key_of(name) if name else ""
        if key and key not in self.builder.rooms:
            self.builder.add_room(RoomEntry(key, Text.of(name)), entry.place)
        return key

    def _tags(self, entry: _Entry) -> tuple[str, ...]:
        found = entry.lines["CATEGORIES"].texts if "CATEGORIES" in entry.lines else []
        return self.builder.tags([self.builder.tag(tag, entry.place) for tag in found], entry.place)

    # Times

    def _span(self, entry: _Entry) -> tuple[datetime, datetime]:
        """Without an end: a day for a date, no length for a time. Raises Unusable."""
        if "DTSTART" not in entry.lines:
            raise Unusable(_("it has no start that can be read"))
        start = self._moment(entry.lines["DTSTART"])
        stated = entry.lines.get("DTEND")
        end = self._moment(stated) if stated else self._after(start, entry)
        return self._instant(start), self._instant(end)

    def _after(self, start: date, entry: _Entry) -> date:
        plain = timedelta(0) if isinstance(start, datetime) else timedelta(days=1)
        try:
            length = (
                vDuration.from_ical(entry.value("DURATION")) if "DURATION" in entry.lines else plain
            )
            return start + length
        except (ValueError, OverflowError):
            raise Unusable(_('"%s" is not a length') % entry.value("DURATION")[:40]) from None

    def _instant(self, moment: date) -> datetime:
        return self.builder.instant(
            moment if isinstance(moment, datetime) else datetime.combine(moment, time())
        )

    def _moment(self, line: Line) -> date:
        """A date, or a time in the zone that it names; a floating one is in the calendar's zone."""
        value = line.value.strip()
        try:
            if len(value) == 8:
                return vDate.from_ical(value)
            moment = vDatetime.from_ical(value)
        except ValueError:
            raise Unusable(_('"%s" is not a date and time') % texts.one_line(value[:40])) from None
        return moment if moment.tzinfo else moment.replace(tzinfo=self._zone(line))

    def _zone(self, line: Line) -> tzinfo:
        name = line.params.get("TZID", "").strip()
        if name not in self.zones:
            self.zones[name] = self._find(name, line)
        zone = self.zones[name]
        if isinstance(zone, ZoneInfo) and find_zone(name) == zone:
            self.used[zone.key] += 1
        return zone

    def _find(self, name: str, line: Line) -> tzinfo:
        if not name and self.named_zone is None:
            self.builder.skip(
                place_of(line.number), _("no time zone: taken as %s") % self.builder.zone.key
            )
        if not name:
            return self.builder.zone
        zone = find_zone(name) or custom_zone(name, self.vtimezones)
        if zone is None:
            told = {"name": texts.one_line(name[:80]), "zone": self.builder.zone.key}
            reason = _('the time zone "%(name)s" is unknown: taken as %(zone)s') % told
            self.builder.skip(place_of(line.number), reason)
        return zone or self.builder.zone


def _key(parts: tuple[str, ...]) -> str:
    return key_of(*filter(None, parts))
