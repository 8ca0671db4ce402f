"""Events as iCalendar (RFC 5545, RFC 5546).

Instants are written in UTC: readers disagree about VTIMEZONE in zones with daylight saving,
nobody disagrees about UTC. `X-WR-TIMEZONE` says in which zone to show them.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from typing import NamedTuple
from uuid import UUID, uuid5

import icalendar
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from community.models import Chapter
from events.models import AttendanceMode, Event

NAMESPACE = UUID("6f0c2a52-6f3b-5d0e-9d53-6c0b5a2a7a11")  # any fixed one: it makes UIDs ours
REFRESH = timedelta(hours=1)


class Guest(NamedTuple):
    """Whose calendar an entry goes to."""

    email: str
    name: str


def entry_uid(event: Event, guest: Guest | None = None) -> str:
    """The same for one person and event, whatever is sent about it, under any host name."""
    return str(uuid5(NAMESPACE, f"{event.public_id}:{guest.email.lower() if guest else ''}"))


def public_calendar(
    events: Iterable[Event], *, name: str, time_zone: str = "", stamp: datetime | None = None
) -> bytes:
    """What anyone may subscribe to or keep; it holds no link to join."""
    calendar = subscription(name, time_zone)
    for event in events:
        calendar.add_component(event_entry(event, stamp=stamp or timezone.now()))
    return calendar.to_ical()


def guest_calendar(event: Event, *, guest: Guest, method: str = "") -> bytes:
    """The entry of one ticket holder, with the link to join.

    `method` is PUBLISH to add it by hand; by default REQUEST, and CANCEL when the event was
    canceled. The UID stays, the SEQUENCE grows: a calendar replaces what it had.
    """
    method = "CANCEL" if event.is_canceled else method or "REQUEST"
    calendar = empty_calendar(method, event.time_zone)
    calendar.add_component(event_entry(event, stamp=timezone.now(), guest=guest))
    return calendar.to_ical()


def subscription(name: str, time_zone: str = "") -> icalendar.Calendar:
    """An empty one that is asked for again and again."""
    calendar = empty_calendar("PUBLISH", time_zone)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", icalendar.vDuration(REFRESH))
    return calendar


def empty_calendar(method: str, time_zone: str) -> icalendar.Calendar:
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//ChainONE//Events//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if time_zone:
        calendar.add("x-wr-timezone", time_zone)
    return calendar


def event_entry(event: Event, *, stamp: datetime, guest: Guest | None = None) -> icalendar.Event:
    entry = icalendar.Event()
    entry.add("uid", entry_uid(event, guest))
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", stamp.astimezone(UTC))
    entry.add("dtstart", event.start_at.astimezone(UTC))
    entry.add("dtend", event.end_at.astimezone(UTC))
    entry.add("summary", event.title)
    entry.add("location", _location(event, guest))
    entry.add("description", _description(event, guest))
    entry.add("url", f"{settings.SITE_URL}{event.get_absolute_url()}")
    entry.add("status", "CANCELLED" if event.is_canceled else "CONFIRMED")
    entry.add("transp", "TRANSPARENT" if event.is_canceled else "OPAQUE")
    if guest:
        entry.add("organizer", organizer(event.chapter))
        entry.add("attendee", attendee(guest))
    return entry


def _location(event: Event, guest: Guest | None) -> str:
    if event.venue and event.attendance_mode != AttendanceMode.ONLINE:
        return f"{event.venue.name}, {event.venue.address}"
    return _join_url(event, guest) or _("Online")


def _join_url(event: Event, guest: Guest | None) -> str:
    return event.online_url if guest and not event.is_canceled else ""


def _description(event: Event, guest: Guest | None) -> str:
    parts = [event.summary]
    if join_url := _join_url(event, guest):
        parts.append(_("Join online: %(url)s") % {"url": join_url})
    if event.is_canceled and event.cancel_reason:
        parts.append(event.cancel_reason)
    return "\n\n".join(filter(None, [*parts, f"{settings.SITE_URL}{event.get_absolute_url()}"]))


def organizer(chapter: Chapter) -> icalendar.vCalAddress:
    address = chapter.contact_email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    found = icalendar.vCalAddress(f"mailto:{address}")
    found.params["CN"] = icalendar.vText(chapter.name)
    return found


def attendee(guest: Guest) -> icalendar.vCalAddress:
    found = icalendar.vCalAddress(f"mailto:{guest.email}")
    found.params["CN"] = icalendar.vText(guest.name)
    found.params["ROLE"] = icalendar.vText("REQ-PARTICIPANT")
    found.params["PARTSTAT"] = icalendar.vText("ACCEPTED")
    found.params["RSVP"] = icalendar.vText("FALSE")
    return found
