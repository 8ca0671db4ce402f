"""Who was in a run's classes, by whatever was written down about it."""

from datetime import datetime

from django.db.models import Count
from django.utils import timezone

from courses.models import Attendance, ClassSession, ClassSessionQuerySet, Cohort


def held_sessions(cohort: Cohort, at: datetime) -> ClassSessionQuerySet:
    """The classes that attendance is asked of: over, not canceled, counted."""
    return ClassSession.objects.filter(cohort=cohort).counted().held(at)


def attended_counts(cohort: Cohort, at: datetime | None = None) -> dict[int, int]:
    """User's pk → how many of `held_sessions` they were in; who was in none is not there.

    One query. Several rows about one person and class count once.
    """
    held = held_sessions(cohort, at or timezone.now())
    rows = Attendance.objects.standing().filter(session__in=held).order_by()
    counts = rows.values("user").annotate(n=Count("session", distinct=True))
    return dict(counts.values_list("user", "n"))
