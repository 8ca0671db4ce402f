"""Lessons that open after a class of the learner's run."""

from datetime import timedelta

import pytest
from django.utils import timezone

from courses.models import ReleaseRule
from courses.queries.access import Reason, can_view
from courses.queries.outline import published_outline
from courses.services import desk
from courses.services.cohorts import make_exception
from tests.courses.world import lesson_of, publish, published_course
from tests.factories.classes import ClassSessionFactory
from tests.factories.courses import CohortFactory, EnrollmentFactory

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def lesson():
    """Opens after the second class."""
    course = published_course(2)
    fields = {"release": ReleaseRule.AFTER_CLASS, "release_class": 2}
    desk.update_lesson(lesson=lesson_of(course, 2), **fields)
    publish(course)
    return lesson_of(course, 2)


def run_with(lesson, *starts, **fields):
    """A run of the lesson's course with classes that start then, and somebody who has a seat."""
    cohort = CohortFactory(course=lesson.course, dated=True)
    sessions = [ClassSessionFactory(cohort=cohort, starts_at=at, **fields) for at in starts]
    user = EnrollmentFactory(cohort=cohort, granted_at=timezone.now() - 900 * HOUR).user
    return user, sessions


def test_it_opens_when_that_class_is_over(lesson, now):
    user, [_first, second] = run_with(lesson, now - 48 * HOUR, now + 24 * HOUR)

    before, after = (can_view(user, lesson, at) for at in (now, second.ends_at))

    assert (before.reason, before.opens_at) == (Reason.LOCKED, second.ends_at)
    assert after.reason == Reason.OPEN


def test_each_run_waits_for_its_own_classes(lesson, now):
    early, _ = run_with(lesson, now - 48 * HOUR, now - 24 * HOUR)
    late, _ = run_with(lesson, now - 48 * HOUR, now + 24 * HOUR)

    verdicts = [can_view(user, lesson, now).reason for user in (early, late)]

    assert verdicts == [Reason.OPEN, Reason.LOCKED]


def test_a_canceled_class_does_not_count(lesson, now):
    user, sessions = run_with(lesson, now - 48 * HOUR, now - 24 * HOUR, now + 24 * HOUR)
    sessions[0].canceled_at = now
    sessions[0].save()

    assert can_view(user, lesson, now).opens_at == sessions[2].ends_at


def test_a_class_that_is_not_planned_yet_keeps_it_shut_without_a_date(lesson, now):
    user, _ = run_with(lesson, now - 48 * HOUR)

    verdict = can_view(user, lesson, now)

    assert (verdict.reason, verdict.opens_at) == (Reason.LOCKED, None)


def test_a_run_without_classes_waits_for_none(lesson, now):
    user, _ = run_with(lesson)

    assert can_view(user, lesson, now).reason == Reason.OPEN


def test_an_exception_for_a_run_opens_it_before_its_class(lesson, now):
    user, [first] = run_with(lesson, now + 24 * HOUR)
    other, _ = run_with(lesson, now + 24 * HOUR)

    make_exception(lesson=lesson, cohort=first.cohort, open_at=now, by=None)

    verdicts = [can_view(each, lesson, now).reason for each in (user, other)]
    assert verdicts == [Reason.OPEN, Reason.LOCKED]


def test_a_moved_class_moves_it(lesson, now):
    user, [_first, second] = run_with(lesson, now - 48 * HOUR, now - 24 * HOUR)
    second.starts_at, second.ends_at = now + HOUR, now + 2 * HOUR
    second.save()

    assert can_view(user, lesson, now).opens_at == second.ends_at


def test_the_publication_keeps_the_rule_and_older_ones_have_none(lesson):
    outline = published_outline(lesson.course)

    assert [each.release_class for each in outline.lessons] == [None, 2]
