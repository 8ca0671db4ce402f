"""Collects what a reader found, refuses what cannot be, and reports both."""

from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _, ngettext

from events.schedules import texts
from events.schedules.parsed import (
    EVENT_TITLE_LENGTH,
    KIND_LENGTH,
    MAX_PEOPLE_OF_TALK,
    MAX_SKIPPED,
    MAX_SPEAKERS,
    MAX_TAGS,
    MAX_TALKS,
    NAME_LENGTH,
    PROSE_LENGTH,
    TAG_LENGTH,
    TITLE_LENGTH,
    URL_LENGTH,
    RoomEntry,
    Schedule,
    ScheduleError,
    Skipped,
    SpeakerEntry,
    TalkEntry,
    Text,
)
from events.schedules.zones import agrees, zone_of_offsets

YEARS = range(1970, 2100)


class Unusable(Exception):
    """One entry cannot be used; the reader goes on with the next."""


class Builder:
    """One for each file. `zone` is the one for times that name none."""

    def __init__(self, *, zone: ZoneInfo) -> None:
        self.zone = zone
        self.rooms: dict[str, RoomEntry] = {}
        self.speakers: dict[str, SpeakerEntry] = {}
        self.talks: dict[str, TalkEntry] = {}
        self.skipped: list[Skipped] = []
        self._places: dict[tuple[str, str], str] = {}
        self._written: list[datetime] = []

    def skip(self, place: str, reason: str) -> None:
        if len(self.skipped) == MAX_SKIPPED:
            raise ScheduleError(
                _("There is something wrong with more than %d entries.") % MAX_SKIPPED
            )
        self.skipped.append(Skipped(texts.one_line(place), reason))

    # Texts, cut to the size that we can keep

    def title(self, raw: str, place: str) -> str:
        return self._line(raw, TITLE_LENGTH, place)

    def event_title(self, raw: str, place: str) -> str:
        return self._line(raw, EVENT_TITLE_LENGTH, place)

    def name(self, raw: str, place: str) -> str:
        return self._line(raw, NAME_LENGTH, place)

    def kind(self, raw: str, place: str) -> str:
        return self._line(raw, KIND_LENGTH, place)

    def tag(self, raw: str, place: str) -> str:
        return self._line(raw, TAG_LENGTH, place)

    def prose(self, raw: str, place: str) -> str:
        return self._cut(texts.prose(raw[: PROSE_LENGTH * 3]), PROSE_LENGTH, place)

    def url(self, raw: str, place: str) -> str:
        """Only web addresses; anything else is reported and left out."""
        url = raw.strip()
        if not url:
            return ""
        if (
            not url.startswith(("https://", "http://"))
            or len(url) > URL_LENGTH
            or url != texts.one_line(url)
        ):
            self.skip(place, _("not a web address, or too long"))
            return ""
        return url

    def _line(self, raw: str, limit: int, place: str) -> str:
        return self._cut(texts.one_line(raw[: limit * 10]), limit, place)

    def _cut(self, text: str, limit: int, place: str) -> str:
        if len(text) <= limit:
            return text
        self.skip(
            place,
            ngettext("cut to %d character", "cut to %d characters", limit) % limit,
        )
        return text[: limit - 1].rstrip() + "…"

    def tags(self, found: Iterable[str], place: str) -> tuple[str, ...]:
        """Without repetitions, in the order of the file."""
        tags = list(dict.fromkeys(filter(None, found)))
        if len(tags) > MAX_TAGS:
            self.skip(place, _("only the first %d tags are kept") % MAX_TAGS)
        return tuple(tags[:MAX_TAGS])

    def people(self, found: Iterable[str], place: str) -> tuple[str, ...]:
        """Keys of a talk's speakers, each once."""
        keys = list(dict.fromkeys(filter(None, found)))
        if len(keys) > MAX_PEOPLE_OF_TALK:
            self.skip(place, _("only the first %d speakers are kept") % MAX_PEOPLE_OF_TALK)
        return tuple(keys[:MAX_PEOPLE_OF_TALK])

    # Times

    def moment(self, raw: str) -> datetime:
        """An ISO 8601 instant; without an offset it is in the schedule's zone. Raises Unusable."""
        try:
            moment = datetime.fromisoformat(raw.strip()[:40])
        except ValueError:
            raise Unusable(_('"%s" is not a date and time') % texts.one_line(raw[:40])) from None
        if moment.tzinfo:
            self._written.append(moment)
        return self.instant(moment)

    def instant(self, moment: datetime) -> datetime:
        """In UTC. Raises Unusable for a year that no schedule has."""
        if moment.year not in YEARS:
            raise Unusable(_("the year %d is out of range") % moment.year)
        local = moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
        return local.astimezone(UTC)

    # Entries

    def add_room(self, room: RoomEntry, place: str) -> None:
        if self._is_new("room", room.key, room.name, place):
            self.rooms[room.key] = room

    def add_speaker(self, speaker: SpeakerEntry, place: str) -> None:
        if self._is_new("speaker", speaker.key, speaker.name, place):
            if len(self.speakers) == MAX_SPEAKERS:
                raise ScheduleError(_("The file has more than %d people.") % MAX_SPEAKERS)
            self.speakers[speaker.key] = speaker

    def add_talk(self, talk: TalkEntry, place: str) -> None:
        if talk.title and talk.end_at < talk.start_at:
            self.skip(place, _("it ends before it starts"))
        elif self._is_new("talk", talk.key, talk.title, place):
            if len(self.talks) == MAX_TALKS:
                raise ScheduleError(_("The file has more than %d talks.") % MAX_TALKS, place=place)
            self.talks[talk.key] = talk

    def _is_new(self, kind: str, key: str, name: Text, place: str) -> bool:
        first = self._places.setdefault((kind, key), place)
        if not name:
            self.skip(place, _("it has no title or name"))
        elif first != place:
            self.skip(place, _("it has the same id as %s") % first)
        return bool(name) and first == place

    def finish(
        self, *, key: str, title: Text, named_zone: ZoneInfo | None, zone_place: str
    ) -> Schedule:
        """The whole, without rooms and speakers that no talk has. Raises ScheduleError if empty."""
        if not self.talks:
            raise ScheduleError(_("There is no talk in this file."), skipped=self.skipped)
        self._drop_unused("room", self.rooms, {talk.room for talk in self.talks.values()})
        self._drop_unused(
            "speaker", self.speakers, {s for talk in self.talks.values() for s in talk.speakers}
        )
        return Schedule(
            key=key,
            title=title,
            time_zone=(named_zone or self._chosen_zone(zone_place)).key,
            zone_is_named=named_zone is not None,
            rooms=tuple(self.rooms.values()),
            speakers=tuple(self.speakers.values()),
            talks=tuple(self.talks.values()),
            skipped=tuple(self.skipped),
        )

    def _drop_unused(self, kind: str, entries: dict, used: set[str]) -> None:
        for key in [key for key in entries if key not in used]:
            entry = entries.pop(key)
            self.skip(f'{self._places[kind, key]} "{entry.name}"', _("no talk has it"))

    def _chosen_zone(self, place: str) -> ZoneInfo:
        if self._written and agrees(self.zone, self._written):
            return self.zone
        zone = zone_of_offsets(self._written) or self.zone
        self.skip(place, _("no time zone is named; the times are shown in %s") % zone.key)
        return zone

    def check_zone(self, zone: ZoneInfo, place: str) -> None:
        """Reports a named zone that the written times contradict. The instants stay right."""
        if not agrees(zone, self._written):
            self.skip(
                place,
                _("the times are written with another offset; they are shown in %s") % zone.key,
            )
