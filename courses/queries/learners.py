"""Who learns: seats of a course, each with how far its holder is."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.encoding import force_str
from django.utils.translation import gettext as _, pgettext

from accounts.models import User
from core.spreadsheets import csv_lines
from courses.models import (
    TAKES_SEAT,
    Cohort,
    Course,
    CourseInvitation,
    CourseOffer,
    CourseProgress,
    Enrollment,
    EnrollmentStatus,
    Lesson,
    LessonProgress,
    ReleaseException,
)
from courses.queries.teaching import cohort_name


def learners(
    course: Course, *, q: str = "", cohort: Cohort | None = None, status: str = ""
) -> QuerySet[Enrollment]:
    """Seats, the newest first, each with `percent`, `finished_at` and `seen_at` of its holder.

    Without a `status` those that give access.
    """
    reached = CourseProgress.objects.filter(course=course, user=OuterRef("user"))
    opened = LessonProgress.objects.filter(lesson__course=course, user=OuterRef("user"))
    seats = Enrollment.objects.filter(cohort__course=course)
    seats = seats.filter(status=status) if status else seats.giving_access()
    if cohort:
        seats = seats.filter(cohort=cohort)
    if q:
        is_named = Q(name__icontains=q) | Q(email__icontains=q) | Q(user__name__icontains=q)
        seats = seats.filter(is_named)
    return (
        seats.select_related("cohort", "user", "offer")
        .annotate(
            percent=Subquery(reached.values("percent")),
            finished_at=Subquery(reached.values("completed_at")),
            seen_at=Subquery(opened.order_by("-updated_at").values("updated_at")[:1]),
        )
        .order_by("-created_at", "-pk")
    )


def csv_of(course: Course, seats: QuerySet[Enrollment]) -> Iterator[str]:
    """The list as a spreadsheet opens it, row by row; times in the chapter's zone."""
    zone = ZoneInfo(course.chapter.time_zone)
    statuses = {status.value: force_str(status.label) for status in EnrollmentStatus}
    names = {cohort.pk: cohort_name(cohort) for cohort in course.cohorts.all()}
    head = [
        pgettext("person", "Name"), _("E-mail"), _("Run"), _("State"), _("By"),
        _("Since (%(zone)s)") % {"zone": zone.key}, _("Progress in percent"),
        _("Completed (%(zone)s)") % {"zone": zone.key},
    ]  # fmt: skip

    def cells(seat: Any) -> list[Any]:
        times = [at and at.astimezone(zone).replace(tzinfo=None) for at in _times(seat)]
        return [
            seat.name or (str(seat.user) if seat.user else ""),
            seat.email,
            names[seat.cohort_id],
            statuses[seat.status],
            force_str(seat.get_source_display()),
            times[0],
            seat.percent or 0,
            times[1],
        ]

    return csv_lines(head, map(cells, seats.iterator(chunk_size=1000)))


def _times(seat: Any) -> tuple[Any, Any]:
    return seat.granted_at, seat.finished_at


class OfferRow(NamedTuple):
    offer: CourseOffer
    sold: int


class CohortRow(NamedTuple):
    cohort: Cohort
    name: str
    offers: list[OfferRow]
    retired: list[OfferRow]


def cohort_rows(course: Course) -> list[CohortRow]:
    """The runs with their prices, in two queries."""
    sold = Count("enrollments", filter=Q(enrollments__status__in=TAKES_SEAT))
    offers = Prefetch("offers", CourseOffer.objects.annotate(sold=sold))
    rows = []
    for cohort in course.cohorts.prefetch_related(offers):
        cohort.course = course
        found = [OfferRow(offer, getattr(offer, "sold", 0)) for offer in cohort.offers.all()]
        rows.append(
            CohortRow(
                cohort,
                cohort_name(cohort),
                [row for row in found if row.offer.retired_at is None],
                [row for row in found if row.offer.retired_at is not None],
            )
        )
    return rows


def waiting_invitations(course: Course) -> QuerySet[CourseInvitation]:
    """Those that are neither accepted nor revoked, expired ones too."""
    waiting = CourseInvitation.objects.filter(
        cohort__course=course, accepted_at=None, revoked_at=None
    )
    return waiting.select_related("cohort", "invited_by").order_by("-created_at", "-pk")


def exceptions_of(lesson: Lesson) -> QuerySet[ReleaseException]:
    return lesson.release_exceptions.select_related("user", "cohort", "by").order_by("open_at")


def learner_by_email(course: Course, email: str) -> User | None:
    """The account of somebody who has a seat: an exception needs a person."""
    seats = Enrollment.objects.filter(cohort__course=course, user__isnull=False)
    named = seats.filter(Q(email__iexact=email) | Q(user__email__iexact=email))
    seat = named.select_related("user").first()
    return seat.user if seat else None
