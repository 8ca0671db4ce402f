import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from courses.models import (
    Cohort,
    Course,
    CoursePublication,
    Enrollment,
    EnrollmentStatus,
    Lesson,
    ReleaseException,
)
from tests.factories.accounts import UserFactory
from tests.factories.community import MembershipFactory
from tests.factories.courses import (
    CohortFactory,
    CourseFactory,
    CourseLecturerFactory,
    EnrollmentFactory,
    LessonFactory,
    LessonVersionFactory,
    MaterialFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def published():
    """A version with a material, and the publication that names it."""
    version = LessonVersionFactory()
    MaterialFactory(lesson=version.lesson, version=version)
    CoursePublication.objects.create(course=version.lesson.course, number=1, structure={})


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("courses_lessonversion", "body = 'other'"),
        ("courses_coursepublication", "note = 'other'"),
        ("courses_material", "name = 'other'"),
    ],
)
@pytest.mark.parametrize("verb", ["UPDATE {table} SET {column}", "DELETE FROM {table}"])
def test_database_refuses_to_change_what_was_published(published, table, column, verb):
    with transaction.atomic(), connection.cursor() as cursor:
        with pytest.raises(DatabaseError, match="what was published stays"):
            cursor.execute(verb.format(table=table, column=column))
        transaction.set_rollback(True)


def test_material_on_the_desk_may_change_and_go():
    material = MaterialFactory(name="old.pdf")
    material.name = "new.pdf"

    material.save(update_fields=["name"])

    assert material.delete()[0] == 1


def test_person_who_published_may_leave():
    by = UserFactory()
    course = CourseFactory()
    publication = CoursePublication.objects.create(course=course, number=1, structure={}, by=by)

    by.delete()

    publication.refresh_from_db()
    assert publication.by is None


@pytest.mark.parametrize(
    "change",
    [
        {"release": "on_date"},
        {"release": "after_start", "release_at": timezone.now(), "release_days": 3},
        {"release_days": 3},
        {"release": "after_class"},
        {"release": "after_class", "release_class": 0},
        {"release_class": 2},
        {"module": None},
    ],
)
def test_lesson_whose_release_or_place_says_nothing_is_refused(change):
    lesson = LessonFactory(drafts=())

    with pytest.raises(IntegrityError), transaction.atomic():
        Lesson.objects.filter(pk=lesson.pk).update(**change)


def test_course_is_not_published_without_a_publication():
    course = CourseFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Course.objects.filter(pk=course.pk).update(status="published", published_at=timezone.now())


def test_cohort_never_holds_more_than_its_seats():
    cohort = CohortFactory(seats=2)

    with pytest.raises(IntegrityError), transaction.atomic():
        Cohort.objects.filter(pk=cohort.pk).update(taken=3)


def test_course_keeps_one_self_paced_cohort():
    cohort = CohortFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        CohortFactory(course=cohort.course)


def test_exception_is_for_a_person_or_a_cohort():
    lesson, cohort, user = LessonFactory(drafts=()), CohortFactory(), UserFactory()

    for fields in ({}, {"user": user, "cohort": cohort}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReleaseException.objects.create(lesson=lesson, open_at=timezone.now(), **fields)


@pytest.mark.parametrize(
    "change",
    [
        {"status": EnrollmentStatus.CANCELED},
        {"ended_at": timezone.now()},
        {"granted_at": None},
        {"source": "order"},
    ],
)
def test_enrollment_says_when_and_by_what_it_holds(change):
    seat = EnrollmentFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Enrollment.objects.filter(pk=seat.pk).update(**change)


def test_enrollment_by_mail_is_found_once_the_address_is_proven():
    user = UserFactory(email="lin@example.com")
    seat = EnrollmentFactory(user=None, email="lin@example.com")
    EnrollmentFactory()
    assert list(Enrollment.objects.of_person(user)) == []

    user.emailaddress_set.create(email="Lin@example.com", verified=True)

    assert list(Enrollment.objects.of_person(user)) == [seat]


def test_course_is_edited_by_its_lecturers_and_run_by_the_chapter():
    course = CourseFactory()
    lecturer = CourseLecturerFactory(course=course).user
    organizer = MembershipFactory(chapter=course.chapter).user
    other = CourseLecturerFactory().user

    for user, edits, runs in [
        (lecturer, [course], []),
        (organizer, [course], [course]),
        (other, [], []),
    ]:
        assert list(Course.objects.filter(pk=course.pk).edited_by(user)) == edits
        assert list(Course.objects.filter(pk=course.pk).run_by(user)) == runs
