"""The outline of a course: what a publication froze, or what the desk would publish now.

The only reader and writer of `CoursePublication.structure`.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from courses.models import Course, ReleaseRule

LANGUAGES = [code for code, _name in settings.LANGUAGES]


def best_language(available: Mapping[str, Any], wanted: str | None = None) -> str:
    """`wanted` (None: the active language) if there is a text in it, else the first that has one."""
    wanted = wanted or get_language() or ""
    return next((code for code in [wanted, *LANGUAGES] if code in available), "")


@dataclass(frozen=True)
class OutlineText:
    """A lesson in one language. `version`: its LessonVersion, None where none was written yet."""

    title: str
    digest: str
    version: int | None


@dataclass(frozen=True)
class OutlineLesson:
    """A lesson and its rules. `release_class`: it opens once so many classes of the reader's run
    were held. `needs` are the lessons, by pk, that must be completed before."""

    pk: int
    public_id: str
    slug: str
    texts: Mapping[str, OutlineText]
    is_preview: bool
    is_required: bool
    minutes: int | None
    release: str
    release_at: datetime | None
    release_days: int | None
    needs: tuple[int, ...]
    release_class: int | None = None

    @property
    def title(self) -> str:
        return self.texts[best_language(self.texts)].title

    def version_for(self, language: str | None = None) -> tuple[str, int | None]:
        """The language that a reader of `language` gets, and its LessonVersion's pk."""
        found = best_language(self.texts, language)
        return found, self.texts[found].version


@dataclass(frozen=True)
class OutlineModule:
    public_id: str
    titles: Mapping[str, str]
    lessons: tuple[OutlineLesson, ...]

    @property
    def title(self) -> str:
        return self.titles.get(best_language(self.titles), "")


@dataclass(frozen=True)
class Outline:
    """Modules and lessons in order. `percent` of the required lessons complete the course."""

    percent: int
    modules: tuple[OutlineModule, ...]

    @cached_property
    def lessons(self) -> list[OutlineLesson]:
        return [lesson for module in self.modules for lesson in module.lessons]

    @cached_property
    def _by_pk(self) -> dict[int, OutlineLesson]:
        return {lesson.pk: lesson for lesson in self.lessons}

    @cached_property
    def _places(self) -> dict[int, int]:
        return {lesson.pk: place for place, lesson in enumerate(self.lessons)}

    def by_pk(self, pk: int) -> OutlineLesson | None:
        return self._by_pk.get(pk)

    def by_slug(self, slug: str) -> OutlineLesson | None:
        return next((lesson for lesson in self.lessons if lesson.slug == slug), None)

    def previous(self, lesson: OutlineLesson) -> OutlineLesson | None:
        place = self._places[lesson.pk]
        return self.lessons[place - 1] if place else None

    def next(self, lesson: OutlineLesson) -> OutlineLesson | None:
        place = self._places[lesson.pk] + 1
        return self.lessons[place] if place < len(self.lessons) else None

    @cached_property
    def counted(self) -> frozenset[int]:
        """The lessons that a percentage counts: the required ones, or all where none is."""
        required = frozenset(lesson.pk for lesson in self.lessons if lesson.is_required)
        return required or frozenset(self._by_pk)

    def percent_of(self, completed: frozenset[int] | set[int]) -> int:
        return 100 * len(self.counted & completed) // len(self.counted) if self.counted else 0

    @property
    def minutes(self) -> int:
        return sum(lesson.minutes or 0 for lesson in self.lessons)

    @property
    def languages(self) -> list[str]:
        """Languages that at least half of the lessons exist in."""
        return [
            code
            for code in LANGUAGES
            if sum(code in lesson.texts for lesson in self.lessons) * 2 >= len(self.lessons)
        ]

    @cached_property
    def digest(self) -> str:
        """Two outlines with the same digest hold the same words, files, order and rules."""
        return digest_of(_without_versions(structure_of(self)))


def digest_of(value: Any) -> str:
    plain = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def _without_versions(structure: dict[str, Any]) -> dict[str, Any]:
    for module in structure["modules"]:
        for lesson in module["lessons"]:
            for text in lesson["texts"].values():
                del text["version"]
    return structure


def structure_of(outline: Outline) -> dict[str, Any]:
    """As `CoursePublication.structure` keeps it."""
    return {
        "percent": outline.percent,
        "modules": [
            {
                "id": module.public_id,
                "titles": dict(module.titles),
                "lessons": [_lesson_json(lesson) for lesson in module.lessons],
            }
            for module in outline.modules
        ],
    }


def _lesson_json(lesson: OutlineLesson) -> dict[str, Any]:
    return {
        "pk": lesson.pk,
        "id": lesson.public_id,
        "slug": lesson.slug,
        "texts": {
            language: {"title": text.title, "digest": text.digest, "version": text.version}
            for language, text in lesson.texts.items()
        },
        "preview": lesson.is_preview,
        "required": lesson.is_required,
        "minutes": lesson.minutes,
        "release": lesson.release,
        "at": lesson.release_at and lesson.release_at.isoformat(),
        "days": lesson.release_days,
        "class": lesson.release_class,
        "needs": list(lesson.needs),
    }


def read_structure(structure: Mapping[str, Any]) -> Outline:
    return Outline(
        percent=structure["percent"],
        modules=tuple(
            OutlineModule(module["id"], module["titles"], tuple(_lessons(module["lessons"])))
            for module in structure["modules"]
        ),
    )


def _lessons(rows: list[dict[str, Any]]) -> Iterator[OutlineLesson]:
    for row in rows:
        yield OutlineLesson(
            pk=row["pk"],
            public_id=row["id"],
            slug=row["slug"],
            texts={language: OutlineText(**text) for language, text in row["texts"].items()},
            is_preview=row["preview"],
            is_required=row["required"],
            minutes=row["minutes"],
            release=ReleaseRule(row["release"]),
            release_at=datetime.fromisoformat(row["at"]) if row["at"] else None,
            release_days=row["days"],
            needs=tuple(row["needs"]),
            release_class=row.get("class"),  # older publications know of no classes
        )


def published_outline(course: Course) -> Outline | None:
    """What learners read. No query where `course.publication` was selected with it."""
    return read_structure(course.publication.structure) if course.publication else None
