"""OPass-style JSON, as COSCUP publishes it: sessions, speakers, rooms, types, tags, zh and en."""

import re
from collections.abc import Callable
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

_home = re.compile(
    r"https?://(?:www\.)?([\w.-]+(?:/[\w.-]+)*?)/(?:session|sessions|agenda|talk|talks)/"
)


# Takes what is written and its place, gives what we keep
Reading = Callable[[str, str], str]


def is_opass(document: Node) -> bool:
    return document["sessions"].is_list


def read_opass(document: Node, *, zone: ZoneInfo) -> Schedule:
    """Times carry offsets and no zone is named: it is `zone` where that agrees.

    Raises ScheduleError when it is no such file or has no usable session.
    """
    return _Reader(document, zone).read()


class _Reader:
    def __init__(self, document: Node, zone: ZoneInfo) -> None:
        self.document = document
        self.builder = Builder(zone=zone)
        self.types = self._labels("session_types", self.builder.kind)
        self.tags = self._labels("tags", self.builder.tag)

    def read(self) -> Schedule:
        for name in ("rooms", "speakers"):
            if self.document[name] and not self.document[name].is_list:
                raise ScheduleError(_("A list is expected here."), place=name)
        for node in self.document["rooms"].items():
            room = self._text(node, "name", self.builder.name)
            self.builder.add_room(RoomEntry(self._key(node, room), room), node.place)
        for node in self.document["speakers"].items():
            self._read_speaker(node)
        for node in self.document["sessions"].items():
            self._read_session(node)
        return self.builder.finish(
            key=self._home(), title=Text(), named_zone=None, zone_place="sessions"
        )

    def _labels(self, name: str, read: Reading) -> dict[str, Text]:
        nodes = self.document[name].items()
        return {node["id"].text(): self._text(node, "name", read) for node in nodes}

    def _text(self, node: Node, field: str, read: Reading) -> Text:
        zh, en = node["zh"][field], node["en"][field]
        if zh.text() or en.text():
            return Text(read(zh.text(), zh.place), read(en.text(), en.place))
        return Text.of(read(node[field].text(), node[field].place))

    def _key(self, node: Node, name: Text) -> str:
        return key_of(node["id"].text()) if node["id"].text() else key_of(name.zh, name.en)

    def _read_speaker(self, node: Node) -> None:
        name = self._text(node, "name", self.builder.name)
        bio = self._text(node, "bio", self.builder.prose)
        self.builder.add_speaker(SpeakerEntry(self._key(node, name), name, bio), node.place)

    def _read_session(self, node: Node) -> None:
        title = self._text(node, "title", self.builder.title)
        place = node.called(str(title))
        try:
            talk = self._talk(node, title, place)
        except Unusable as problem:
            self.builder.skip(place, str(problem))
        else:
            self.builder.add_talk(talk, place)

    def _talk(self, node: Node, title: Text, place: str) -> TalkEntry:
        start_at, end_at = (self.builder.moment(node[side].text()) for side in ("start", "end"))
        identity = (
            [node["id"].text()] if node["id"].text() else [title.zh, title.en, start_at.isoformat()]
        )
        language = language_code(node["language"].text())
        return TalkEntry(
            key=key_of(*identity),
            title=title,
            start_at=start_at,
            end_at=end_at,
            abstract=self._text(node, "description", self.builder.prose),
            room=self._room(node["room"]),
            speakers=self._speakers(node["speakers"], place),
            kind=self.types.get(node["type"].text(), Text()),
            tags=self._tags(node["tags"], language, place),
            language=language,
            slides_url=self.builder.url(node["slide"].text(), node["slide"].place),
            video_url=self.builder.url(node["record"].text(), node["record"].place),
        )

    def _room(self, node: Node) -> str:
        """A room that the list of rooms lacks is called by its id."""
        name = self.builder.name(node.text(), node.place)
        key = key_of(node.text()) if name else ""
        if key and key not in self.builder.rooms:
            self.builder.skip(node.place, _('the room "%s" is not in the list of rooms') % name)
            self.builder.add_room(RoomEntry(key, Text.of(name)), node.place)
        return key

    def _speakers(self, nodes: Node, place: str) -> tuple[str, ...]:
        keys = dict.fromkeys(key_of(node.text()) for node in nodes.items() if node.text())
        for key in keys:
            if key not in self.builder.speakers:
                self.builder.skip(place, _('the speaker "%s" is not in the list of speakers') % key)
        return self.builder.people((key for key in keys if key in self.builder.speakers), place)

    def _tags(self, nodes: Node, language: str, place: str) -> tuple[str, ...]:
        """Without the tags that only repeat the language."""
        ids = [node.text() for node in nodes.items()]
        told = [tag for tag in ids if not language or language_code(tag) != language]
        labels = (
            (self.tags.get(tag) or Text.of(self.builder.tag(tag, place))).both() for tag in told
        )
        return self.builder.tags(labels, place)

    def _home(self) -> str:
        """`coscup.org/2024`: the part that the sessions' addresses share, if they do."""
        addresses = [node["uri"].text() for node in self.document["sessions"].items()]
        homes = {match[1] for match in map(_home.match, addresses) if match}
        return key_of(homes.pop()) if len(homes) == 1 else ""
