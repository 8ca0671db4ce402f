"""What every format is read into: a schedule in two languages with stable keys."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError

MAX_BYTES = 20 * 1024 * 1024
MAX_TALKS = 5_000
MAX_SPEAKERS = 10_000
MAX_PEOPLE_OF_TALK = 50
MAX_TAGS = 20
MAX_SKIPPED = 10_000

# The same limits as the fields of the models that keep these texts
KEY_LENGTH = 64
EVENT_TITLE_LENGTH = 160
TITLE_LENGTH = 240
NAME_LENGTH = 120
KIND_LENGTH = 120
TAG_LENGTH = 60
PROSE_LENGTH = 20_000
URL_LENGTH = 500

_plain_key = re.compile(r"[\w.@:+/-]+", re.ASCII)
_han = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Skipped:
    """An entry, or a part of one, that was left out or changed: where in the file, and why."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}" if self.place else self.reason


class ScheduleError(DomainError):
    """The file as a whole cannot be used. `skipped` tells what was found wrong on the way."""

    code = "schedule_unreadable"
    message = _("%(reason)s")
    status = 400

    def __init__(self, reason: str, *, place: str = "", skipped: Sequence[Skipped] = ()) -> None:
        self.skipped = tuple(skipped)
        super().__init__(reason=str(Skipped(place, reason)))


@dataclass(frozen=True, slots=True)
class Text:
    """A text in Chinese, in English, or both; an empty one is not there."""

    zh: str = ""
    en: str = ""

    @classmethod
    def of(cls, text: str, language: str = "") -> "Text":
        """A text of an unmarked language: Chinese when it is said or has Han characters."""
        if language == "zh" or (language != "en" and _han.search(text)):
            return cls(zh=text)
        return cls(en=text)

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)

    def __str__(self) -> str:
        return self.zh or self.en

    def both(self) -> str:
        """One string for where only one fits: `入门 / Elementary`."""
        return " / ".join(dict.fromkeys(filter(None, (self.zh, self.en))))


@dataclass(frozen=True, slots=True)
class RoomEntry:
    key: str
    name: Text


@dataclass(frozen=True, slots=True)
class SpeakerEntry:
    key: str
    name: Text
    bio: Text = Text()


@dataclass(frozen=True, slots=True)
class TalkEntry:
    """`start_at` and `end_at` are instants in UTC; `language` is an ISO 639 code or empty."""

    key: str
    title: Text
    start_at: datetime
    end_at: datetime
    abstract: Text = Text()
    room: str = ""
    speakers: tuple[str, ...] = ()
    kind: Text = Text()
    tags: tuple[str, ...] = ()
    language: str = ""
    slides_url: str = ""
    video_url: str = ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """`key` and `title` are empty when the source has none. `zone_is_named` tells a zone that
    the source states from one that we had to choose."""

    key: str
    title: Text
    time_zone: str
    zone_is_named: bool
    rooms: tuple[RoomEntry, ...]
    speakers: tuple[SpeakerEntry, ...]
    talks: tuple[TalkEntry, ...]
    skipped: tuple[Skipped, ...] = ()

    @property
    def start_at(self) -> datetime:
        return min(talk.start_at for talk in self.talks)

    @property
    def end_at(self) -> datetime:
        """Later than `start_at`, even when no talk says how long it is."""
        end_at = max(talk.end_at for talk in self.talks)
        return end_at if end_at > self.start_at else self.start_at + timedelta(hours=1)


def key_of(*parts: str) -> str:
    """A stable key: the source's own id where short and plain, else a hash of what identifies.

    Equal parts give equal keys on every machine and in every run.
    """
    if len(parts) == 1 and len(parts[0]) < KEY_LENGTH and _plain_key.fullmatch(parts[0]):
        return parts[0]
    whole = "\x1f".join(parts).encode("utf-8", "backslashreplace")
    return f"sha256:{hashlib.sha256(whole).hexdigest()[:32]}"
