"""Classes as the pages of lecturers and learners show them."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from accounts.models import User
from courses.models import (
    Attendance,
    AttendanceSource,
    ClassSession,
    ClassSessionQuerySet,
    Cohort,
    Course,
    Enrollment,
)
from courses.queries.people import Learner, learners_of
from courses.queries.teaching import cohort_name


class RunClasses(NamedTuple):
    """One run with its classes: those to come, soonest first, and those that were, latest first."""

    cohort: Cohort
    name: str
    coming: list[ClassSession]
    past: list[ClassSession]


def _by_run(cohorts: Iterable[Cohort], sessions: Iterable[ClassSession]) -> list[RunClasses]:
    now = timezone.now()
    runs = [RunClasses(cohort, cohort_name(cohort), [], []) for cohort in cohorts]
    found = {run.cohort.pk: run for run in runs}
    for session in sessions:
        run = found[session.cohort_id]
        session.cohort = run.cohort
        if session.ends_at > now:
            run.coming.append(session)
        else:
            run.past.insert(0, session)
    return runs


def desk_runs(course: Course) -> list[RunClasses]:
    """All runs of a course for its lecturers, each class with `was_there`. Two queries."""
    present = Count("attendance__user", filter=Q(attendance__withdrawn_at=None), distinct=True)
    sessions = ClassSession.objects.filter(cohort__course=course)
    sessions = sessions.select_related("event__venue", "series", "recording_lesson")
    return _by_run(course.cohorts.all(), sessions.annotate(was_there=present))


def readable_classes(person: User, at: datetime) -> ClassSessionQuerySet:
    """Classes that `person` may know of: those of runs they have a seat of, and of courses that
    they write or help to run."""
    if not person.is_authenticated:
        return ClassSession.objects.none()
    return ClassSession.objects.filter(
        Q(cohort__in=_cohorts_of(person, at))
        | Q(cohort__course__in=Course.objects.edited_by(person))
    )


def _cohorts_of(person: User, at: datetime) -> QuerySet[Enrollment, int]:
    seats = Enrollment.objects.of_person(person).giving_access()
    return seats.filter(granted_at__lte=at).order_by().values_list("cohort", flat=True)


def has_seat(person: User, cohort: Cohort, at: datetime) -> bool:
    return (
        Enrollment.objects.of_person(person)
        .giving_access()
        .filter(cohort=cohort, granted_at__lte=at)
        .exists()
    )


def with_own(sessions: ClassSessionQuerySet, person: User) -> ClassSessionQuerySet:
    """Each with `was_there`: whether `person` was."""
    mine = Attendance.objects.standing().filter(session=OuterRef("pk"), user=person)
    return sessions.annotate(was_there=Exists(mine))


def learner_runs(person: User, course: Course, at: datetime) -> list[RunClasses]:
    """The runs of a course in which `person` has a seat, with their classes. Two queries."""
    cohorts = list(course.cohorts.filter(pk__in=_cohorts_of(person, at)))
    sessions = with_own(ClassSession.objects.filter(cohort__in=cohorts), person)
    return _by_run(cohorts, sessions.select_related("event__venue__city", "recording_lesson"))


def classes_of(person: User, at: datetime) -> ClassSessionQuerySet:
    """All classes of runs in which `person` has a seat, canceled and past ones too."""
    sessions = ClassSession.objects.filter(cohort__in=_cohorts_of(person, at))
    return sessions.select_related("cohort__course__chapter", "event__venue__city")


def upcoming_classes(person: User, at: datetime) -> ClassSessionQuerySet:
    """What a learner's home and calendar show: all their classes that are not over, soonest first."""
    sessions = ClassSession.objects.filter(cohort__in=_cohorts_of(person, at)).standing()
    return sessions.upcoming(at).select_related("cohort__course__chapter", "event__venue__city")


class Presence(NamedTuple):
    """One learner of a class: the rows that say they were there, and how often they joined."""

    learner: Learner
    rows: list[Attendance]
    joins: int
    devices: int

    @property
    def is_there(self) -> bool:
        return any(row.withdrawn_at is None for row in self.rows)

    @property
    def by_hand(self) -> Attendance | None:
        standing = (row for row in self.rows if row.withdrawn_at is None)
        return next((row for row in standing if row.source == AttendanceSource.HAND), None)


def presences(session: ClassSession) -> list[Presence]:
    """Everybody who has a seat now, by name, and after them who was there and has none any more.
    Six queries, however many people."""
    learners = {learner.user or learner.email: learner for learner in _people(session)}
    rows: dict[object, list[Attendance]] = {}
    for row in session.attendance.select_related("user", "by"):
        rows.setdefault(row.user_id, []).append(row)
        learners.setdefault(row.user_id, _former(row.user, session))
    joins = session.joins.order_by().values("user").annotate(n=Sum("count"), d=Count("pk"))
    counts: dict[object, tuple[int, int]] = {each["user"]: (each["n"], each["d"]) for each in joins}
    return [
        Presence(learner, rows.get(key, []), *counts.get(key, (0, 0)))
        for key, learner in learners.items()
    ]


def _people(session: ClassSession) -> list[Learner]:
    return sorted(learners_of([session.cohort]), key=lambda one: (one.name or one.email).casefold())


def _former(user: User, session: ClassSession) -> Learner:
    return Learner(user.pk, "", session.cohort_id, user.email, str(user), user.language, "")
