from datetime import timedelta

import pytest
from django.utils import timezone

from courses.models import SubmissionStatus
from courses.queries import work
from courses.queries.access import course_access
from courses.queries.handing_in import tasks
from tests.courses.work import hand_in
from tests.courses.world import enroll, lesson_of, published_course
from tests.factories.accounts import UserFactory
from tests.factories.courses import CohortFactory, EnrollmentFactory
from tests.factories.work import (
    AssignmentDueFactory,
    AssignmentFactory,
    QuizAttemptFactory,
    QuizVersionFactory,
    SubmissionFactory,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def course():
    return published_course(2)


def test_counts_are_of_required_work_that_learners_have(course):
    seat = enroll(course)
    required = AssignmentFactory(course=course)
    AssignmentFactory(course=course, published_at=None)
    AssignmentFactory(course=course, archived_at=timezone.now())
    optional = AssignmentFactory(course=course, is_required=False)
    for assignment in (required, optional):
        SubmissionFactory(
            assignment=assignment,
            user=seat.user,
            cohort=seat.cohort,
            status=SubmissionStatus.ACCEPTED,
        )

    assert work.required_count(course) == 1
    assert work.accepted_required(seat.cohort) == {seat.user.pk: 1}


def test_what_was_accepted_in_an_earlier_run_counts_in_the_next(course):
    seat = enroll(course)
    assignment = AssignmentFactory(course=course)
    SubmissionFactory(assignment=assignment, user=seat.user, cohort=seat.cohort, status="accepted")
    again = EnrollmentFactory(cohort=CohortFactory(course=course, dated=True), user=seat.user)
    stranger = EnrollmentFactory(cohort=again.cohort)

    assert work.accepted_required(again.cohort) == {seat.user.pk: 1}
    assert stranger.user.pk not in work.accepted_required(again.cohort)


def test_passed_quizzes_count_once_however_often_they_were_passed(course):
    seat = enroll(course)
    version = QuizVersionFactory(quiz__course=course)
    for number in (1, 2):
        QuizAttemptFactory(version=version, user=seat.user, number=number, passed=True)
    other = QuizVersionFactory(quiz__course=course)
    QuizAttemptFactory(version=other, user=seat.user, failed=True)

    assert work.required_quizzes(course) == 2
    assert work.passed_required(seat.cohort) == {seat.user.pk: 1}


def test_what_waits_comes_oldest_first(course, django_assert_num_queries):
    assignment, now = AssignmentFactory(course=course), timezone.now()
    newer = SubmissionFactory(assignment=assignment, cohort=course.cohorts.get(), submitted_at=now)
    older = SubmissionFactory(assignment=assignment, cohort=newer.cohort, submitted_at=now - DAY)
    SubmissionFactory(assignment=assignment, cohort=newer.cohort, status="revise")
    SubmissionFactory(assignment=assignment, cohort=newer.cohort, draft=True)
    SubmissionFactory()

    with django_assert_num_queries(1):
        assert [str(one.user) for one in work.waiting(course)] == [
            str(older.user),
            str(newer.user),
        ]


def test_of_several_runs_the_date_that_gives_most_time_holds(course):
    seat = enroll(course)
    later = EnrollmentFactory(cohort=CohortFactory(course=course, dated=True), user=seat.user)
    assignment, now = AssignmentFactory(course=course), timezone.now()
    AssignmentDueFactory(assignment=assignment, cohort=seat.cohort, due_at=now + DAY)
    due = AssignmentDueFactory(assignment=assignment, cohort=later.cohort, due_at=now + 2 * DAY)

    assert [(date.due, date.is_done) for date in work.due_dates(seat.user, at=now)] == [
        (due, False)
    ]


def test_due_dates_are_of_what_is_open_and_say_what_is_done(course):
    seat, now = enroll(course), timezone.now()
    assignment = AssignmentFactory(course=course)
    AssignmentDueFactory(assignment=assignment, cohort=seat.cohort)
    other = AssignmentFactory(course=course, lesson=lesson_of(course, 1))
    AssignmentDueFactory(assignment=other, cohort=seat.cohort, due_at=now + DAY)
    AssignmentDueFactory(
        assignment=AssignmentFactory(course=course, published_at=None), cohort=seat.cohort
    )
    AssignmentDueFactory()
    hand_in(assignment, seat.user, seat.cohort)

    dates = work.due_dates(seat.user, at=now)

    assert [(date.assignment, date.is_done) for date in dates] == [
        (other, False),
        (assignment, True),
    ]
    assert work.due_dates(UserFactory(), at=now) == []


@pytest.mark.parametrize("count", [1, 3])
def test_due_dates_and_tasks_ask_as_much_for_many_as_for_one(
    course, count, django_assert_num_queries
):
    seat, now = enroll(course), timezone.now()
    for _ in range(count):
        due = AssignmentDueFactory(assignment__course=course, cohort=seat.cohort)
        hand_in(due.assignment, seat.user, seat.cohort)
    access = course_access(seat.user, course, now)

    with django_assert_num_queries(5):
        assert len(work.due_dates(seat.user, at=now)) == count
    with django_assert_num_queries(5):
        assert len(tasks(seat.user, course, access, now)) == count
