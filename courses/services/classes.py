"""Classes of a run: planned, moved, canceled. Each locks the course's row first.

Nobody is told here: who has to hear of what follows from a class's `sequence` and from who has
a seat (services/class_notices.py). At a venue the class is an event of the chapter that no list
shows; its door admits, and its tickets' holders hear of changes as those of any event do.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.recurrence import instant, occurrences, shifted, wall_clock
from courses.errors import ClassCanceled, NotOfThisCourse, VenueMissing
from courses.models import ClassPlace, ClassSession, ClassSessionQuerySet, Cohort, SessionSeries
from courses.services.locks import lock_course
from courses.services.log import record
from events.models import Event, Venue
from events.services.events import cancel_event, create_event, publish_event, update_event
from events.services.log import assign

# What a learner's calendar shows of a class
FOLLOWED = {"title_zh_hans", "title_en", "starts_at", "ends_at", "place", "event"}
TITLES = ("title_zh_hans", "title_en")


@transaction.atomic
def plan_classes(
    *,
    cohort: Cohort,
    by: User,
    first: datetime,
    minutes: int,
    time_zone: str,
    rule: str = "",
    place: str = ClassPlace.ONLINE,
    venue: Venue | None = None,
    **fields: Any,
) -> list[ClassSession]:
    """One class, or with `rule` (RFC 5545, without DTSTART) one at each of its times. `first` is
    what the clocks of `time_zone` show, naive. Raises TooManyTimes, VenueMissing."""
    course = lock_course(cohort.course)
    starts = occurrences(rule, first, time_zone) if rule else [instant(first, time_zone)]
    series = None
    if rule:
        series = SessionSeries.objects.create(cohort=cohort, rule=rule, time_zone=time_zone)
    planned = [
        ClassSession(
            cohort=cohort,
            series=series,
            starts_at=start,
            ends_at=start + timedelta(minutes=minutes),
            time_zone=time_zone,
            place=place,
            **fields,
        )
        for start in starts
    ]
    for session in planned:
        session.cohort.course = course
        _house(session, venue, by)
        session.save()
    record(course=course, by=by, action="classes_planned", target=f"{planned[0]} × {len(planned)}")
    return planned


@transaction.atomic
def change_class(
    *,
    session: ClassSession,
    by: User,
    following: bool = False,
    first: datetime | None = None,
    minutes: int | None = None,
    time_zone: str = "",
    venue: Venue | None = None,
    **fields: Any,
) -> list[ClassSession]:
    """Change one class, or with `following` also those planned with it that come later.

    Each of these gets what changed of this one, and moves as far on the wall clock as it does: a
    class that was moved by itself keeps its distance. Joins stay as they are written. Returns what
    was looked at. Raises ClassCanceled, VenueMissing.
    """
    course = lock_course(session.cohort.course)
    current = _locked(session)
    if current.is_canceled:
        raise ClassCanceled
    zone = time_zone or current.time_zone
    local = wall_clock(current.starts_at, current.time_zone)
    move = (first or local) - local
    length = timedelta(minutes=minutes) if minutes else current.ends_at - current.starts_at
    is_longer = length != current.ends_at - current.starts_at
    changed = {
        name: value
        for name, value in fields.items()
        if (getattr(current, name) or None) != (value or None)
    }
    rows = _with_following(current) if following else [current]
    for row in rows:
        row.cohort.course = course
        span = length if is_longer or row.pk == current.pk else row.ends_at - row.starts_at
        _apply(row, move=move, zone=zone, length=span, venue=venue, by=by, fields=changed)
    return rows


def _apply(
    row: ClassSession,
    *,
    move: timedelta,
    zone: str,
    length: timedelta,
    venue: Venue | None,
    by: User,
    fields: dict[str, Any],
) -> None:
    starts_at = shifted(row.starts_at, move, row.time_zone, zone)
    event_before = row.event
    changes = assign(
        row, {**fields, "starts_at": starts_at, "ends_at": starts_at + length, "time_zone": zone}
    )
    _house(row, venue, by)
    if row.event != event_before:
        changes["event"] = [str(event_before or ""), str(row.event or "")]
    if not changes:
        return
    row.sequence += bool(changes.keys() & FOLLOWED)
    row.changed_at = timezone.now()
    row.save()
    _abandon(event_before if row.event != event_before else None, by, reason="")
    record(
        course=row.cohort.course,
        by=by,
        action="class_changed",
        target=row.title,
        changes=changes,
    )


@transaction.atomic
def cancel_class(
    *, session: ClassSession, by: User, reason: str = "", following: bool = False
) -> list[ClassSession]:
    """It does not take place; its people are told. What was written of attendance stays, and counts
    no more. Repeatable: the first reason stands."""
    course = lock_course(session.cohort.course)
    current = _locked(session)
    if current.is_canceled:
        return []
    rows = _with_following(current) if following else [current]
    for row in rows:
        row.canceled_at = row.changed_at = timezone.now()
        row.cancel_reason = reason
        row.sequence += 1
        row.save(update_fields=["canceled_at", "changed_at", "cancel_reason", "sequence"])
        _abandon(row.event, by, reason=reason)
        record(course=course, by=by, action="class_canceled", target=row.title)
    session.refresh_from_db()
    return rows


@transaction.atomic
def move_upcoming(*, cohort: Cohort, by: User, move: timedelta, at: datetime) -> list[ClassSession]:
    """All classes of a run that are still to come, by `move` on the wall clock: the run was moved."""
    rows = list(_lockable().filter(cohort=cohort).standing().filter(starts_at__gt=at))
    for row in rows:
        row.cohort.course = cohort.course
        length = row.ends_at - row.starts_at
        _apply(row, move=move, zone=row.time_zone, length=length, venue=None, by=by, fields={})
    return rows


def _lockable() -> ClassSessionQuerySet:
    rows = ClassSession.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("cohort", "event__venue", "event__chapter").order_by("pk")


def _locked(session: ClassSession) -> ClassSession:
    return _lockable().get(pk=session.pk)


def _with_following(session: ClassSession) -> list[ClassSession]:
    """`session`, and what was planned with it, comes later and stands."""
    if session.series_id is None:
        return [session]
    later = _lockable().standing().filter(series=session.series_id)
    return [session, *later.filter(starts_at__gt=session.starts_at)]


def _house(session: ClassSession, venue: Venue | None, by: User) -> None:
    """Give a class at a venue its event, or bring the one it has up to date; take it from one that
    is online. `venue` None: where it is now."""
    if session.is_online:
        session.event = None
        return
    session.join_url = ""
    chapter = session.cohort.course.chapter
    venue = venue or (session.event.venue if session.event else None)
    if venue is None:
        raise VenueMissing
    if venue.chapter_id != chapter.pk:
        raise NotOfThisCourse
    fields = _event_fields(session, venue)
    if session.event is None:
        event = create_event(chapter=chapter, by=by, is_listed=False, **fields)
        session.event = event if event.is_over() else publish_event(event=event, by=by)
    else:
        version = Event.objects.values_list("version", flat=True).get(pk=session.event.pk)
        session.event = update_event(event=session.event, by=by, version=version, **fields)


def _event_fields(session: ClassSession, venue: Venue) -> dict[str, Any]:
    """An event's title says which course it belongs to: it stands alone on tickets and in mails."""
    course = session.cohort.course
    titles = {name: _joined(getattr(course, name), getattr(session, name)) for name in TITLES}
    return titles | {
        "venue": venue,
        "start_at": session.starts_at,
        "end_at": session.ends_at,
        "time_zone": session.time_zone,
    }


def _joined(course: str | None, title: str | None) -> str:
    return ": ".join(part for part in (course, title) if part)[:160] if title else ""


def _abandon(event: Event | None, by: User, *, reason: str) -> None:
    """The event of a class that was canceled, or is online by now. One that is over stays."""
    if event is not None and event.is_published and not event.is_over():
        cancel_event(event=event, by=by, reason=reason)
