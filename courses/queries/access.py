"""Who may see a lesson. Page, file, API and search ask here, and nowhere else."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cached_property
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import (
    DateTimeField,
    Exists,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)

from accounts.models import User
from courses.models import (
    CertificateRule,
    ClassSession,
    Course,
    CourseProgress,
    CourseStatus,
    Enrollment,
    Lesson,
    LessonCompletion,
    LessonProgress,
    ReleaseException,
    ReleaseRule,
)
from courses.queries.outline import Outline, OutlineLesson, published_outline


class Reason(Enum):
    """Why somebody may see a lesson, or why not. HIDDEN: say nothing of it, not even that it is."""

    STAFF = "staff"
    PREVIEW = "preview"
    OPEN = "open"
    NEEDS_ENROLLMENT = "needs_enrollment"
    LOCKED = "locked"
    PREREQUISITE = "prerequisite"
    HIDDEN = "hidden"


ALLOWED = {Reason.STAFF, Reason.PREVIEW, Reason.OPEN}


@dataclass(frozen=True)
class Verdict:
    """`opens_at`: when a LOCKED lesson opens, if that is known. `missing`: what a lesson with
    PREREQUISITE waits for."""

    reason: Reason
    opens_at: datetime | None = None
    missing: tuple[OutlineLesson, ...] = ()

    @property
    def allowed(self) -> bool:
        return self.reason in ALLOWED

    @property
    def code(self) -> str:
        return self.reason.value


class Grant(NamedTuple):
    """A seat that gives access: of which cohort, since when. `class_ends`: when the classes of that
    cohort are over, in order; asked for only where a lesson opens by them."""

    cohort: int
    granted_at: datetime
    start_at: datetime | None
    time_zone: str
    class_ends: tuple[datetime, ...] = ()


class Opening(NamedTuple):
    """An exception: `lesson` opens at `at`, for the person (`cohort` None) or a cohort."""

    lesson: int
    cohort: int | None
    at: datetime


@dataclass(frozen=True)
class Access:
    """What one person may see of one course at one moment. Pure: it asks no database."""

    status: str
    outline: Outline | None
    at: datetime
    is_staff: bool = False
    grants: tuple[Grant, ...] = ()
    completed: frozenset[int] = frozenset()
    openings: tuple[Opening, ...] = ()
    best_percent: int = 0
    last_lesson: int | None = None
    completed_at: datetime | None = None

    @property
    def is_enrolled(self) -> bool:
        return bool(self.grants)

    @property
    def may_find(self) -> bool:
        """Whether the person may know of the course: a draft is for who writes it, an archived
        one also for who learns in it."""
        learns = self.is_enrolled and self.status == CourseStatus.ARCHIVED
        return self.status == CourseStatus.PUBLISHED or self.is_staff or learns

    @cached_property
    def percent(self) -> int:
        """The highest that the person ever had."""
        now = self.outline.percent_of(self.completed) if self.outline else 0
        return max(now, self.best_percent)

    @cached_property
    def _exceptions(self) -> dict[int, datetime]:
        """Lesson → the first moment at which an exception opens it for this person."""
        mine = {None, *(grant.cohort for grant in self.grants)}
        found: dict[int, datetime] = {}
        for opening in self.openings:
            if opening.cohort in mine:
                first = found.get(opening.lesson, opening.at)
                found[opening.lesson] = min(first, opening.at)
        return found

    def verdict(self, lesson_pk: int) -> Verdict:
        """Whether the lesson is open: staff sees all, a grant opens by the lesson's rules."""
        if self.is_staff:
            return Verdict(Reason.STAFF)
        lesson = self.outline.by_pk(lesson_pk) if self.outline else None
        if lesson is None or self.status == CourseStatus.DRAFT:
            return Verdict(Reason.HIDDEN)
        if self.grants:
            return self._for_enrolled(lesson)
        if self.status == CourseStatus.ARCHIVED:
            return Verdict(Reason.HIDDEN)
        return Verdict(Reason.PREVIEW if lesson.is_preview else Reason.NEEDS_ENROLLMENT)

    def _for_enrolled(self, lesson: OutlineLesson) -> Verdict:
        exception = self._exceptions.get(lesson.pk)
        if lesson.is_preview or lesson.pk in self.completed:
            return Verdict(Reason.OPEN)
        if exception is not None and exception <= self.at:
            return Verdict(Reason.OPEN)
        times = [release_time(lesson, grant) for grant in self.grants] + [exception]
        opens_at = min((moment for moment in times if moment is not None), default=None)
        if opens_at is None or opens_at > self.at:
            return Verdict(Reason.LOCKED, opens_at)
        missing = self._missing(lesson)
        return Verdict(Reason.PREREQUISITE, missing=missing) if missing else Verdict(Reason.OPEN)

    def _missing(self, lesson: OutlineLesson) -> tuple[OutlineLesson, ...]:
        waits_for = set(lesson.needs) - self.completed
        lessons = self.outline.lessons if self.outline else []
        return tuple(need for need in lessons if need.pk in waits_for)

    @property
    def resume(self) -> OutlineLesson | None:
        """Where the person left off, if that is open and not done; else the next that is."""
        last = self.outline.by_pk(self.last_lesson or 0) if self.outline else None
        if last and last.pk not in self.completed and self.verdict(last.pk).allowed:
            return last
        return self.next_lesson(self.last_lesson)

    @property
    def first_open(self) -> OutlineLesson | None:
        lessons = self.outline.lessons if self.outline else []
        return next((lesson for lesson in lessons if self.verdict(lesson.pk).allowed), None)

    def next_lesson(self, after: int | None = None) -> OutlineLesson | None:
        """The first open lesson, from `after` on, that is not completed: where to go on."""
        lessons = self.outline.lessons if self.outline else []
        start = next((n for n, lesson in enumerate(lessons) if lesson.pk == after), 0)
        for lesson in [*lessons[start:], *lessons[:start]]:
            if lesson.pk not in self.completed and self.verdict(lesson.pk).allowed:
                return lesson
        return None


def release_time(lesson: OutlineLesson, grant: Grant) -> datetime | None:
    """When the lesson opens for who holds `grant`. A run without dates starts with each person, one
    without classes waits for none. None: its class is not planned yet.

    Days are the calendar's, in the cohort's zone: a lesson that opens at nine opens at nine.
    """
    match lesson.release:
        case ReleaseRule.ON_DATE:
            return lesson.release_at or grant.granted_at
        case ReleaseRule.AFTER_START:
            start = grant.start_at or grant.granted_at
        case ReleaseRule.AFTER_ENROLLMENT:
            start = grant.granted_at
        case ReleaseRule.AFTER_CLASS if grant.class_ends:
            return dict(enumerate(grant.class_ends, 1)).get(lesson.release_class or 0)
        case _:
            return grant.granted_at
    local = start.astimezone(ZoneInfo(grant.time_zone)) + timedelta(days=lesson.release_days or 0)
    return local.astimezone(UTC)


def can_view(person: User, lesson: Lesson, at: datetime) -> Verdict:
    """May `person` (who may be anonymous) see `lesson` at `at`? Five queries at most."""
    return course_access(person, lesson.course, at).verdict(lesson.pk)


def for_reader(person: User) -> QuerySet[Course]:
    """Courses with what `course_access` asks of them in the same query: the publication, whether
    the person may edit it, and what they reached in it. Also whether there is a certificate."""
    rules = CertificateRule.objects.filter(course=OuterRef("pk"))
    courses = Course.objects.select_related("chapter", "publication").annotate(
        has_certificate=Exists(rules)
    )
    if not person.is_authenticated:
        return courses.annotate(
            is_editor=Value(False),
            best_percent=Value(0),
            last_lesson=Value(None, output_field=IntegerField()),
            finished_at=Value(None, output_field=DateTimeField()),
        )
    opened = LessonProgress.objects.filter(lesson__course=OuterRef("pk"), user=person)
    reached = CourseProgress.objects.filter(course=OuterRef("pk"), user=person)
    return courses.annotate(
        is_editor=Exists(Course.objects.edited_by(person).filter(pk=OuterRef("pk"))),
        best_percent=Subquery(reached.values("percent")),
        finished_at=Subquery(reached.values("completed_at")),
        last_lesson=Subquery(opened.order_by("-updated_at").values("lesson")[:1]),
    )


def course_access(person: User, course: Course, at: datetime) -> Access:
    """All verdicts on one course. Two queries for a course that came from `for_reader`."""
    return courses_access(person, [course], at)[course.pk]


def courses_access(person: User, courses: Iterable[Course], at: datetime) -> dict[int, Access]:
    """Course pk → access, in three queries at most, however many courses, lessons and learners; in
    a fourth one where lessons open after classes."""
    courses = list(courses)
    if any(not hasattr(course, "is_editor") for course in courses):
        courses = list(for_reader(person).filter(pk__in=[course.pk for course in courses]))
    if not person.is_authenticated:
        return {course.pk: _access(course, at) for course in courses}
    grants, marks = _grants(person, courses, at), _marks(person, courses)
    return {
        course.pk: _access(
            course,
            at,
            grants=tuple(grants[course.pk]),
            completed=frozenset(lesson for _c, lesson, _by, when in marks[course.pk] if not when),
            openings=tuple(
                Opening(lesson, cohort, when)
                for _c, lesson, cohort, when in marks[course.pk]
                if when
            ),
        )
        for course in courses
    }


def _access(course: Any, at: datetime, **known: Any) -> Access:
    """`course` comes from `for_reader`, which added what a Course by itself does not have."""
    return Access(
        status=course.status,
        outline=published_outline(course),
        at=at,
        is_staff=course.is_editor,
        best_percent=course.best_percent or 0,
        completed_at=course.finished_at,
        last_lesson=course.last_lesson,
        **known,
    )


def _grants(person: User, courses: list[Course], at: datetime) -> dict[int, list[Grant]]:
    seats = Enrollment.objects.of_person(person).giving_access()
    rows = list(
        seats.filter(cohort__course__in=courses, granted_at__lte=at).select_related("cohort")
    )
    by_class = {course.pk for course in courses if _opens_by_class(course)}
    ends = _class_ends({row.cohort_id for row in rows if row.cohort.course_id in by_class})
    found: defaultdict[int, list[Grant]] = defaultdict(list)
    for seat in rows:
        cohort, since = seat.cohort, seat.granted_at or at
        grant = Grant(cohort.pk, since, cohort.start_at, cohort.time_zone, tuple(ends[cohort.pk]))
        found[cohort.course_id].append(grant)
    return found


def _opens_by_class(course: Course) -> bool:
    outline = published_outline(course)
    lessons = outline.lessons if outline else []
    return any(lesson.release == ReleaseRule.AFTER_CLASS for lesson in lessons)


def _class_ends(cohorts: set[int]) -> dict[int, list[datetime]]:
    """Cohort pk → when its classes that were not canceled are over, in order. One query or none."""
    found: defaultdict[int, list[datetime]] = defaultdict(list)
    if cohorts:
        sessions = ClassSession.objects.standing().filter(cohort__in=cohorts)
        for cohort, ends_at in sessions.order_by("starts_at", "pk").values_list(
            "cohort", "ends_at"
        ):
            found[cohort].append(ends_at)
    return found


Mark = tuple[int, int, int | None, datetime | None]  # course, lesson, cohort, opens at


def _marks(person: User, courses: list[Course]) -> dict[int, list[Mark]]:
    """Completions (no moment) and exceptions (with one) of these courses, in a single query."""
    completions = LessonCompletion.objects.filter(user=person, lesson__course__in=courses)
    exceptions = ReleaseException.objects.filter(lesson__course__in=courses)
    exceptions = exceptions.filter(user=person) | exceptions.filter(cohort__isnull=False)
    rows = completions.order_by().values_list(
        "lesson__course",
        "lesson",
        Value(None, output_field=IntegerField()),
        Value(None, output_field=DateTimeField()),
    )
    rows = rows.union(
        exceptions.order_by().values_list("lesson__course", "lesson", "cohort", "open_at"), all=True
    )
    found: defaultdict[int, list[Mark]] = defaultdict(list)
    for course, lesson, cohort, when in rows:
        found[course].append((course, lesson, cohort, when))
    return found
