import pytest

from courses.errors import CourseConflict, CourseWasPublished, NeverPublished
from courses.models import Course
from courses.services import courses
from tests.courses.world import add_lesson, published_course
from tests.factories.accounts import UserFactory
from tests.factories.community import ChapterFactory
from tests.factories.courses import CourseFactory

pytestmark = pytest.mark.django_db


def test_course_gets_an_address_and_a_lead():
    by = UserFactory()

    course = courses.create_course(chapter=ChapterFactory(), by=by, title_en="Hello, Chain")
    other = courses.create_course(chapter=ChapterFactory(), by=by, title_en="Hello, Chain")

    assert course.slug == "hello-chain"
    assert other.slug.startswith("hello-chain-")
    assert course.course_lecturers.get(is_lead=True).user == by


def test_second_save_of_one_version_is_told():
    course = CourseFactory()
    courses.update_course(course=course, by=None, version=0, title_en="One")

    with pytest.raises(CourseConflict):
        courses.update_course(course=course, by=None, version=0, title_en="Two")

    assert Course.objects.get().title_en == "One"


def test_draft_can_be_deleted_with_its_lessons_and_a_published_course_not():
    draft = CourseFactory()
    add_lesson(draft, 1)
    published = published_course(1)

    courses.delete_course(course=draft)
    with pytest.raises(CourseWasPublished):
        courses.delete_course(course=published)

    assert list(Course.objects.all()) == [published]


def test_archived_course_can_come_back():
    course = published_course(1)

    for act, status in (
        (courses.archive_course, "archived"),
        (courses.restore_course, "published"),
    ):
        act(course=course, by=None)
        course.refresh_from_db()
        assert course.status == status
    with pytest.raises(NeverPublished):
        courses.archive_course(course=CourseFactory(), by=None)


def test_lecturers_are_exactly_those_named():
    course = CourseFactory()
    first, second = UserFactory(name="Mei"), UserFactory(name="Tom")
    lead = courses.LecturerFields(second, is_lead=True, bio_en="Builds bridges.")
    courses.set_lecturers(course=course, by=None, lecturers=[courses.LecturerFields(first)])

    courses.set_lecturers(course=course, by=None, lecturers=[lead])

    assert [row.user for row in course.course_lecturers.all()] == [second]
    assert list(Course.objects.search("tom")) == [course]
