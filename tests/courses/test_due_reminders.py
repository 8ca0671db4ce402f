from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.utils import timezone

from courses.jobs import send_due_reminders
from courses.models import AssignmentDue, DueReminder
from courses.services import due_reminders
from tests.courses.work import hand_in
from tests.courses.world import enroll, published_course
from tests.factories.accounts import UserFactory
from tests.factories.courses import CohortFactory, EnrollmentFactory
from tests.factories.work import AssignmentDueFactory, AssignmentFactory

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def seat():
    user = UserFactory(email="lin@example.com", language="en", time_zone="Europe/Berlin")
    return enroll(published_course(1), user)


@pytest.fixture
def due(seat):
    assignment = AssignmentFactory(course=seat.cohort.course, title_en="Draw a block")
    return AssignmentDueFactory(
        assignment=assignment, cohort=seat.cohort, due_at=timezone.now() + 5 * HOUR
    )


def told():
    return [(message.to, message.subject.split(":")[0]) for message in mail.outbox]


def test_who_has_not_handed_in_is_reminded_once(due):
    assert (send_due_reminders(), send_due_reminders()) == (1, 0)

    assert told() == [(["lin@example.com"], "Draw a block")]
    assert "Europe/Berlin" in mail.outbox[0].body


def test_date_that_moved_is_another_one(due):
    send_due_reminders()
    AssignmentDue.objects.update(due_at=due.due_at + HOUR)

    assert send_due_reminders() == 1


def test_who_has_handed_in_is_left_in_peace(due, seat):
    hand_in(due.assignment, seat.user, seat.cohort)

    assert send_due_reminders() == 0


@pytest.mark.parametrize("hours", [-1, 25])
def test_nobody_is_reminded_too_early_or_too_late(due, hours):
    AssignmentDue.objects.update(due_at=timezone.now() + hours * HOUR)

    assert send_due_reminders() == 0


def test_who_has_more_time_in_another_run_is_not_reminded_of_this_one(due, seat):
    again = EnrollmentFactory(
        cohort=CohortFactory(course=seat.cohort.course, dated=True), user=seat.user
    )
    AssignmentDueFactory(assignment=due.assignment, cohort=again.cohort)

    assert send_due_reminders() == 0


def test_seat_that_ended_owes_nothing(due, seat):
    seat.status, seat.ended_at = "canceled", timezone.now()
    seat.save(update_fields=["status", "ended_at"])

    assert send_due_reminders() == 0


def test_claim_that_nobody_finished_runs_out(due, seat):
    now = timezone.now()
    ((_due, learner),) = due_reminders.owed(now)
    assert due_reminders.claim(due, learner, now) is not None
    assert due_reminders.claim(due, learner, now) is None
    assert send_due_reminders() == 0

    DueReminder.objects.update(claimed_at=now - due_reminders.LEASE)

    assert send_due_reminders() == 1


def test_mail_server_that_is_down_is_asked_again(due, settings):
    settings.EMAIL_BACKEND = "tests.courses.test_due_reminders.Down"
    assert send_due_reminders() == 0
    assert not DueReminder.objects.exists()

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    assert send_due_reminders() == 1


class Down:
    """A mail server that hangs up."""

    def __init__(self, **options) -> None:
        pass

    def send_messages(self, messages) -> int:
        raise SMTPServerDisconnected
