"""What learners do: open, go on, complete. Nothing they reached is ever taken back."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from accounts.models import User
from courses.errors import LessonLocked, NotOfThisCourse
from courses.models import (
    Course,
    CourseProgress,
    Enrollment,
    EnrollmentStatus,
    Lesson,
    LessonCompletion,
    LessonProgress,
    LessonVersion,
)
from courses.queries.access import course_access, for_reader
from courses.queries.outline import Outline


@transaction.atomic
def save_position(
    *, user: User, lesson: Lesson, position: int | None = None, video_seconds: int | None = None
) -> LessonProgress:
    """Where `user` is in `lesson` now: `position` per mille of the page, seconds of its video.

    None leaves a value as it was. The caller has asked `can_view`.
    """
    now = timezone.now()
    fields: dict[str, object] = {"updated_at": now}
    if position is not None:
        fields["position"] = max(0, min(position, 1000))
    if video_seconds is not None:
        fields["video_seconds"] = max(0, min(video_seconds, 1_000_000))
    progress, _new = LessonProgress.objects.update_or_create(
        user=user, lesson=lesson, defaults=fields
    )
    return progress


@transaction.atomic
def complete_lesson(*, user: User, lesson: Lesson, version: LessonVersion) -> CourseProgress:
    """Pin that `user` read `version` to its end. Repeatable: the first time stands.

    Seats that were bought for an e-mail which `user` has proven become theirs. Locks the
    person's CourseProgress. Raises LessonLocked, NotOfThisCourse.
    """
    if version.lesson_id != lesson.pk:
        raise NotOfThisCourse
    CourseProgress.objects.get_or_create(user=user, course_id=lesson.course_id)
    progress = CourseProgress.objects.select_for_update().get(user=user, course=lesson.course_id)
    course = for_reader(user).get(pk=lesson.course_id)  # as it is now, after the lock
    access = course_access(user, course, timezone.now())
    if not access.is_enrolled or not access.verdict(lesson.pk).allowed:
        raise LessonLocked
    LessonCompletion.objects.get_or_create(user=user, lesson=lesson, defaults={"version": version})
    claim_seats(user=user, course=course)
    if access.outline:
        raise_progress(course, [access.outline], users=[user.pk])
    progress.refresh_from_db()
    return progress


@transaction.atomic
def claim_seats(*, user: User, course: Course | None = None) -> None:
    """Write down that seats of an e-mail belong to the person who has proven it."""
    seats = Enrollment.objects.of_person(user).filter(user=None)
    if course is not None:
        seats = seats.filter(cohort__course=course)
    seats.update(user=user)


def raise_progress(
    course: Course, outlines: Sequence[Outline], users: Iterable[int] | None = None
) -> None:
    """Keep the highest percentage that any of `outlines` gives, for `users` or for everybody.

    The last of `outlines` is the one that holds now: by its rule a course counts as completed.
    Queries do not grow with people or lessons. Locks the rows that it may change.
    """
    rows = CourseProgress.objects.select_for_update().filter(course=course).order_by("pk")
    if users is not None:
        rows = rows.filter(user__in=list(users))
    people = list(rows)
    best = {row.user_id: row.percent for row in people}
    for outline in outlines:
        for user, done in _counts(outline, best, users is None).items():
            best[user] = max(best[user], 100 * done // len(outline.counted))
    raised = [row for row in people if best[row.user_id] > row.percent]
    for row in raised:
        row.percent = best[row.user_id]
    CourseProgress.objects.bulk_update(raised, ["percent"], batch_size=500)
    _complete(course, [row for row in people if row.percent >= outlines[-1].percent])


def _counts(outline: Outline, people: Iterable[int], everybody: bool) -> dict[int, int]:
    done = LessonCompletion.objects.filter(lesson__in=outline.counted)
    if not everybody:
        done = done.filter(user__in=list(people))
    counts = done.order_by().values("user").annotate(done=Count("pk"))
    known = set(people)
    return {row["user"]: row["done"] for row in counts if row["user"] in known}


def _complete(course: Course, people: list[CourseProgress]) -> None:
    """Those who reached what the rule asks, and had not before."""
    now = timezone.now()
    new = [row for row in people if row.completed_at is None]
    for row in new:
        row.completed_at, row.publication = now, course.publication
    CourseProgress.objects.bulk_update(new, ["completed_at", "publication"], batch_size=500)
    seats = Enrollment.objects.filter(
        cohort__course=course,
        user__in=[row.user_id for row in new],
        status=EnrollmentStatus.ACTIVE,
    )
    seats.update(status=EnrollmentStatus.COMPLETED, completed_at=now)
