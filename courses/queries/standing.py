"""How far the people of a run are on the way to its certificate."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from courses.certificates import Standing
from courses.models import (
    Certificate,
    CertificateRule,
    ClassSession,
    Cohort,
    Course,
    CourseProgress,
)
from courses.queries import work
from courses.queries.attendance import attended_counts


def current_rule(course: Course) -> CertificateRule | None:
    """The newest version, which counts; None where none was ever published."""
    return course.certificate_rules.first()


def standings(
    cohort: Cohort, users: Iterable[int], at: datetime | None = None
) -> dict[int, Standing]:
    """User's pk → standing, in a number of queries that does not grow with people."""
    users = list(users)
    reached = CourseProgress.objects.filter(course=cohort.course_id, user__in=users)
    lessons = dict(reached.values_list("user", "percent"))
    planned = ClassSession.objects.standing().counted().filter(cohort=cohort).count()
    attended = attended_counts(cohort, at or timezone.now())
    required, quizzes = work.required_count(cohort.course), work.required_quizzes(cohort.course)
    accepted = work.accepted_required(cohort) if required else {}
    passed = work.passed_required(cohort) if quizzes else {}
    asks_attendance = planned or not cohort.is_self_paced
    return {
        user: Standing(
            lessons_percent=lessons.get(user, 0),
            planned=planned if asks_attendance else None,
            attended=attended.get(user, 0),
            required_work=required,
            accepted_work=accepted.get(user, 0),
            required_quizzes=quizzes,
            passed_quizzes=passed.get(user, 0),
        )
        for user in users
    }


def certificate_of(course: Course, user: int) -> Certificate | None:
    """The person's valid one, else the last that was revoked."""
    mine = Certificate.objects.filter(course=course, user=user)
    mine = mine.select_related("rule", "cohort", "course__chapter")
    return mine.valid().first() or mine.order_by("-revoked_at").first()
