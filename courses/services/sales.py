"""Seats of courses as a seller: what checkout asks of everyone who sells.

quote → reserve (take seats, write held rows) → activate | release; retake revives what was
released. All but `quote` run inside checkout's transaction, after it locked the Order.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Max, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone, translation

from accounts.models import User
from accounts.queries import proven_emails
from courses import errors
from courses.models import (
    GIVES_ACCESS,
    Course,
    CourseOffer,
    CourseStatus,
    Enrollment,
    EnrollmentQuerySet,
    EnrollmentSource,
    EnrollmentStatus,
    LecturerRate,
)
from courses.services import log, seats
from orders.models import LineTerms, Order, OrderLine, SaleKind

KIND = "course"
REFUNDABLE_FOR = timedelta(days=30)  # from paying


class SeatSelection(NamedTuple):
    """One seat that somebody wants: the offer's public_id and who will learn. An e-mail left
    empty is the buyer's."""

    offer: str
    name: str = ""
    email: str = ""


class QuotedSeats(NamedTuple):
    offer: CourseOffer
    learners: list[SeatSelection]

    @property
    def total_minor(self) -> int:
        return self.offer.price_minor * len(self.learners)


@dataclass(frozen=True)
class Quote:
    """What a selection costs at this moment; `reserve` takes it."""

    course: Course
    lines: list[QuotedSeats]
    currency: str

    @property
    def total_minor(self) -> int:
        return sum(line.total_minor for line in self.lines)

    def reserve(self, order: Order) -> None:
        reserve(order, self)


@dataclass(frozen=True)
class Wish:
    """Seats of one course that a buyer asks checkout for. `unlocked` names a hidden offer."""

    course: Course
    selections: Sequence[SeatSelection]
    unlocked: str = ""

    @property
    def chapter_id(self) -> int:
        return self.course.chapter_id

    @property
    def words(self) -> list[Any]:
        """What makes it another wish when it differs."""
        return [KIND, *self.selections]

    def quote(self, at: datetime) -> Quote:
        return quote(course=self.course, selections=self.selections, at=at, unlocked=self.unlocked)


def quote(
    *, course: Course, selections: Sequence[SeatSelection], at: datetime, unlocked: str = ""
) -> Quote:
    """Price a selection by the rules in force at `at`; says nothing of seats. One query.

    Raises CourseNotOnSale, NoSeatSelected, UnknownOffer, OfferNotOnSale, OutsideSeatLimits.
    """
    if not selections:
        raise errors.NoSeatSelected
    if course.status != CourseStatus.PUBLISHED:
        raise errors.CourseNotOnSale
    wanted: dict[str, list[SeatSelection]] = {}
    for selection in selections:
        wanted.setdefault(selection.offer, []).append(selection)
    offered = CourseOffer.objects.offered(unlocked=unlocked).select_related("cohort")
    offered = offered.filter(cohort__course=course, public_id__in=wanted)
    lines = [QuotedSeats(offer, wanted[offer.public_id]) for offer in offered]
    if len(lines) != len(wanted):
        raise errors.UnknownOffer
    for line in lines:
        _check_line(line, at)
    return Quote(course, lines, lines[0].offer.currency)


def _check_line(line: QuotedSeats, at: datetime) -> None:
    offer = line.offer
    if not is_on_sale(offer, at):
        raise errors.OfferNotOnSale(offer=offer.name)
    if not offer.min_per_order <= len(line.learners) <= offer.max_per_order:
        raise errors.OutsideSeatLimits(
            offer=offer.name, least=offer.min_per_order, most=offer.max_per_order
        )


def is_on_sale(offer: CourseOffer, at: datetime) -> bool:
    """Its window holds `at`, and the cohort is not over."""
    started = offer.sales_start_at is None or offer.sales_start_at <= at
    not_over = offer.sales_end_at is None or offer.sales_end_at > at
    running = offer.cohort.end_at is None or offer.cohort.end_at > at
    return started and not_over and running


def reserve(order: Order, quoted: Quote) -> None:
    """Take the seats and write the lines and held enrollments. Raises SeatsGone, CohortClosed."""
    wanted: Counter[int] = Counter()
    for line in quoted.lines:
        wanted[line.offer.cohort_id] += len(line.learners)
    seats.take(wanted)
    first = order.lines.count() + 1
    rows = [
        OrderLine(
            order=order,
            position=position,
            kind=KIND,
            unit_price_minor=line.offer.price_minor,
            quantity=len(line.learners),
            total_minor=line.total_minor,
            **_titles(line.offer, quoted.course),
        )
        for position, line in enumerate(quoted.lines, first)
    ]
    OrderLine.objects.bulk_create(rows)
    buyer = order.placed_by
    proven = set(proven_emails(buyer)) if buyer else set()
    Enrollment.objects.bulk_create(
        _held(order, row, line.offer, learner, buyer, proven)
        for row, line in zip(rows, quoted.lines, strict=True)
        for learner in line.learners
    )


def _held(
    order: Order,
    row: OrderLine,
    offer: CourseOffer,
    learner: SeatSelection,
    buyer: User | None,
    proven: set[str],
) -> Enrollment:
    """The seat is the buyer's own where they have proven its address; else it waits for whoever
    proves it."""
    email = (learner.email or order.email).strip().lower()
    return Enrollment(
        cohort_id=offer.cohort_id,
        user=buyer if email in proven else None,
        email=email,
        name=learner.name or order.name,
        source=EnrollmentSource.ORDER,
        offer=offer,
        order_line=row,
    )


def _titles(offer: CourseOffer, course: Course) -> dict[str, str]:
    """The line's words in every language, so that a receipt reads in the reader's."""
    titles = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            titles[f"title_{language.replace('-', '_')}"] = f"{course.title} · {offer.name}"
    return titles


def seats_of(order: Order) -> EnrollmentQuerySet:
    """The order's seats with what a page or a mail shows of them. One query."""
    found: EnrollmentQuerySet = Enrollment.objects.filter(order_line__order=order)
    return found.select_related("offer", "cohort__course__chapter", "order_line").order_by("pk")


def courses_of(order: Order) -> list[Course]:
    found = Course.objects.filter(cohorts__enrollments__order_line__order=order)
    return list(found.select_related("chapter").distinct())


def terms(order: Order) -> list[LineTerms]:
    """For each line that is a course's: how long somebody may still ask for money, and who of
    its lecturers gets how much. Two queries, one where there is none."""
    since = order.paid_at or timezone.now()
    lines = order.lines.filter(kind=KIND).annotate(
        course=Max("enrollments__cohort__course"),
        days=Max("enrollments__cohort__course__refund_days"),
    )
    found = list(lines.order_by().values_list("pk", "course", "days"))
    courses = {course for _pk, course, _days in found if course}
    rates = LecturerRate.objects.in_force(courses, since) if courses else {}
    return [
        LineTerms(
            pk,
            SaleKind.COURSE,
            since + max(REFUNDABLE_FOR, timedelta(days=days or 0)),
            [(user, bps) for user, bps in rates.get(course, {}).items() if bps],
        )
        for pk, course, days in found
    ]


def holds_places(order: Order) -> bool:
    return Enrollment.objects.filter(order_line__order=order).taking_seats().exists()


def record(order: Order, *, by: User | None, action: str, changes: dict | None = None) -> None:
    """Write it into the log of each course that the order is for."""
    for course in courses_of(order):
        log.record(course=course, by=by, action=action, target=order.reference, changes=changes)


def _of(order: Order, *statuses: EnrollmentStatus) -> QuerySet[Enrollment]:
    return Enrollment.objects.filter(order_line__order=order, status__in=statuses)


def _counts(rows: QuerySet[Enrollment]) -> Counter[int]:
    return Counter(rows.values_list("cohort_id", flat=True))


def activate(order: Order) -> None:
    _of(order, EnrollmentStatus.HELD).update(
        status=EnrollmentStatus.ACTIVE, granted_at=timezone.now()
    )


def release(order: Order) -> None:
    """Let held seats go. Repeatable: only what is still held goes back, once."""
    held = _of(order, EnrollmentStatus.HELD)
    seats.give_back(_counts(held))
    held.update(status=EnrollmentStatus.CANCELED, ended_at=timezone.now())


def retake(order: Order) -> None:
    """Hold again what `release` let go. Raises SeatsGone, CohortClosed, CourseNotOnSale."""
    _check_on_sale(order)
    released = _of(order, EnrollmentStatus.CANCELED)
    seats.take(_counts(released))
    released.update(status=EnrollmentStatus.HELD, ended_at=None)


def _check_on_sale(order: Order) -> None:
    if any(not course.is_published for course in courses_of(order)):
        raise errors.CourseNotOnSale


def give_again(order: Order, since: datetime) -> None:
    """Make active again what ended at or after `since`. Raises SeatsGone, CohortClosed."""
    ended = _of(order, EnrollmentStatus.CANCELED).filter(ended_at__gte=since)
    pks = list(ended.values_list("pk", flat=True))
    seats.take(_counts(ended))
    again = Enrollment.objects.filter(pk__in=pks)
    for status, was_completed in (
        (EnrollmentStatus.ACTIVE, False),
        (EnrollmentStatus.COMPLETED, True),
    ):
        again.filter(completed_at__isnull=not was_completed).update(
            status=status, ended_at=None, granted_at=Coalesce("granted_at", timezone.now())
        )


def ended_lines(order: Order, since: datetime) -> list[tuple[int, int]]:
    """What ended at or after `since`: [(line pk, how many)]."""
    ended = _of(order, EnrollmentStatus.CANCELED).filter(ended_at__gte=since)
    return list(Counter(ended.values_list("order_line_id", flat=True)).items())


def take_back(order: Order, units: Iterable[str] | None) -> list[tuple[str, int]]:
    """End seats by public_id (None: all) and return their places: [(public_id, line pk)].

    Only these grants end: what else lets the person in still does, and what they learned stays.
    Repeatable: what ended before is not in the answer.
    """
    rows = _of(order, *GIVES_ACCESS)
    if units is not None:
        rows = rows.filter(public_id__in=list(units))
    found = list(rows.values_list("pk", "public_id", "order_line_id", "cohort_id"))
    seats.give_back(Counter(cohort for *_ids, cohort in found))
    Enrollment.objects.filter(pk__in=[pk for pk, *_rest in found]).update(
        status=EnrollmentStatus.CANCELED, ended_at=timezone.now()
    )
    return [(public_id, line) for _pk, public_id, line, _cohort in found]


def readdress(order: Order, *, email: str, name: str) -> None:
    """The buyer's address was mistyped: seats that nobody claimed yet and that waited for the
    old one wait for the new one. Called before the order itself is corrected."""
    mine = Enrollment.objects.filter(order_line__order=order, user=None, email=order.email)
    mine.filter(name=order.name).update(name=name)
    mine.update(email=email)
