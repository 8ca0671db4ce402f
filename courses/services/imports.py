"""Make a course from what others wrote or we wrote down, or bring one up to date with it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from community.models import Chapter
from core.errors import DomainError
from courses.exchange import ParsedCourse, Skipped, Source, read_course
from courses.exchange.collect import key_of
from courses.models import Course
from courses.services.importing.changes import Comparison
from courses.services.importing.covers import has_cover, read_cover, store_cover
from courses.services.importing.files import hash_files, store_files
from courses.services.importing.lessons import Taken
from courses.services.importing.plan import Plan
from courses.services.importing.writing import write
from courses.services.locks import lock_course
from courses.services.log import record


class CourseOfOthers(DomainError):
    """The source's course is one that the person may not write."""

    code = "course_of_others"
    message = _(
        "A course of this chapter was made from this source before, and you are not one of its"
        " lecturers. Ask them to let you in, or give the file another name."
    )


class NothingInCommon(DomainError):
    """A source of the same name as one that was read before, but of something else."""

    code = "source_of_another_course"
    message = _(
        "None of these lessons is in “%(course)s”, which was made from a source of this name."
        " Give the folder or file another name to make a course of its own."
    )


@dataclass(frozen=True)
class Reading:
    """A source that was read and whose files were hashed: all that waits on a disk, done once."""

    source: Source
    parsed: ParsedCourse
    key: str
    files: Mapping[str, list[Taken]]
    skipped: tuple[Skipped, ...]
    cover: bytes


def read_source(source: Source) -> Reading:
    """Raises CourseUnreadable."""
    parsed = read_course(source)
    files, skipped = hash_files(source, parsed)
    key = parsed.key or key_of(source.name.casefold())
    return Reading(source, parsed, key, files, tuple(skipped), read_cover(source, parsed))


def compare_course(
    reading: Reading, *, chapter: Chapter, course: Course | None = None, by: User | None = None
) -> Comparison:
    """What `import_course` would do with the same arguments. Writes nothing.

    Raises CourseOfOthers and NothingInCommon as told there.
    """
    target = _target(reading, chapter, course, by)
    return _plan(reading, target, cover=_other_cover(reading, target)).comparison()


def import_course(
    reading: Reading, *, chapter: Chapter, course: Course | None = None, by: User | None = None
) -> Comparison:
    """Write the source to the course's desk: all of it or, after an error, nothing. Repeatable.

    With `course` the lessons come into that one. Without, the chapter's course from the same
    source is brought up to date, or a draft is made. Learners see nothing of it until the course
    is published; only the course's own texts act at once, as they always do.

    Files are stored first, outside the transaction. Raises CourseOfOthers when the course that was
    found by its source is not one that `by` writes (None: whoever runs this server),
    NothingInCommon when it would lose all of its lessons, ChapterFull, and what the desk refuses.
    """
    target = _target(reading, chapter, course, by)
    plan = _plan(reading, target)
    wanted = [taken for lesson in plan.lessons for taken in lesson.files]
    blobs = store_files(reading.source, wanted, chapter=chapter)
    cover = _other_cover(reading, target)
    if cover is not None:
        cover = store_cover(reading.cover)
    with transaction.atomic(durable=True):
        Chapter.objects.select_for_update().get(pk=chapter.pk)
        target = _target(reading, chapter, course, by)
        plan = _plan(reading, lock_course(target) if target.pk else target, cover=cover)
        comparison = plan.comparison()
        if not comparison.changes:
            return comparison
        done = write(plan, key=reading.key, blobs=blobs, by=by)
        record(course=done, by=by, action="course_imported", target=reading.source.name)
        return comparison.of(done)


def _target(reading: Reading, chapter: Chapter, course: Course | None, by: User | None) -> Course:
    """Not saved yet when it is new."""
    known = course or _known(reading, chapter)
    if known and by and not Course.objects.edited_by(by).filter(pk=known.pk).exists():
        raise CourseOfOthers
    return known or Course(chapter=chapter, source_key=reading.key)


def _plan(reading: Reading, course: Course, *, cover: str | None = None) -> Plan:
    is_home = _is_from(course, reading)
    plan = Plan(course, reading.parsed, reading.files, is_home=is_home, cover=cover)
    plan.skipped += reading.skipped
    if is_home and plan.has_nothing_in_common:
        raise NothingInCommon(course=course.title)
    return plan


def _other_cover(reading: Reading, course: Course) -> str | None:
    """What is shown instead of the course's own picture; None where that stays."""
    is_ours = reading.parsed.is_whole and _is_from(course, reading)
    return reading.parsed.cover if is_ours and not has_cover(course, reading.cover) else None


def _is_from(course: Course, reading: Reading) -> bool:
    if reading.parsed.is_whole and not course.source_key:
        return course.public_id == reading.key
    return course.source_key == reading.key


def _known(reading: Reading, chapter: Chapter) -> Course | None:
    courses = Course.objects.filter(chapter=chapter)
    known = courses.filter(source_key=reading.key).first()
    if known is None and reading.parsed.is_whole:
        known = courses.filter(source_key="", public_id=reading.key).first()
    return known
