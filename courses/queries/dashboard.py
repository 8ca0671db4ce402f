"""A course, or one run of it, at a glance: seats over time, where learners stop, who comes to
the classes, what waits for its lecturers. The cost does not grow with what is drawn."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import (
    CharField,
    Count,
    DateField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Coalesce, NullIf, TruncDate
from django.utils.translation import get_language

from courses.models import (
    ClassSession,
    Cohort,
    Course,
    CourseProgress,
    Enrollment,
    LessonCompletion,
    LessonProgress,
    Question,
    Submission,
)
from courses.queries.outline import OutlineLesson, published_outline

ACTIVE = timedelta(days=7)
MOST_CLASSES = 16
FIRST = 5  # of what waits


@dataclass(frozen=True)
class Scope:
    """A course, or one run of it."""

    course: Course
    cohort: Cohort | None = None

    @property
    def seats(self) -> QuerySet[Enrollment]:
        seats = Enrollment.objects.giving_access().filter(cohort__course=self.course)
        return seats.filter(cohort=self.cohort) if self.cohort else seats

    @property
    def users(self) -> QuerySet[Any]:
        return self.seats.filter(user__isnull=False).order_by().values("user")

    @property
    def sessions(self) -> QuerySet[ClassSession]:
        sessions = ClassSession.objects.filter(cohort__course=self.course)
        return sessions.filter(cohort=self.cohort) if self.cohort else sessions

    @property
    def waiting(self) -> QuerySet[Submission]:
        """Hand-ins without feedback, the oldest first."""
        waiting = Submission.objects.waiting().filter(assignment__course=self.course)
        return waiting.filter(cohort=self.cohort) if self.cohort else waiting

    @property
    def zone(self) -> str:
        return self.cohort.time_zone if self.cohort else self.course.chapter.time_zone


@dataclass(frozen=True)
class Stop:
    """A lesson: how many completed it, and how many opened it without."""

    lesson: OutlineLesson
    completed: int
    opened: int


@dataclass(frozen=True)
class Counts:
    """`seats`: days on which people came, and how many seats there were by then, until today.
    `stops`: the published lessons in their order."""

    learners: int
    active: int
    completed: int
    seats: list[tuple[date, int]]
    stops: list[Stop]


def counts(scope: Scope, at: datetime) -> Counts:
    """One query."""
    course, users, zone = scope.course, scope.users, ZoneInfo(scope.zone)
    opened = LessonProgress.objects.filter(lesson__course=course, user__in=users)
    done = LessonCompletion.objects.filter(lesson__course=course, user__in=users)
    same = LessonCompletion.objects.filter(user=OuterRef("user"), lesson=OuterRef("lesson"))
    reached = CourseProgress.objects.filter(course=course, user__in=users)
    finished = reached.filter(completed_at__isnull=False)
    rows = _rows("known", scope.seats, "user").union(
        _rows("unknown", scope.seats.filter(user=None), "email"),
        _rows("active", opened.filter(updated_at__gt=at - ACTIVE), "user"),
        _rows("finished", finished, "user"),
        _rows("seats", scope.seats, "pk", day=TruncDate("granted_at", tzinfo=zone)),
        _rows("completed", done, "user", lesson=F("lesson_id")),
        _rows("opened", opened.exclude(Exists(same)), "user", lesson=F("lesson_id")),
        all=True,
    )
    found = {(kind, lesson or day): n for kind, lesson, day, n in rows}
    number = {kind: n for (kind, of), n in found.items() if of is None}
    outline = published_outline(course)
    return Counts(
        learners=number["known"] + number["unknown"],
        active=number["active"],
        completed=number["finished"],
        seats=_summed(found, at.astimezone(zone).date()),
        stops=[
            Stop(one, found.get(("completed", one.pk), 0), found.get(("opened", one.pk), 0))
            for one in (outline.lessons if outline else [])
        ],
    )


class _Distinct(Func):
    """COUNT(DISTINCT …) that groups by nothing: one row, also where there is nothing to count."""

    function = "COUNT"
    template = "%(function)s(DISTINCT %(expressions)s)"
    output_field = IntegerField()


def _rows(kind: str, rows: QuerySet[Any], what: str, **by: Any) -> Any:
    """kind, lesson, day, how many different ones; grouped where a lesson or a day is given."""
    nothing = {
        "lesson": Cast(Value(None), IntegerField()),
        "day": Cast(Value(None), DateField()),
    }
    marks = nothing | by
    marked = rows.order_by().annotate(
        of_kind=Value(kind), of_lesson=marks["lesson"], of_day=marks["day"]
    )
    names = ("of_kind", "of_lesson", "of_day")
    if by:
        return marked.values(*names).annotate(n=Count(what, distinct=True)).values_list(*names, "n")
    return marked.annotate(n=_Distinct(F(what))).values_list(*names, "n")


def _summed(found: dict[Any, int], today: date) -> list[tuple[date, int]]:
    came = sorted((day, n) for (kind, day), n in found.items() if kind == "seats")
    sums = accumulate(n for _day, n in came)
    rows = [(day, total) for (day, _n), total in zip(came, sums, strict=True)]
    return [*rows, (today, rows[-1][1])] if rows and rows[-1][0] < today else rows


@dataclass(frozen=True)
class Turnout:
    session: ClassSession
    present: int


class Classes(NamedTuple):
    held: list[Turnout]
    next: ClassSession | None


def classes(scope: Scope, at: datetime) -> Classes:
    """The last classes that were held, the oldest first, and the next one. One query."""
    present = Count("attendance__user", filter=Q(attendance__withdrawn_at=None), distinct=True)
    standing = scope.sessions.filter(canceled_at=None)
    coming = standing.filter(ends_at__gt=at).order_by("starts_at").values("starts_at")[:1]
    near = standing.filter(starts_at__lte=Coalesce(Subquery(coming), at)).annotate(present=present)
    near = near.select_related("cohort").order_by("-starts_at", "-pk")
    found = list(reversed(near[: MOST_CLASSES + 1]))
    held = [Turnout(one, one.present) for one in found if one.ends_at <= at]
    return Classes(held, next((one for one in found if one.ends_at > at), None))


class Waiting(NamedTuple):
    """A hand-in without feedback or a question without an accepted answer; `total` of its kind."""

    kind: str
    public_id: str
    title: str
    name: str | None
    at: datetime
    total: int


class Queue(NamedTuple):
    """The first few, the oldest first, and how many there are."""

    rows: list[Waiting]
    total: int


def waits(scope: Scope) -> tuple[Queue, Queue]:
    """Hand-ins and questions; a question belongs to no run. One query."""
    asked = Question.objects.shown().unanswered().filter(course=scope.course)
    work = _first("work", scope.waiting, _title("assignment__title"), "submitted_at")
    rows = work.union(_first("question", asked, F("title"), "created_at"), all=True)
    found = sorted((Waiting(*row) for row in rows), key=lambda row: row.at)
    return _queue(found, "work"), _queue(found, "question")


def _first(kind: str, rows: QuerySet[Any], title: Any, at: str) -> Any:
    first = rows.order_by(at, "pk").values("pk")[:FIRST]
    total = rows.order_by().annotate(n=_Distinct(F("pk"))).values("n")
    shown = rows.model._default_manager.filter(pk__in=Subquery(first)).order_by()
    return shown.values_list(Value(kind), "public_id", title, "user__name", at, Subquery(total))


def _title(path: str) -> Coalesce:
    """A translated title in the reader's language, else in another."""
    mine = (get_language() or "").replace("-", "_")
    codes = [code.replace("-", "_") for code, _name in settings.LANGUAGES]
    ordered = sorted(codes, key=lambda code: code != mine)
    texts = [NullIf(f"{path}_{code}", Value("")) for code in ordered]
    return Coalesce(*texts, Value(""), output_field=CharField())


def _queue(found: list[Waiting], kind: str) -> Queue:
    rows = [row for row in found if row.kind == kind]
    return Queue(rows, rows[0].total if rows else 0)
