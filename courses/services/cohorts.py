"""Runs of a course, what their seats cost, and exceptions to when lessons open.

Each locks the course's row first. Sales do not lock the course.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.money import to_decimal
from core.recurrence import wall_clock
from courses.errors import (
    CohortEndsBeforeStart,
    CurrencyFixed,
    NotOfThisCourse,
    OneCurrencyPerCourse,
    SelfPacedOnce,
)
from courses.models import Cohort, Course, CourseOffer, Lesson, ReleaseException
from courses.services import seats as stock
from courses.services.classes import move_upcoming
from courses.services.locks import lock_course
from courses.services.log import record
from events.services.log import Changes, assign

FREE_NAME = _("Free seat")


@transaction.atomic
def create_cohort(
    *, course: Course, by: User | None, seats: int | None = None, **fields: Any
) -> Cohort:
    """A run with dates, or, without `start_at`, the self-paced one. `time_zone` is the chapter's
    where it is missing. Raises SelfPacedOnce, CohortEndsBeforeStart."""
    course = lock_course(course)
    fields["time_zone"] = fields.get("time_zone") or course.chapter.time_zone
    cohort = Cohort(course=course, seats=seats)
    assign(cohort, fields)
    _check_dates(cohort)
    cohort.save()
    record(course=course, by=by, action="cohort_added", target=_named(cohort))
    return cohort


def _named(cohort: Cohort) -> str:
    return cohort.name or (cohort.start_at.date().isoformat() if cohort.start_at else "self-paced")


def _start_clock(cohort: Cohort) -> datetime | None:
    return wall_clock(cohort.start_at, cohort.time_zone) if cohort.start_at else None


def _check_dates(cohort: Cohort) -> None:
    if cohort.end_at and (cohort.start_at is None or cohort.end_at <= cohort.start_at):
        raise CohortEndsBeforeStart
    others = Cohort.objects.filter(course=cohort.course, start_at=None).exclude(pk=cohort.pk)
    if cohort.start_at is None and others.exists():
        raise SelfPacedOnce


@transaction.atomic
def update_cohort(
    *,
    cohort: Cohort,
    by: User | None,
    seats: int | None,
    moves_classes: bool = False,
    **fields: Any,
) -> Cohort:
    """Save what differs. With `moves_classes` those still to come move as far on the wall clock as
    the start does, and their people are told; what is noted of attendance stays.

    Raises SeatsTaken, SelfPacedOnce, CohortEndsBeforeStart."""
    course = lock_course(cohort.course)
    current = Cohort.objects.select_for_update(of=("self",), no_key=True).get(pk=cohort.pk)
    before = _start_clock(current)
    changes = assign(current, fields)
    _check_dates(current)
    after = _start_clock(current)
    if moves_classes and by and before and after and before != after:
        move_upcoming(cohort=current, by=by, move=after - before, at=timezone.now())
    if current.seats != seats:
        changes["seats"] = [current.seats or "", seats or ""]
        stock.resize(cohort=current, seats=seats)
        current.seats = seats
    if changes:
        current.save(update_fields=[name for name in changes if name != "seats"])
        record(
            course=course, by=by, action="cohort_changed", target=_named(current), changes=changes
        )
    return current


@transaction.atomic
def close_cohort(*, cohort: Cohort, by: User | None) -> Cohort:
    """Takes nobody in any more; those who have a seat keep it. Repeatable."""
    course = lock_course(cohort.course)
    if Cohort.objects.filter(pk=cohort.pk, closed_at=None).update(closed_at=timezone.now()):
        record(course=course, by=by, action="cohort_closed", target=_named(cohort))
    cohort.refresh_from_db()
    return cohort


@transaction.atomic
def reopen_cohort(*, cohort: Cohort, by: User | None) -> Cohort:
    """Repeatable."""
    course = lock_course(cohort.course)
    if Cohort.objects.filter(pk=cohort.pk, closed_at__isnull=False).update(closed_at=None):
        record(course=course, by=by, action="cohort_reopened", target=_named(cohort))
    cohort.refresh_from_db()
    return cohort


@transaction.atomic
def save_offer(
    *, cohort: Cohort, by: User | None, offer: CourseOffer | None = None, **fields: Any
) -> CourseOffer:
    """Create an offer (last in the list) or change one. All of a course are in one currency.

    Raises OneCurrencyPerCourse, CurrencyFixed.
    """
    course = lock_course(cohort.course)
    current = _locked(offer) if offer else CourseOffer(cohort=cohort, position=_last(cohort))
    before = _price(current) if offer else ""
    _check_currency(current, course, fields.get("currency", current.currency))
    changes = assign(current, fields)
    current.save(update_fields=list(fields) if offer else None)
    _word_price(changes, before, _price(current))
    if changes:
        action = "offer_changed" if offer else "offer_added"
        record(course=course, by=by, action=action, target=current.name, changes=changes)
    return current


def _locked(offer: CourseOffer) -> CourseOffer:
    return CourseOffer.objects.select_for_update(of=("self",), no_key=True).get(pk=offer.pk)


def _last(cohort: Cohort) -> int:
    return (cohort.offers.aggregate(last=Max("position"))["last"] or 0) + 1


def _price(offer: CourseOffer) -> str:
    return f"{to_decimal(offer.price_minor, offer.currency)} {offer.currency}"


def _word_price(changes: Changes, before: str, after: str) -> None:
    """The log shows `12.50 EUR`, not a number of cents."""
    changes.pop("price_minor", None)
    changes.pop("currency", None)
    if before != after:
        changes["price"] = [before, after]


def _check_currency(offer: CourseOffer, course: Course, currency: str) -> None:
    others = CourseOffer.objects.filter(cohort__course=course, retired_at=None).exclude(pk=offer.pk)
    other = others.exclude(currency=currency).first()
    if other:
        raise OneCurrencyPerCourse(currency=other.currency)
    if offer.pk and offer.currency != currency and offer.enrollments.exists():
        raise CurrencyFixed(currency=offer.currency)


@transaction.atomic
def create_free_offer(*, cohort: Cohort, by: User | None) -> CourseOffer:
    """What a free course needs: one seat for nothing, named in every language."""
    names: dict[str, Any] = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            names[f"name_{language.replace('-', '_')}"] = str(FREE_NAME)
    currency = cohort.course.chapter.currency
    return save_offer(cohort=cohort, by=by, price_minor=0, currency=currency, **names)


@transaction.atomic
def retire_offer(*, offer: CourseOffer, by: User | None) -> None:
    """Off sale; seats that were bought by it stay. One that nobody ordered is deleted. Repeatable."""
    course = lock_course(offer.cohort.course)
    current = CourseOffer.objects.filter(pk=offer.pk, retired_at=None).first()
    if current is None:
        return
    Cohort.objects.select_for_update().get(pk=current.cohort_id)  # no sale is half done below
    if current.enrollments.exists():
        current.retired_at = timezone.now()
        current.save(update_fields=["retired_at"])
    else:
        current.delete()
    record(course=course, by=by, action="offer_retired", target=current.name)


@transaction.atomic
def make_exception(
    *,
    lesson: Lesson,
    open_at: datetime,
    by: User | None,
    user: User | None = None,
    cohort: Cohort | None = None,
) -> ReleaseException:
    """Open `lesson` from `open_at` on for one person or one cohort; a second one replaces it."""
    if cohort is not None and cohort.course_id != lesson.course_id:
        raise NotOfThisCourse
    exception, _new = ReleaseException.objects.update_or_create(
        lesson=lesson, user=user, cohort=cohort, defaults={"open_at": open_at, "by": by}
    )
    record(course=lesson.course, by=by, action="exception_made", target=lesson.slug)
    return exception


@transaction.atomic
def drop_exception(*, exception: ReleaseException, by: User | None) -> None:
    """The lesson opens by its own rule again. Repeatable."""
    if ReleaseException.objects.filter(pk=exception.pk).delete()[0]:
        lesson = exception.lesson
        record(course=lesson.course, by=by, action="exception_dropped", target=lesson.slug)
