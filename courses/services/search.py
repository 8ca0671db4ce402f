"""Keeps what a course can be found by: see `CourseQuerySet.search`."""

from collections.abc import Iterator

from core.text import fold
from courses.models import Course, CourseLecturer
from courses.queries.outline import published_outline

LONGEST = 40_000
LANGUAGES = ("zh_hans", "en")


def _texts(thing: object, *names: str) -> Iterator[str]:
    for name in names:
        for language in LANGUAGES:
            yield getattr(thing, f"{name}_{language}") or ""


def _words(course: Course) -> Iterator[str]:
    """What names the course first: it is what a very long outline must not push out."""
    yield from _texts(course, "title", "summary")
    yield from _texts(course.chapter, "name")
    for lecturer in CourseLecturer.objects.filter(course=course).select_related("user"):
        yield lecturer.user.name
    outline = published_outline(course)
    for module in outline.modules if outline else ():
        yield from module.titles.values()
        for lesson in module.lessons:
            yield from (text.title for text in lesson.texts.values())


def refresh_search_text(course: Course) -> None:
    """Call after anything that it reads has changed: names in both languages, folded, once each."""
    text = fold("\n".join(dict.fromkeys(word for word in _words(course) if word)))[:LONGEST]
    if text != course.search_text:
        course.search_text = text
        course.save(update_fields=["search_text"])
