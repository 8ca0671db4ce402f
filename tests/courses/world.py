"""Courses as tests need them, made through the services."""

from courses.models import Course, Enrollment, Lesson, LessonVersion
from courses.queries.outline import published_outline
from courses.services import cohorts, desk, enrolling, learning, publishing
from tests.factories.accounts import UserFactory
from tests.factories.courses import CohortFactory, CourseFactory, ModuleFactory

TEXTS = {"zh-hans": "第{}课", "en": "Lesson {}"}


def add_lesson(course: Course, number: int, languages=("zh-hans", "en"), **fields) -> Lesson:
    """`lesson-<number>` at the end of the course's last module."""
    module = course.modules.last() or ModuleFactory(course=course)
    titles = {code: TEXTS[code].format(number) for code in languages}
    bodies = {code: f"Text {number} {code}." for code in languages}
    return desk.add_lesson(
        module=module, titles=titles, bodies=bodies, slug=f"lesson-{number}", **fields
    )


def published_course(lessons: int = 3, **fields) -> Course:
    """In the catalog, with `lessons` bilingual lessons and a self-paced, free cohort."""
    course = CourseFactory(**fields)
    for number in range(1, lessons + 1):
        add_lesson(course, number)
    publish(course)
    cohort = CohortFactory(course=course)
    cohorts.create_free_offer(cohort=cohort, by=None)
    return course


def publish(course: Course) -> None:
    publishing.publish_course(course=course, by=None)
    course.refresh_from_db()


def enroll(course: Course, user=None) -> Enrollment:
    return enrolling.grant_seat(cohort=course.cohorts.first(), user=user or UserFactory())


def lesson_of(course: Course, number: int) -> Lesson:
    return course.lessons.get(slug=f"lesson-{number}")


def complete(user, lesson: Lesson, language: str = "en"):
    outline = published_outline(Course.objects.get(pk=lesson.course_id))
    _language, pk = outline.by_pk(lesson.pk).version_for(language)
    version = LessonVersion.objects.get(pk=pk)
    return learning.complete_lesson(user=user, lesson=lesson, version=version)
