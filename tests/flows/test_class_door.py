"""A class at a venue: seats become tickets, tickets become admissions, admissions attendance."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.utils import timezone

from checkout import jobs
from courses.models import Attendance, AttendanceSource, ClassPlace, ClassSession, Enrollment
from courses.services import attendance, classes, enrolling
from tests.courses.world import published_course
from tests.factories.accounts import UserFactory
from tests.factories.courses import CohortFactory
from tests.factories.events import VenueFactory
from ticketing.models import CheckIn, Ticket, TicketStatus
from ticketing.services import door

pytestmark = pytest.mark.django_db


@pytest.fixture
def session() -> ClassSession:
    """Begins in an hour."""
    course = published_course(lessons=1)
    cohort = CohortFactory(course=course, dated=True)
    first = (timezone.now() + timedelta(hours=1)).replace(tzinfo=None)
    [planned] = classes.plan_classes(
        cohort=cohort,
        by=UserFactory(),
        first=first,
        minutes=90,
        time_zone="UTC",
        place=ClassPlace.VENUE,
        venue=VenueFactory(chapter=course.chapter),
        title_en="Hands on",
    )
    return planned


def enroll(session, **person) -> Enrollment:
    person = person or {"user": UserFactory()}
    return enrolling.grant_seat(cohort=session.cohort, **person)


def tickets(session) -> list[tuple[str, str]]:
    rows = Ticket.objects.filter(event=session.event).order_by("pk")
    return list(rows.values_list("order_line__order__email", "status"))


def admit(session, seat) -> CheckIn:
    ticket = Ticket.objects.get(order_line__order__email=seat.email, status=TicketStatus.VALID)
    scan = {"code": ticket.label, "nonce": str(uuid4()), "by": UserFactory()}
    return door.check_in(event=session.event, **scan)


def test_everybody_with_a_seat_has_one_free_ticket(session, django_capture_on_commit_callbacks):
    seats = [enroll(session), enroll(session, email="lin@example.com", name="Lin")]
    mail.outbox.clear()

    with django_capture_on_commit_callbacks(execute=True):
        jobs.seat_classes()
        jobs.seat_classes()

    assert sorted(tickets(session)) == sorted((seat.email, "valid") for seat in seats)
    assert {ticket.ticket_type.is_public for ticket in Ticket.objects.all()} == {False}
    assert sorted(message.to[0] for message in mail.outbox) == sorted(seat.email for seat in seats)


def test_who_enrolls_late_gets_one_and_who_has_two_seats_no_second(session):
    jobs.seat_classes()
    seat = enroll(session)
    enrolling.invite(cohort=session.cohort, email="x@example.com", language="en", by=seat.user)
    invitation = session.cohort.invitations.get()
    enrolling.accept_invitation(invitation=invitation, user=seat.user, at=timezone.now())

    jobs.seat_classes()

    assert tickets(session) == [(seat.email, "valid")]


def test_the_ticket_ends_with_the_seat_and_comes_back_with_a_new_one(session):
    user = UserFactory()
    seat = enroll(session, user=user)
    jobs.seat_classes()

    enrolling.end_seat(enrollment=seat)
    jobs.seat_classes()
    assert tickets(session) == [(user.email, "canceled")]
    enroll(session, user=user)
    jobs.seat_classes()

    assert tickets(session) == [(user.email, "canceled"), (user.email, "valid")]


def test_a_canceled_class_gives_no_tickets(session):
    classes.cancel_class(session=session, by=UserFactory())
    enroll(session)

    jobs.seat_classes()

    assert tickets(session) == []


def test_whom_the_door_admits_was_there_once(session):
    seat, absent = enroll(session), enroll(session)
    jobs.seat_classes()
    check_in = admit(session, seat)

    jobs.note_door_attendance()
    jobs.note_door_attendance()

    [row] = Attendance.objects.all()
    assert (row.user, row.source, row.at) == (seat.user, AttendanceSource.DOOR, check_in.at)
    assert absent.user not in [each.user for each in Attendance.objects.all()]


def test_an_admission_that_was_undone_takes_its_row_back(session):
    seat = enroll(session)
    jobs.seat_classes()
    check_in = admit(session, seat)
    jobs.note_door_attendance()

    door.undo_check_in(check_in=check_in, by=UserFactory())
    jobs.note_door_attendance()
    assert Attendance.objects.standing().count() == 0
    admit(session, seat)
    jobs.note_door_attendance()

    assert (Attendance.objects.count(), Attendance.objects.standing().count()) == (2, 1)


def test_what_a_lecturer_took_back_is_not_written_again(session):
    seat = enroll(session)
    jobs.seat_classes()
    admit(session, seat)
    jobs.note_door_attendance()

    attendance.withdraw(row=Attendance.objects.get(), by=UserFactory())
    jobs.note_door_attendance()

    assert Attendance.objects.standing().count() == 0
    assert Attendance.objects.count() == 1


def test_attendance_stays_when_the_seat_ends(session):
    seat = enroll(session)
    jobs.seat_classes()
    admit(session, seat)
    jobs.note_door_attendance()

    enrolling.end_seat(enrollment=seat)
    jobs.seat_classes()
    jobs.note_door_attendance()

    assert [row.user for row in Attendance.objects.standing()] == [seat.user]
    assert tickets(session) == [(seat.email, "valid")]  # it has admitted already
