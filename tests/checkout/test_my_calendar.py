from datetime import timedelta

import icalendar
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import CalendarFeed
from accounts.services import renew_calendar, revoke_calendar
from tests.courses.test_views_classes import signed_in
from tests.courses.world import published_course
from tests.factories.accounts import UserFactory
from tests.factories.classes import ClassSessionFactory
from tests.factories.courses import CohortFactory, EnrollmentFactory
from tests.factories.events import EventFactory
from tests.factories.orders import OrderFactory, OrderLineFactory
from tests.factories.ticketing import TicketFactory, TicketTypeFactory
from tests.factories.work import AssignmentDueFactory
from ticketing.models import TicketStatus

pytestmark = pytest.mark.django_db

PAGE = "/calendar/"


@pytest.fixture
def person():
    return UserFactory(language="en")


def feed(person):
    token = CalendarFeed.objects.get(user=person).token
    return Client().get(reverse("checkout:calendar-feed", args=[token]))


def entries(person) -> list[tuple[str, str]]:
    calendar = icalendar.Calendar.from_ical(feed(person).content)
    return sorted(
        (str(each["SUMMARY"]), str(each.get("STATUS", ""))) for each in calendar.walk("VEVENT")
    )


def ticket_of(person, event, **fields):
    order = OrderFactory(chapter=event.chapter, placed_by=person, email=person.email, paid=True)
    kind = TicketTypeFactory(event=event)
    line = OrderLineFactory(order=order)
    return TicketFactory(ticket_type=kind, order_line=line, **fields)


def test_it_holds_tickets_classes_and_what_is_due_and_nobody_elses(person):
    renew_calendar(user=person)
    event = EventFactory(title_en="Meetup")
    ticket_of(person, event, status=TicketStatus.VALID)
    ticket_of(
        person,
        EventFactory(title_en="Not mine"),
        status=TicketStatus.CANCELED,
        canceled_at=timezone.now(),
    )
    cohort = CohortFactory(dated=True, course__title_en="Course")
    EnrollmentFactory(cohort=cohort, user=person)
    ClassSessionFactory(cohort=cohort, title_en="First")
    ClassSessionFactory(cohort=cohort, title_en="Off", canceled_at=timezone.now())
    ClassSessionFactory(title_en="Of others")

    assert entries(person) == [
        ("Course: First", "CONFIRMED"),
        ("Course: Off", "CANCELLED"),
        ("Meetup", "CONFIRMED"),
    ]


def test_it_is_as_new_as_the_moment_it_is_asked(person):
    renew_calendar(user=person)
    seat = EnrollmentFactory(cohort=CohortFactory(dated=True), user=person)
    assert entries(person) == []

    session = ClassSessionFactory(cohort=seat.cohort)
    assert len(entries(person)) == 1
    session.starts_at = session.ends_at = timezone.now() - timedelta(days=200)
    session.starts_at -= timedelta(hours=1)
    session.save()

    assert entries(person) == []


def test_its_address_is_made_renewed_and_ended_by_its_person(person):
    client = signed_in(person)
    assert client.get(PAGE).context["feed"] is None

    client.post(PAGE, {"do": "renew"})
    first = CalendarFeed.objects.get().token
    client.post(PAGE, {"do": "renew"})
    second = CalendarFeed.objects.get().token
    assert [Client().get(f"/calendar/{token}/my.ics").status_code for token in (first, second)] == [
        404,
        200,
    ]
    client.post(PAGE, {"do": "revoke"})

    assert Client().get(f"/calendar/{second}/my.ics").status_code == 404
    revoke_calendar(user=person)


def test_a_closed_account_shows_nothing(person):
    renew_calendar(user=person)
    person.is_active = False
    person.save()

    assert feed(person).status_code == 404


def test_what_is_due_is_in_it(person):
    renew_calendar(user=person)
    course = published_course(lessons=1)
    cohort = course.cohorts.get()
    EnrollmentFactory(cohort=cohort, user=person, granted_at=timezone.now() - timedelta(days=1))
    AssignmentDueFactory(assignment__course=course, assignment__title_en="Essay", cohort=cohort)

    assert entries(person) == [("Due: Essay", "")]
