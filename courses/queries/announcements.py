"""Announcements as learners and lecturers read them."""

from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.models import User
from courses.models import Announcement, Course, Enrollment


def announcements_for(person: User, course: Course, at: datetime) -> QuerySet[Announcement]:
    """To all learners of the course, and to runs in which `person` has a seat; the newest first."""
    seats = Enrollment.objects.of_person(person).giving_access().filter(granted_at__lte=at)
    cohorts = seats.filter(cohort__course=course).order_by().values("cohort")
    shown = Announcement.objects.published().filter(course=course)
    mine = shown.filter(Q(cohort=None) | Q(cohort__in=cohorts))
    return mine.select_related("by", "cohort")


def all_announcements(course: Course) -> QuerySet[Announcement]:
    shown = Announcement.objects.published().filter(course=course)
    return shown.select_related("by", "cohort")
