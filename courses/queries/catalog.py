"""The catalog: which courses there are, and what each costs at least."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Subquery

from community.models import Chapter
from courses.models import Cohort, Course, CourseLecturer, CourseOffer, CourseStatus


def listed_courses(
    *,
    at: datetime,
    search: str = "",
    level: str = "",
    language: str = "",
    price: str = "",
    chapter: str = "",
) -> QuerySet[Course]:
    """Published courses, newest first, with `least_minor`, `currency`, `has_seats` and
    `next_start_at`. Seats of holds that ran out count as taken here."""
    found: Any = Course.objects.published().search(search).with_chapter()
    if level:
        found = found.filter(level=level)
    if language:
        # a JSON list of codes; none of which is part of another
        found = found.filter(languages__icontains=f'"{language}"')
    if chapter:
        found = found.filter(chapter__slug=chapter)
    found = _with_price(found, at)  # with columns that mypy does not know of
    if price == "free":
        found = found.filter(least_minor=0)
    elif price == "paid":
        found = found.filter(least_minor__gt=0)
    return found.order_by("-published_at", "-pk")


def _with_price(courses: QuerySet[Course], at: datetime) -> Any:
    offers = CourseOffer.objects.offered().on_sale(at).filter(cohort__course=OuterRef("pk"))
    offers = offers.filter(Q(cohort__end_at=None) | Q(cohort__end_at__gt=at))
    cheapest = offers.order_by("price_minor", "pk")
    has_seats = Q(cohort__seats=None) | Q(cohort__taken__lt=F("cohort__seats"))
    starts = Cohort.objects.filter(course=OuterRef("pk"), closed_at=None, start_at__gt=at)
    return courses.annotate(
        least_minor=Subquery(cheapest.values("price_minor")[:1]),
        currency=Subquery(cheapest.values("currency")[:1]),
        has_seats=Exists(offers.filter(has_seats)),
        next_start_at=Subquery(
            starts.order_by().values("course").annotate(first=Min("start_at")).values("first")
        ),
    )


def chapters_with_courses() -> list[Chapter]:
    courses = Course.objects.filter(chapter=OuterRef("pk"), status=CourseStatus.PUBLISHED)
    return list(Chapter.objects.filter(Exists(courses)))


def lecturers_of(course: Course) -> list[CourseLecturer]:
    return list(CourseLecturer.objects.filter(course=course).select_related("user"))
