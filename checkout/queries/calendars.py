"""Everything of one person's calendar: tickets' events, classes, and what they have to hand in."""

from datetime import UTC, datetime, timedelta
from uuid import uuid5

import icalendar
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from courses.calendars import class_entry
from courses.models import ClassPlace
from courses.queries.classes import classes_of
from courses.queries.work import DueDate, due_dates
from events.calendars import NAMESPACE, Guest, event_entry, subscription
from events.models import Event
from orders.models import Order, OrderStatus
from ticketing.models import Ticket

KEEPS_PAST = timedelta(days=90)
MOST = 500


def my_calendar(person: User, *, at: datetime) -> bytes:
    """In the active language. What was canceled stays in it, marked so; ten queries or so, whatever
    is in it."""
    calendar = subscription(_("My ChainONE"), person.time_zone)
    for event in _events(person, at - KEEPS_PAST):
        guest = Guest(person.email, person.name)
        calendar.add_component(event_entry(event, stamp=at, guest=guest))
    # at a venue the class is an event of a ticket
    online = classes_of(person, at).filter(place=ClassPlace.ONLINE, ends_at__gt=at - KEEPS_PAST)
    for session in online[:MOST]:
        page = settings.SITE_URL + session.get_absolute_url()
        calendar.add_component(class_entry(session, stamp=at, email=person.email, join_url=page))
    for due in due_dates(person, at=at):
        if due.due.due_at > at - KEEPS_PAST:
            calendar.add_component(_due_entry(person, due, at))
    return calendar.to_ical()


def _events(person: User, since: datetime) -> list[Event]:
    orders = Order.objects.of_person(person).filter(status=OrderStatus.PAID)
    tickets = Ticket.objects.valid().filter(order_line__order__in=orders).order_by()
    events = Event.objects.public().filter(pk__in=tickets.values("event"), end_at__gt=since)
    return list(events.select_related("chapter", "venue").order_by("start_at", "pk")[:MOST])


def _due_entry(person: User, due: DueDate, at: datetime) -> icalendar.Event:
    """A moment without a length; what is done already blocks nothing and says so."""
    course, row = due.assignment.course, due.due
    path = reverse("courses:assignment-detail", args=[course.slug, due.assignment.public_id])
    title = _("Due: %(title)s") % {"title": due.assignment.title}
    entry = icalendar.Event()
    entry.add("uid", str(uuid5(NAMESPACE, f"due:{row.pk}:{person.pk}")))
    entry.add("dtstamp", at.astimezone(UTC))
    entry.add("dtstart", row.due_at.astimezone(UTC))
    entry.add("dtend", row.due_at.astimezone(UTC))
    entry.add("summary", f"✓ {title}" if due.is_done else title)
    entry.add("description", course.title)
    entry.add("url", settings.SITE_URL + path)
    entry.add("transp", "TRANSPARENT")
    return entry
