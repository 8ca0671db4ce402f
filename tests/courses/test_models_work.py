from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from courses.models import (
    TRANSIT,
    Assignment,
    AssignmentDue,
    QuizAttempt,
    QuizVersion,
    Submission,
    SubmissionStatus,
)
from tests.factories.courses import CohortFactory
from tests.factories.work import (
    AssignmentDueFactory,
    AssignmentFactory,
    QuizAttemptFactory,
    QuizVersionFactory,
    SubmissionFactory,
)

pytestmark = pytest.mark.django_db
DUE = datetime(2036, 3, 3, 11, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_assignment_takes_something():
    assignment = AssignmentFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.filter(pk=assignment.pk).update(takes_text=False)


def test_live_assignments_are_published_and_not_archived():
    live = AssignmentFactory()
    AssignmentFactory(published_at=None)
    AssignmentFactory(archived_at=timezone.now())

    assert list(Assignment.objects.live()) == [live]


@pytest.mark.parametrize("grace", [0, 30])
def test_what_comes_a_second_after_the_grace_is_late(grace):
    due = AssignmentDue(due_at=DUE, grace_minutes=grace)
    last = DUE + timedelta(minutes=grace)

    assert not due.is_late(last)
    assert due.is_late(last + SECOND)


def test_run_has_one_due_date_for_an_assignment():
    due = AssignmentDueFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        AssignmentDueFactory(assignment=due.assignment, cohort=due.cohort)


@pytest.mark.parametrize(
    "status", [SubmissionStatus.DRAFT, SubmissionStatus.SUBMITTED], ids=["draft", "waiting"]
)
def test_learner_has_one_draft_and_one_that_waits(status):
    first = SubmissionFactory(draft=status == SubmissionStatus.DRAFT)

    with pytest.raises(IntegrityError), transaction.atomic():
        SubmissionFactory(
            assignment=first.assignment,
            user=first.user,
            cohort=first.cohort,
            number=2,
            draft=status == SubmissionStatus.DRAFT,
        )


@pytest.mark.parametrize(
    "change", [{"submitted_at": None}, {"status": SubmissionStatus.DRAFT}, {"status": "lost"}]
)
def test_submission_says_when_it_was_handed_in(change):
    submission = SubmissionFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.filter(pk=submission.pk).update(**change)


def test_what_was_handed_in_keeps_its_assignment():
    submission = SubmissionFactory()

    with pytest.raises(ProtectedError):
        submission.assignment.delete()


def test_database_refuses_to_change_a_published_quiz():
    version = QuizVersionFactory()

    with transaction.atomic(), connection.cursor() as cursor:
        with pytest.raises(DatabaseError, match="what was published stays"):
            cursor.execute("UPDATE courses_quizversion SET content = '{}'")
        transaction.set_rollback(True)

    assert QuizVersion.objects.get(pk=version.pk).content == {"questions": []}


def test_learner_has_one_open_attempt():
    attempt = QuizAttemptFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        QuizAttemptFactory(version=attempt.version, user=attempt.user, number=2)


@pytest.mark.parametrize("change", [{"score": 5}, {"submitted_at": DUE}, {"is_passed": True}])
def test_attempt_is_judged_when_it_is_over(change):
    attempt = QuizAttemptFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        QuizAttempt.objects.filter(pk=attempt.pk).update(**change)


def test_attempt_is_over_once_nothing_can_be_on_its_way_any_more():
    attempt = QuizAttemptFactory(ends_at=DUE)
    QuizAttemptFactory(ends_at=None)

    assert list(QuizAttempt.objects.over(DUE + TRANSIT)) == []
    assert list(QuizAttempt.objects.over(DUE + TRANSIT + SECOND)) == [attempt]


def test_run_that_was_worked_in_is_not_deleted():
    cohort = CohortFactory()
    SubmissionFactory(assignment__course=cohort.course, cohort=cohort)

    with pytest.raises(ProtectedError):
        cohort.delete()
