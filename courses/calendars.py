"""Classes as iCalendar, by the same rules as events: instants in UTC, one UID for a person and class."""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import uuid5

import icalendar
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import ClassSession
from events.calendars import NAMESPACE, Guest, attendee, empty_calendar, organizer, subscription


def class_uid(session: ClassSession, email: str = "") -> str:
    return str(uuid5(NAMESPACE, f"class:{session.public_id}:{email.lower()}"))


def guest_calendar(session: ClassSession, *, guest: Guest, join_url: str) -> bytes:
    """One learner's entry: REQUEST, and CANCEL once the class was canceled. The UID stays, the
    SEQUENCE grows: a calendar replaces what it had."""
    calendar = empty_calendar("CANCEL" if session.is_canceled else "REQUEST", session.time_zone)
    entry = class_entry(session, stamp=timezone.now(), email=guest.email, join_url=join_url)
    entry.add("organizer", organizer(session.cohort.course.chapter))
    entry.add("attendee", attendee(guest))
    calendar.add_component(entry)
    return calendar.to_ical()


def course_calendar(
    sessions: Iterable[ClassSession], *, name: str, time_zone: str, stamp: datetime
) -> bytes:
    """What anyone may subscribe to; it holds no way into a class."""
    calendar = subscription(name, time_zone)
    for session in sessions:
        calendar.add_component(class_entry(session, stamp=stamp))
    return calendar.to_ical()


def class_entry(
    session: ClassSession, *, stamp: datetime, email: str = "", join_url: str = ""
) -> icalendar.Event:
    """`email`: whose entry it is; `join_url`: that person's way in."""
    course, is_canceled = session.cohort.course, session.is_canceled
    page = settings.SITE_URL + (session if email else course).get_absolute_url()
    entry = icalendar.Event()
    entry.add("uid", class_uid(session, email))
    entry.add("sequence", session.sequence)
    entry.add("dtstamp", stamp.astimezone(UTC))
    entry.add("dtstart", session.starts_at.astimezone(UTC))
    entry.add("dtend", session.ends_at.astimezone(UTC))
    entry.add("summary", f"{course.title}: {session.title}")
    entry.add("location", _location(session, join_url))
    entry.add("description", _description(session, join_url, page))
    entry.add("url", page)
    entry.add("status", "CANCELLED" if is_canceled else "CONFIRMED")
    entry.add("transp", "TRANSPARENT" if is_canceled else "OPAQUE")
    return entry


def _location(session: ClassSession, join_url: str) -> str:
    if session.event and session.event.venue:
        return f"{session.event.venue.name}, {session.event.venue.address}"
    return _("Online") if session.is_canceled else join_url or _("Online")


def _description(session: ClassSession, join_url: str, page: str) -> str:
    parts = []
    if join_url and not session.is_canceled:
        parts.append(_("Join online: %(url)s") % {"url": join_url})
    if session.is_canceled and session.cancel_reason:
        parts.append(session.cancel_reason)
    return "\n\n".join([*parts, page])
