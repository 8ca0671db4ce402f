import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from courses.models import Lesson
from courses.queries.access import Reason, can_view
from tests.courses.personas import assert_only_writers, client_of
from tests.courses.world import enroll, publish, published_course
from tests.factories.classes import ClassSessionFactory
from tests.factories.courses import CohortFactory

pytestmark = pytest.mark.django_db

LINK = "https://www.youtube.com/watch?v=aqz-KE-bpKQ"


@pytest.fixture
def session():
    course = published_course(lessons=1)
    return ClassSessionFactory(cohort=course.cohorts.get(), held=True)


def url(session):
    course = session.cohort.course
    return reverse("courses:class-recording", args=[course.slug, session.public_id])


def add(session, **data):
    return client_of("owner", session.cohort.course).post(url(session), data)


def test_only_writers_add_a_recording(session):
    assert_only_writers(session.cohort.course, [url(session)])


def test_a_link_becomes_the_draft_of_a_lesson_that_is_published_like_any(session):
    course = session.cohort.course
    learner = enroll(course).user

    response = add(session, url=LINK)

    session.refresh_from_db()
    lesson = session.recording_lesson
    assert response.headers["Location"].endswith(f"/lessons/{lesson.public_id}/")
    assert {draft.language: (draft.title, draft.body.strip()) for draft in lesson.drafts.all()} == {
        "zh-hans": (session.title_zh_hans, LINK),
        "en": (session.title_en, LINK),
    }
    assert can_view(learner, lesson, session.ends_at).reason == Reason.HIDDEN
    publish(course)
    assert can_view(learner, Lesson.objects.get(pk=lesson.pk), learner.joined_at).reason != (
        Reason.HIDDEN
    )


def test_a_file_goes_onto_the_desk_of_the_lesson_and_into_its_text(session):
    file = SimpleUploadedFile("class-1.pdf", b"%PDF-1.4 notes of the class")

    add(session, file=file)

    session.refresh_from_db()
    lesson = session.recording_lesson
    assert [material.name for material in lesson.materials.all()] == ["class-1.pdf"]
    assert {"(class-1.pdf)" in draft.body for draft in lesson.drafts.all()} == {True}


def test_a_second_one_goes_to_the_same_lesson(session):
    add(session, url=LINK)
    before = Lesson.objects.count()

    add(session, file=SimpleUploadedFile("class-1.pdf", b"%PDF-1.4 notes"))

    assert Lesson.objects.count() == before
    session.refresh_from_db()
    assert (session.recording_url, session.recording_lesson.materials.count()) == (LINK, 1)


@pytest.mark.parametrize("data", [{}, {"url": "javascript:alert(1)"}])
def test_nothing_and_nonsense_are_refused(session, data):
    response = add(session, **data)

    assert list(response.context["form"].errors) == ["url"]
    session.refresh_from_db()
    assert session.recording_lesson is None


def test_a_file_that_is_not_taken_leaves_nothing(session):
    before = Lesson.objects.count()

    response = add(session, file=SimpleUploadedFile("virus.exe", b"MZ\x90\x00 program"))

    assert response.status_code == 200
    assert response.context["form"].errors
    assert Lesson.objects.count() == before


def test_a_course_without_modules_gets_one():
    session = ClassSessionFactory(cohort=CohortFactory(dated=True), held=True)

    add(session, url=LINK)

    assert [module.title_en for module in session.cohort.course.modules.all()] == ["Recordings"]
