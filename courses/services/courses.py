"""What a lecturer does to a course as a whole."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import User
from community.models import Chapter
from core.ids import public_id
from courses.errors import CourseConflict, CourseWasPublished, NeverPublished
from courses.models import Course, CourseLecturer, CourseStatus
from courses.services.locks import lock_course
from courses.services.log import record
from courses.services.search import refresh_search_text
from events.services.log import assign


@transaction.atomic
def create_course(*, chapter: Chapter, by: User | None, lead: bool = True, **fields: Any) -> Course:
    """A draft. `slug` is made up from the title where it is missing; `by` leads it, unless told
    otherwise or nobody."""
    course = Course(chapter=chapter, created_by=by)
    assign(course, fields)
    course.slug = course.slug or free_slug(course)
    course.save()
    if lead and by is not None:
        CourseLecturer.objects.create(course=course, user=by, is_lead=True)
    refresh_search_text(course)
    record(course=course, by=by, action="course_created", target=course.title)
    return course


def free_slug(course: Course) -> str:
    """From the English title, else what can be read of the Chinese one, else a random one."""
    title = course.title_en or course.title_zh_hans or ""
    slug = slugify(title)[:70].strip("-") or f"course-{course.public_id[:6]}"
    if Course.objects.filter(slug=slug).exclude(pk=course.pk).exists():
        return f"{slug}-{public_id()[:6]}"
    return slug


@transaction.atomic
def update_course(
    *, course: Course, by: User | None, version: int | None = None, **fields: Any
) -> Course:
    """Save what differs; it acts at once. `version` is the one that `by` saw (None: whatever it
    is): raises CourseConflict when it is not the last. Locks the course."""
    current = lock_course(course)
    if version not in {None, current.version}:
        raise CourseConflict
    changes = assign(current, fields)
    if changes:
        current.version += 1
        current.save(update_fields=[*changes, "version"])
        refresh_search_text(current)
        record(course=current, by=by, action="course_changed", changes=changes)
    return current


class LecturerFields(NamedTuple):
    user: User
    is_lead: bool = False
    bio_zh_hans: str = ""
    bio_en: str = ""


@transaction.atomic
def set_lecturers(*, course: Course, by: User | None, lecturers: Sequence[LecturerFields]) -> None:
    """Exactly these, in this order. Who is left out loses the desk, not what they wrote."""
    current = lock_course(course)
    kept = [fields.user.pk for fields in lecturers]
    CourseLecturer.objects.filter(course=current).exclude(user__in=kept).delete()
    for position, fields in enumerate(lecturers):
        CourseLecturer.objects.update_or_create(
            course=current,
            user=fields.user,
            defaults={
                "position": position,
                "is_lead": fields.is_lead,
                "bio_zh_hans": fields.bio_zh_hans,
                "bio_en": fields.bio_en,
            },
        )
    refresh_search_text(current)
    names = ", ".join(str(fields.user) for fields in lecturers)
    record(course=current, by=by, action="lecturers_set", target=names)


@transaction.atomic
def archive_course(*, course: Course, by: User | None) -> Course:
    """Out of the catalog and off sale; those who learn go on. Repeatable. Raises NeverPublished."""
    current = lock_course(course)
    if current.status == CourseStatus.DRAFT:
        raise NeverPublished
    if current.status != CourseStatus.ARCHIVED:
        current.status, current.archived_at = CourseStatus.ARCHIVED, timezone.now()
        current.save(update_fields=["status", "archived_at"])
        record(course=current, by=by, action="course_archived")
    return current


@transaction.atomic
def restore_course(*, course: Course, by: User | None) -> Course:
    """Back into the catalog. Repeatable."""
    current = lock_course(course)
    if current.status == CourseStatus.ARCHIVED:
        current.status, current.archived_at = CourseStatus.PUBLISHED, None
        current.save(update_fields=["status", "archived_at"])
        record(course=current, by=by, action="course_restored")
    return current


@transaction.atomic
def delete_course(*, course: Course) -> None:
    """A draft that nobody outside has seen, with all that lies on its desk."""
    current = lock_course(course)
    if current.publication_id is not None:
        raise CourseWasPublished
    # the deletion takes their modules from them first, which only deleted ones may lack
    current.lessons.update(deleted_at=timezone.now())
    current.delete()
