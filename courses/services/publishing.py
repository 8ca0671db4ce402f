"""From the desk to the learners, in one commit; and back, when an old one is wanted again."""

from dataclasses import replace

from django.db import transaction

from accounts.models import User
from courses.errors import CourseEmpty, DeskDirty, DeskMoved, NothingToPublish
from courses.models import Course, CoursePublication, CourseStatus
from courses.queries.desk import Desk, Key, desk_outline, read_desk
from courses.queries.outline import (
    Outline,
    OutlineLesson,
    OutlineText,
    published_outline,
    structure_of,
)
from courses.services import restoring, versions
from courses.services.learning import raise_progress
from courses.services.locks import lock_course
from courses.services.log import record
from courses.services.search import refresh_search_text


@transaction.atomic
def publish_course(
    *, course: Course, by: User | None, note: str = "", seen: str | None = None
) -> CoursePublication:
    """Show learners what lies on the desk; the first time this puts the course in the catalog.

    `seen` is the digest of the outline that `by` looked at. Locks the course. Raises DeskMoved,
    CourseEmpty, NothingToPublish.
    """
    current = lock_course(course)
    desk = read_desk(current)
    before = published_outline(current)
    if seen not in {None, desk.outline.digest}:
        raise DeskMoved
    if not desk.outline.lessons:
        raise CourseEmpty
    if before and before.digest == desk.outline.digest:
        raise NothingToPublish
    outline = _with_versions(desk)
    publication = CoursePublication.objects.create(
        course=current,
        number=(current.publication.number if current.publication else 0) + 1,
        note=note.strip(),
        by=by,
        structure=structure_of(outline),
    )
    _show(current, publication, outline)
    raise_progress(current, [before, outline] if before else [outline])
    record(course=current, by=by, action="course_published", target=f"№ {publication.number}")
    return publication


@transaction.atomic
def take_back(*, course: Course, by: User | None, number: int) -> None:
    """Lay on the desk what publication `number` held; publishing it is another step.

    Raises DeskDirty when the desk holds what was never published: it would be lost.
    """
    current = lock_course(course)
    published = published_outline(current)
    if published is None or desk_outline(current).digest != published.digest:
        raise DeskDirty
    old = CoursePublication.objects.get(course=current, number=number)
    restoring.lay_on_desk(current, old, by=by)
    record(course=current, by=by, action="course_taken_back", target=f"№ {number}")


def _show(course: Course, publication: CoursePublication, outline: Outline) -> None:
    course.publication, course.languages = publication, outline.languages
    course.published_at = course.published_at or publication.at
    if course.status == CourseStatus.DRAFT:
        course.status = CourseStatus.PUBLISHED
    course.save(update_fields=["publication", "languages", "published_at", "status"])
    refresh_search_text(course)


def _with_versions(desk: Desk) -> Outline:
    """The desk's outline with a version for every text: those that are new are written."""
    missing = [
        (lesson.pk, language)
        for lesson in desk.outline.lessons
        for language, text in lesson.texts.items()
        if text.version is None
    ]
    written = versions.write_versions(desk, missing)
    modules = tuple(
        replace(module, lessons=tuple(_versioned(lesson, written) for lesson in module.lessons))
        for module in desk.outline.modules
    )
    return replace(desk.outline, modules=modules)


def _versioned(lesson: OutlineLesson, written: dict[Key, int]) -> OutlineLesson:
    texts = {
        language: OutlineText(text.title, text.digest, text.version or written[lesson.pk, language])
        for language, text in lesson.texts.items()
    }
    return replace(lesson, texts=texts)
