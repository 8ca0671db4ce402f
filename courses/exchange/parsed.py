"""What every format is read into: a course in several languages with stable keys."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError

ZH, EN = "zh-hans", "en"
LANGUAGES = (ZH, EN)

MAX_LESSONS = 1_000
MAX_SKIPPED = 10_000
MAX_TEXT_BYTES = 2 * 1024 * 1024

_han = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_latin_word = re.compile(r"[A-Za-z]{2,}")
_code = re.compile(r"^(```+|~~~+).*?^\1|`[^`\n]*`|https?://\S+|<[^>\n]*>", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Skipped:
    """What was left out or changed: where in the source, and why."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}" if self.place else self.reason


class CourseUnreadable(DomainError):
    """The source as a whole cannot be used. `skipped` tells what was found wrong on the way."""

    code = "course_unreadable"
    message = _("%(reason)s")
    status = 400

    def __init__(self, reason: str, *, place: str = "", skipped: Sequence[Skipped] = ()) -> None:
        self.skipped = tuple(skipped)
        super().__init__(reason=str(Skipped(place, reason)))


def language_of(text: str) -> str:
    """Chinese when its prose has at least as many Han characters as Latin words."""
    prose = _code.sub("", text[:200_000])
    han = len(_han.findall(prose))
    return ZH if han and han >= len(_latin_word.findall(prose)) else EN


# A text by language; one that is not there is not written in it
Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Body:
    """A lesson in one language. `text` is Markdown whose links are as `links` describes."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """A file of a lesson; `path` is where the source has it, to be read when it is needed."""

    name: str
    path: str
    language: str = ""
    title: str = ""
    captions_of: str = ""


@dataclass(frozen=True, slots=True)
class ParsedLesson:
    """`settings` has only what the source states, by the names of the model's fields, and `needs`,
    the keys of lessons that come first. `slug` is the address that it would like to have."""

    key: str
    slug: str
    bodies: Mapping[str, Body]
    files: tuple[ParsedFile, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ParsedModule:
    key: str
    title: Texts
    lessons: tuple[ParsedLesson, ...]


@dataclass(frozen=True, slots=True)
class ParsedCourse:
    """`key` is the source's own id of the course, empty when it has none. `texts` and `settings`
    are by the names of the course's fields, only those that the source states.

    `is_whole` tells our own format, whose word on texts and settings is the last one.
    """

    kind: str
    key: str
    texts: Mapping[str, Texts]
    modules: tuple[ParsedModule, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)
    cover: str = ""
    skipped: tuple[Skipped, ...] = ()
    is_whole: bool = False

    @property
    def lessons(self) -> tuple[ParsedLesson, ...]:
        return tuple(lesson for module in self.modules for lesson in module.lessons)

    @property
    def languages(self) -> tuple[str, ...]:
        spoken = {language for lesson in self.lessons for language in lesson.bodies}
        return tuple(language for language in LANGUAGES if language in spoken)
