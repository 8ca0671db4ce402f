"""Who was in a class: written by the join link, by the door, by hand. Rows are only added and
withdrawn; the database keeps one standing row for a person, class and source."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from core.time import format_moment
from courses.errors import (
    ClassCanceled,
    ClassNotOpen,
    ClassOver,
    NoMeetingLink,
    NoSeatOfThisRun,
)
from courses.models import Attendance, AttendanceSource, ClassJoin, ClassSession
from courses.queries.people import learners_of


def check_open(session: ClassSession, at: datetime) -> None:
    """Raises ClassCanceled, ClassNotOpen, ClassOver, NoMeetingLink."""
    if session.is_canceled:
        raise ClassCanceled
    if at < session.opens_at:
        raise ClassNotOpen(opens=format_moment(session.opens_at, session.time_zone))
    if at >= session.ends_at:
        raise ClassOver
    if not session.join_url:
        raise NoMeetingLink


@transaction.atomic
def record_join(*, session: ClassSession, user: User, device: str, at: datetime) -> None:
    """`user`, whose seat the caller has looked at, goes through their link. Counts it, and writes
    once that they were there. May run beside itself. Raises what `check_open` raises."""
    check_open(session, at)
    ClassJoin.objects.bulk_create(
        [ClassJoin(session=session, user=user, device=device, first_at=at, last_at=at)],
        ignore_conflicts=True,
    )
    joins = ClassJoin.objects.filter(session=session, user=user, device=device)
    joins.update(count=F("count") + 1, last_at=at)
    note_attendance(session=session, user=user, source=AttendanceSource.JOIN, at=at)


def note_attendance(
    *,
    session: ClassSession,
    user: User,
    source: AttendanceSource,
    at: datetime,
    by: User | None = None,
    note: str = "",
) -> None:
    """One more row, unless one of this source stands: the constraint is the check."""
    row = Attendance(session=session, user=user, source=source, at=at, by=by, note=note)
    Attendance.objects.bulk_create([row], ignore_conflicts=True)


@transaction.atomic
def mark_present(*, session: ClassSession, user: User, by: User, note: str = "") -> None:
    """By hand, for somebody with a seat of the run. Repeatable. Raises ClassCanceled,
    NoSeatOfThisRun."""
    if session.is_canceled:
        raise ClassCanceled
    if user.pk not in {learner.user for learner in learners_of([session.cohort])}:
        raise NoSeatOfThisRun
    note_attendance(
        session=session,
        user=user,
        source=AttendanceSource.HAND,
        at=timezone.now(),
        by=by,
        note=note,
    )


@transaction.atomic
def withdraw(*, row: Attendance, by: User | None) -> None:
    """It was wrong. The row stays and says who withdrew it. Repeatable."""
    standing = Attendance.objects.standing().filter(pk=row.pk)
    standing.update(withdrawn_at=timezone.now(), withdrawn_by=by)
