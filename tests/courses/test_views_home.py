"""A learner's home: what comes next, and what that costs."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from courses.models import ReleaseRule, SubmissionStatus
from courses.queries.home import ItemKind, home_of
from tests.courses.world import add_lesson, lesson_of, publish, published_course
from tests.factories.accounts import UserFactory
from tests.factories.classes import AnnouncementFactory, ClassSessionFactory
from tests.factories.courses import (
    CohortFactory,
    EnrollmentFactory,
    QuestionFactory,
    ReplyFactory,
)
from tests.factories.work import AssignmentDueFactory, SubmissionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def course():
    return published_course(slug="contracts")


@pytest.fixture
def cohort(course):
    return CohortFactory(course=course, dated=True)


@pytest.fixture
def lin(cohort):
    return enroll(cohort).user


def enroll(cohort, **fields):
    return EnrollmentFactory(
        cohort=cohort, granted_at=timezone.now() - timedelta(days=30), **fields
    )


def class_at(cohort, starts_at, **fields):
    ends_at = starts_at + timedelta(minutes=90)
    return ClassSessionFactory(cohort=cohort, starts_at=starts_at, ends_at=ends_at, **fields)


def due_at(cohort, at, **fields):
    return AssignmentDueFactory(
        assignment__course=cohort.course, cohort=cohort, due_at=at, **fields
    )


def shown(user, at):
    return [(item.kind, item.title) for item in home_of(user, at=at).items]


def test_only_who_signed_in_has_a_home(client):
    assert client.get("/learn/").headers["Location"].startswith("/accounts/login/")


def test_who_learns_nothing_is_shown_the_courses(client):
    client.force_login(UserFactory())

    assert b"You learn nothing here yet" in client.get("/learn/").content


def test_classes_work_and_lessons_stand_in_one_order(now, course, cohort, lin):
    add_lesson(course, 9, release=ReleaseRule.ON_DATE, release_at=now + timedelta(days=2))
    publish(course)
    class_at(cohort, now + timedelta(days=3), title_en="Third")
    class_at(cohort, now + timedelta(days=1), title_en="First")
    class_at(cohort, now + timedelta(hours=1), canceled_at=now)
    class_at(CohortFactory(course=course, dated=True), now + timedelta(hours=1))
    due_at(cohort, now + timedelta(days=4), assignment__title_en="Fourth")

    assert shown(lin, now) == [
        (ItemKind.CLASS, "First"),
        (ItemKind.LESSON, "Lesson 9"),
        (ItemKind.CLASS, "Third"),
        (ItemKind.WORK, "Fourth"),
    ]


def test_work_is_gone_once_handed_in_and_back_when_it_is_to_be_revised(now, cohort, lin):
    due = due_at(cohort, now - timedelta(days=1), assignment__title_en="Essay")
    late = home_of(lin, at=now).items[0]
    hand_in = SubmissionFactory(assignment=due.assignment, cohort=cohort, user=lin)
    waiting = shown(lin, now)
    hand_in.status = SubmissionStatus.REVISE
    hand_in.save()

    assert (late.kind, late.is_late) == (ItemKind.WORK, True)
    assert waiting == []
    assert shown(lin, now) == [(ItemKind.REVISE, "Essay")]


def test_work_that_is_taken_no_more_or_not_open_yet_is_not_asked_for(now, course, cohort, lin):
    later = add_lesson(course, 9, release=ReleaseRule.ON_DATE, release_at=now + timedelta(days=60))
    publish(course)
    due_at(cohort, now - timedelta(days=1), takes_late=False)
    due_at(cohort, now + timedelta(days=1), assignment__lesson=later)
    due_at(cohort, now + timedelta(days=1), assignment__published_at=None)

    assert shown(lin, now) == []


def test_of_two_runs_the_one_that_gives_more_time_counts(now, course, cohort, lin):
    other = enroll(CohortFactory(course=course, dated=True), user=lin).cohort
    due = due_at(cohort, now + timedelta(days=1))
    AssignmentDueFactory(assignment=due.assignment, cohort=other, due_at=now + timedelta(days=5))

    assert [item.at for item in home_of(lin, at=now).items] == [now + timedelta(days=5)]


def test_the_class_that_is_open_is_joined_from_here(client, now, cohort, lin):
    session = class_at(cohort, now + timedelta(minutes=5))
    client.force_login(lin)

    page = client.get("/learn/").content.decode()

    assert f"/classes/{session.public_id}/join/" in page


def test_times_are_the_readers_or_else_those_of_the_chapter(client, course, lin):
    client.force_login(lin)
    unset = client.get("/learn/").context["zone"]
    User.objects.filter(pk=lin.pk).update(time_zone="Europe/Berlin")

    assert unset == course.chapter.time_zone == "Asia/Shanghai"
    assert client.get("/learn/").context["zone"] == "Europe/Berlin"


def test_answers_announcements_and_lessons_that_opened_are_new(now, course, cohort, lin):
    add_lesson(course, 9, release=ReleaseRule.ON_DATE, release_at=now - timedelta(days=2))
    publish(course)
    asked = QuestionFactory(lesson=lesson_of(course, 1), user=lin)
    own = QuestionFactory(lesson=lesson_of(course, 1), user=lin)
    ReplyFactory(question=asked)
    ReplyFactory(question=own, user=lin)
    ReplyFactory(question=QuestionFactory(lesson=lesson_of(course, 1)))
    mine = AnnouncementFactory(course=course, cohort=cohort)
    AnnouncementFactory(course=course, cohort=CohortFactory(course=course, dated=True))
    AnnouncementFactory(course=course, removed_at=now)

    home = home_of(lin, at=now)

    assert home.answered == [asked]
    assert [lesson.slug for _course, lesson in home.new_lessons] == ["lesson-9"]
    assert home.announcements == [mine]


def test_home_asks_the_same_queries_for_one_course_and_for_three(client, now, lin, cohort):
    client.force_login(lin)
    counts = []
    for course in (cohort.course, published_course(), published_course()):
        run = cohort if course == cohort.course else CohortFactory(course=course, dated=True)
        if run != cohort:
            enroll(run, user=lin)
        class_at(run, now + timedelta(days=1))
        class_at(run, now + timedelta(days=2))
        due_at(run, now + timedelta(days=1))
        SubmissionFactory(
            assignment=due_at(run, now).assignment,
            cohort=run,
            user=lin,
            status=SubmissionStatus.REVISE,
        )
        ReplyFactory(question=QuestionFactory(lesson=lesson_of(course, 1), user=lin))
        AnnouncementFactory(course=course)
        with CaptureQueriesContext(connection) as queries:
            client.get("/learn/")
        counts.append(len(queries))

    assert counts == [10, 10, 10]
