import pytest
from django.utils import timezone

from courses.errors import LessonLocked, NotOfThisCourse
from courses.models import Course, CourseProgress, LessonCompletion, LessonProgress
from courses.queries.access import course_access
from courses.services import courses, desk, enrolling, learning
from tests.courses.world import (
    add_lesson,
    complete,
    enroll,
    lesson_of,
    publish,
    published_course,
)
from tests.factories.accounts import UserFactory
from tests.factories.courses import LessonVersionFactory

pytestmark = pytest.mark.django_db


def percent(user, course):
    return course_access(user, Course.objects.get(pk=course.pk), timezone.now()).percent


def test_completion_pins_the_version_that_was_read():
    course = published_course(1)
    user, lesson = enroll(course).user, lesson_of(course, 1)
    complete(user, lesson, "zh-hans")
    first = LessonCompletion.objects.get()

    complete(user, lesson, "en")

    assert LessonCompletion.objects.get() == first
    assert first.version.language == "zh-hans"


def test_percentage_does_not_fall_when_lessons_are_added():
    course = published_course(2)
    seat = enroll(course)
    complete(seat.user, lesson_of(course, 1))
    assert percent(seat.user, course) == 50
    for number in (3, 4):
        add_lesson(course, number)

    publish(course)

    assert percent(seat.user, course) == 50
    complete(seat.user, lesson_of(course, 2))
    assert percent(seat.user, course) == 50
    complete(seat.user, lesson_of(course, 3))
    assert percent(seat.user, course) == 75


def test_percentage_stays_that_a_removed_lesson_gave():
    course = published_course(2)
    seat = enroll(course)
    complete(seat.user, lesson_of(course, 1))
    desk.delete_lesson(lesson=lesson_of(course, 2))
    publish(course)
    assert percent(seat.user, course) == 100
    add_lesson(course, 3)

    publish(course)

    assert percent(seat.user, course) == 100
    seat.refresh_from_db()
    assert seat.status == "completed"


def test_course_is_completed_by_its_published_rule_and_stays_so():
    course = published_course(3, completion_percent=60)
    seat = enroll(course)
    complete(seat.user, lesson_of(course, 1))
    assert CourseProgress.objects.get().completed_at is None

    complete(seat.user, lesson_of(course, 3))

    progress = CourseProgress.objects.get()
    seat.refresh_from_db()
    assert (progress.percent, progress.publication) == (66, course.publication)
    assert seat.status == "completed"
    courses.update_course(course=course, by=None, completion_percent=100)
    publish(course)
    progress.refresh_from_db()
    assert progress.publication.number == 1


def test_optional_lessons_count_nothing():
    course = published_course(2)
    desk.update_lesson(lesson=lesson_of(course, 2), is_required=False)
    publish(course)
    user = enroll(course).user

    complete(user, lesson_of(course, 2))
    assert percent(user, course) == 0
    complete(user, lesson_of(course, 1))

    assert percent(user, course) == 100


def test_progress_is_kept_after_the_seat_ended_and_is_back_with_the_next():
    course = published_course(2)
    seat = enroll(course)
    complete(seat.user, lesson_of(course, 1))
    enrolling.end_seat(enrollment=seat)

    with pytest.raises(LessonLocked):
        complete(seat.user, lesson_of(course, 2))

    enroll(course, seat.user)
    complete(seat.user, lesson_of(course, 2))
    assert percent(seat.user, course) == 100


def test_stranger_completes_nothing():
    course = published_course(1)
    desk.update_lesson(lesson=lesson_of(course, 1), is_preview=True)
    publish(course)

    with pytest.raises(LessonLocked):
        complete(UserFactory(), lesson_of(course, 1))

    assert not CourseProgress.objects.exists()


def test_version_of_another_lesson_pins_nothing():
    course = published_course(1)

    with pytest.raises(NotOfThisCourse):
        learning.complete_lesson(
            user=enroll(course).user,
            lesson=lesson_of(course, 1),
            version=LessonVersionFactory(),
        )


def test_seat_of_a_proven_mail_becomes_the_persons():
    course = published_course(1)
    user = UserFactory()
    user.emailaddress_set.create(email="work@example.com", verified=True)
    seat = enrolling.grant_seat(cohort=course.cohorts.get(), email="Work@example.com")

    complete(user, lesson_of(course, 1))

    seat.refresh_from_db()
    assert (seat.user, seat.status) == (user, "completed")


def test_position_is_kept_within_the_page():
    course = published_course(1)
    user, lesson = enroll(course).user, lesson_of(course, 1)
    learning.save_position(user=user, lesson=lesson, position=400, video_seconds=90)

    learning.save_position(user=user, lesson=lesson, position=5000)

    progress = LessonProgress.objects.get()
    assert (progress.position, progress.video_seconds) == (1000, 90)


def test_a_publication_costs_no_more_queries_for_more_learners(django_assert_max_num_queries):
    course = published_course(2)
    for _ in range(12):
        complete(enroll(course).user, lesson_of(course, 1))
    desk.delete_lesson(lesson=lesson_of(course, 2))

    with django_assert_max_num_queries(24):
        publish(course)

    assert set(CourseProgress.objects.values_list("percent", flat=True)) == {100}
