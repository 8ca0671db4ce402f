"""Everybody of one run with what they reached: lessons, classes, work."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import (
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OrderBy,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext as _, pgettext

from core.spreadsheets import csv_lines
from courses.models import (
    Assignment,
    Attendance,
    Cohort,
    CourseProgress,
    Enrollment,
    LessonProgress,
    Quiz,
    QuizAttempt,
    Submission,
    SubmissionStatus,
)
from courses.queries.attendance import held_sessions

QUIET = timedelta(days=14)
SORTS = {
    "name": "shown",
    "progress": "percent",
    "attendance": "attended",
    "work": "accepted",
    "quizzes": "passed",
    "seen": "seen_at",
}


class Wholes(NamedTuple):
    """Out of how many: classes held, required assignments, required quizzes."""

    held: int
    work: int
    quizzes: int


def wholes(cohort: Cohort, at: datetime) -> Wholes:
    """One query."""
    held, work = held_sessions(cohort, at), required_work(cohort)
    row = Cohort.objects.filter(pk=cohort.pk).values_list(
        _number(held, "cohort"),
        _number(work, "course"),
        _number(required_quizzes(cohort), "course"),
    )
    return Wholes(*row.get())


def required_work(cohort: Cohort) -> QuerySet[Assignment]:
    return Assignment.objects.live().filter(course=cohort.course_id, is_required=True)


def required_quizzes(cohort: Cohort) -> QuerySet[Quiz]:
    return Quiz.objects.live().filter(course=cohort.course_id, is_required=True)


def roster(cohort: Cohort, at: datetime) -> QuerySet[Any]:
    """Who has a seat, each person once, with `shown`, `percent`, `finished_at`, `seen_at`,
    `attended`, `accepted`, `passed` and whether work of theirs `waits` for the lecturers.

    The cost of a page does not grow with the run: each number is asked for the rows shown.
    """
    reached = CourseProgress.objects.filter(course=cohort.course_id, user=OuterRef("user"))
    opened = LessonProgress.objects.filter(lesson__course=cohort.course_id, user=OuterRef("user"))
    attended = Attendance.objects.standing().filter(session__in=held_sessions(cohort, at))
    handed_in = Submission.objects.filter(assignment__in=required_work(cohort))
    accepted = handed_in.filter(status=SubmissionStatus.ACCEPTED)
    waiting = Submission.objects.waiting().filter(assignment__course=cohort.course_id)
    passed = QuizAttempt.objects.filter(quiz__in=required_quizzes(cohort), is_passed=True)
    return _people(cohort).annotate(
        shown=Coalesce(
            NullIf("name", Value("")),
            NullIf("user__name", Value("")),
            "email",
            output_field=CharField(),
        ),
        percent=Coalesce(Subquery(reached.values("percent")), 0),
        finished_at=Subquery(reached.values("completed_at")),
        seen_at=Subquery(opened.order_by("-updated_at").values("updated_at")[:1]),
        attended=_each(attended, "session"),
        accepted=_each(accepted, "assignment"),
        passed=_each(passed, "quiz"),
        waits=Exists(waiting.filter(user=OuterRef("user"))),
    )


def _people(cohort: Cohort) -> QuerySet[Enrollment]:
    seats = Enrollment.objects.giving_access().filter(cohort=cohort)
    earlier = seats.filter(user=OuterRef("user"), pk__lt=OuterRef("pk"))
    return seats.exclude(Exists(earlier)).select_related("user")


def _each(rows: QuerySet[Any], what: str) -> Coalesce:
    """How many different ones the seat's holder has."""
    mine = rows.filter(user=OuterRef("user")).order_by().values("user")
    counted = mine.annotate(n=Count(what, distinct=True)).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _number(rows: QuerySet[Any], by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def narrowed(people: QuerySet[Any], cohort: Cohort, *, q: str, who: str, at: datetime) -> Any:
    """`who`: "" for everybody, done, waiting (for feedback), or quiet: not here for two weeks."""
    if q:
        is_named = Q(name__icontains=q) | Q(email__icontains=q) | Q(user__name__icontains=q)
        people = people.filter(is_named)
    if who == "quiet":
        here = LessonProgress.objects.filter(
            lesson__course=cohort.course_id, updated_at__gt=at - QUIET
        )
        return people.exclude(user__in=here.values("user")).filter(finished_at=None)
    if who == "done":
        return people.filter(finished_at__isnull=False)
    return people.filter(waits=True) if who == "waiting" else people


def ordered(people: QuerySet[Any], sort: str) -> QuerySet[Any]:
    """`sort` is one of SORTS, with a minus for the greatest first. Who has nothing comes last."""
    field = SORTS[sort.removeprefix("-")]
    return people.order_by(
        OrderBy(F(field), descending=sort.startswith("-"), nulls_last=True), "shown", "pk"
    )


def csv_of(cohort: Cohort, people: QuerySet[Any], out_of: Wholes) -> Iterator[str]:
    """The roster as a spreadsheet opens it, row by row; times in the run's zone."""
    zone = ZoneInfo(cohort.time_zone)
    head = [
        pgettext("person", "Name"), _("E-mail"), _("Progress in percent"),
        _("Completed (%(zone)s)") % {"zone": zone.key},
        _("Classes attended, of %(n)s") % {"n": out_of.held},
        _("Work accepted, of %(n)s") % {"n": out_of.work},
        _("Quizzes passed, of %(n)s") % {"n": out_of.quizzes},
        _("Last here (%(zone)s)") % {"zone": zone.key},
    ]  # fmt: skip

    def cells(seat: Any) -> list[Any]:
        finished, seen = (
            at and at.astimezone(zone).replace(tzinfo=None)
            for at in (seat.finished_at, seat.seen_at)
        )
        numbers = [seat.attended, seat.accepted, seat.passed]
        return [seat.shown, seat.email, seat.percent, finished, *numbers, seen]

    return csv_lines(head, map(cells, people.iterator(chunk_size=1000)))
