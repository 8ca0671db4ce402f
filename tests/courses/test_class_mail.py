"""What people with a seat are told of their classes: by state, once, in their words and hours."""

from datetime import timedelta
from email import message_from_bytes

import icalendar
import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from courses import jobs
from courses.models import ClassNotice, ClassSession, Enrollment
from courses.services import classes
from tests.factories.accounts import UserFactory
from tests.factories.classes import ClassSessionFactory
from tests.factories.courses import CohortFactory, EnrollmentFactory
from tests.factories.events import EventFactory

pytestmark = pytest.mark.django_db

LONG_AGO = timezone.now() - timedelta(days=30)


@pytest.fixture
def cohort():
    return CohortFactory(dated=True)


def seat_of(cohort, **fields) -> Enrollment:
    return EnrollmentFactory(cohort=cohort, granted_at=LONG_AGO, **fields)


def planned(cohort, hours=72, **fields) -> ClassSession:
    """A class in so many hours, written down a while ago."""
    starts_at = timezone.now() + timedelta(hours=hours)
    fields = {"changed_at": LONG_AGO} | fields
    return ClassSessionFactory(cohort=cohort, starts_at=starts_at, **fields)


def rested() -> None:
    """The pen of the lecturer has rested."""
    ClassSession.objects.update(changed_at=LONG_AGO)


def entries(message) -> list[icalendar.Event]:
    """The calendar entries of a mail, with the method of their file as `method`."""
    found = []
    for part in message_from_bytes(message.message().as_bytes()).walk():
        if part.get_content_type() == "text/calendar":
            calendar = icalendar.Calendar.from_ical(part.get_payload(decode=True))
            [entry] = calendar.walk("VEVENT")
            entry.method = str(calendar["METHOD"])
            assert entry.method in part["Content-Type"]
            found.append(entry)
    return found


def sent():
    """The mails that the clock sends now."""
    mail.outbox.clear()
    jobs.send_class_mail()
    return list(mail.outbox)


def test_a_plan_reaches_everybody_once_in_one_mail_with_all_its_entries(cohort):
    sessions = [planned(cohort, hours) for hours in (72, 96, 120)]
    seats = [seat_of(cohort), seat_of(cohort)]

    mails = sent()

    assert sorted(message.to[0] for message in mails) == sorted(seat.email for seat in seats)
    [found, _other] = [entries(message) for message in mails]
    assert [(entry.method, entry["SEQUENCE"]) for entry in found] == [("REQUEST", 0)] * 3
    assert [entry["DTSTART"].dt for entry in found] == [
        session.starts_at.replace(microsecond=0) for session in sessions
    ]
    assert sent() == []


def test_who_enrolls_late_hears_of_all_that_is_to_come_and_only_they(cohort):
    ClassSessionFactory(cohort=cohort, held=True)
    planned(cohort, 72), planned(cohort, 96)
    seat_of(cohort)
    sent()

    late = EnrollmentFactory(cohort=cohort)

    [message] = sent()
    assert message.to == [late.email]
    assert len(entries(message)) == 2


def test_a_moved_class_replaces_the_entry_and_a_canceled_one_takes_it_out(cohort):
    session, by = planned(cohort, 240), UserFactory()
    seat_of(cohort)
    [first] = entries(sent()[0])

    moved_to = (session.starts_at + timedelta(days=1)).replace(tzinfo=None)
    classes.change_class(session=session, by=by, first=moved_to, time_zone="UTC")
    rested()
    [moved] = entries(sent()[0])
    classes.cancel_class(session=session, by=by, reason="ill")
    rested()
    [message] = sent()
    [canceled] = entries(message)

    assert {first["UID"], moved["UID"], canceled["UID"]} == {first["UID"]}
    assert [each["SEQUENCE"] for each in (first, moved, canceled)] == [0, 1, 2]
    assert [each.method for each in (first, moved, canceled)] == ["REQUEST", "REQUEST", "CANCEL"]
    assert (canceled["STATUS"], "ill" in message.body) == ("CANCELLED", True)
    assert "/join/" not in message.body
    assert sent() == []


def test_while_a_lecturer_writes_nobody_is_mailed_unless_it_is_soon(cohort):
    planned(cohort, 72, changed_at=timezone.now())
    seat_of(cohort)
    assert sent() == []

    soon = planned(cohort, 2, changed_at=timezone.now())

    [message] = sent()
    assert soon.title in message.body


def test_who_never_heard_of_a_class_does_not_hear_that_it_is_canceled(cohort):
    planned(cohort, canceled_at=LONG_AGO)
    seat_of(cohort)

    assert sent() == []


def test_each_reads_it_in_their_language_and_by_their_clocks(cohort):
    session = planned(cohort)
    berlin = UserFactory(language="en", time_zone="Europe/Berlin")
    shanghai = UserFactory(language="zh-hans", time_zone="Asia/Shanghai")
    seat_of(cohort, user=berlin), seat_of(cohort, user=shanghai)

    bodies = {message.to[0]: message.body for message in sent()}

    assert f"Hello {berlin.name}," in bodies[berlin.email]
    assert "For you: " in bodies[berlin.email]
    assert session.title_zh_hans in bodies[shanghai.email]
    assert "Europe/Berlin" not in bodies[shanghai.email]


def test_a_person_with_two_seats_gets_one_mail(cohort):
    planned(cohort)
    user = UserFactory()
    seat_of(cohort, user=user), seat_of(cohort, user=user)

    assert len(sent()) == 1


def test_who_lost_the_seat_hears_no_more(cohort):
    session, seat = planned(cohort, 72), seat_of(cohort)
    sent()
    Enrollment.objects.filter(pk=seat.pk).update(status="canceled", ended_at=timezone.now())
    ClassSession.objects.filter(pk=session.pk).update(sequence=1)

    assert sent() == []


def test_the_link_in_the_mail_is_the_learners_own(cohort):
    session = planned(cohort, 0.1)
    seat = seat_of(cohort)
    [message] = sent()[:1]
    [url] = {word for word in message.body.split() if "/join/" in word}

    Client().post(url)

    assert [row.user for row in session.attendance.all()] == [seat.user]


def reminders() -> list[str]:
    return [notice.kind for notice in ClassNotice.objects.order_by("pk") if "before" in notice.kind]


def test_reminders_come_a_day_and_an_hour_before_once(cohort):
    session = planned(cohort, 23)
    seat_of(cohort)
    sent(), sent()
    assert reminders() == ["day_before"]

    ClassSession.objects.update(
        starts_at=timezone.now() + timedelta(minutes=50),
        ends_at=timezone.now() + timedelta(minutes=140),
    )
    [message] = sent()
    sent()

    assert reminders() == ["day_before", "hour_before"]
    assert session.title in message.subject
    assert entries(message) == []


def test_who_enrolled_a_moment_ago_needs_no_reminder(cohort):
    planned(cohort, 23)
    EnrollmentFactory(cohort=cohort)

    assert len(sent()) == 1  # the plan itself
    assert reminders() == []


def test_a_class_that_moved_is_reminded_of_anew(cohort):
    planned(cohort, 23)
    seat_of(cohort)
    sent()

    ClassNotice.objects.update(sent_at=timezone.now() - timedelta(days=7))
    ClassSession.objects.update(sequence=1)
    sent()

    assert reminders() == ["day_before", "day_before"]


def test_a_class_at_a_venue_is_left_to_its_tickets(cohort):
    event = EventFactory(chapter=cohort.course.chapter)
    planned(cohort, 23, place="venue", event=event, join_url="")
    seat_of(cohort)

    assert sent() == []


def test_a_claim_whose_worker_died_is_taken_over(cohort):
    session, seat = planned(cohort), seat_of(cohort)
    claim = ClassNotice.objects.create(session=session, email=seat.email, kind="planned")
    assert sent() == []

    ClassNotice.objects.filter(pk=claim.pk).update(claimed_at=LONG_AGO)

    assert len(sent()) == 1


def test_what_is_owed_costs_the_same_for_one_learner_and_for_three(
    cohort, django_assert_num_queries
):
    planned(cohort), planned(cohort)
    seat_of(cohort)
    sent()
    for count in (1, 3):
        for _ in range(count - 1):
            seat_of(cohort)
        sent()
        with django_assert_num_queries(5):
            jobs.send_class_mail()
