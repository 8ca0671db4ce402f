from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from community.models import Role
from courses.models import Course, CourseStatus
from tests.courses.personas import client_of
from tests.factories.community import ChapterFactory, MembershipFactory
from tests.factories.courses import (
    CohortFactory,
    CourseFactory,
    CourseLecturerFactory,
    EnrollmentFactory,
    LessonDraftFactory,
)

pytestmark = pytest.mark.django_db

TEACH, CREATE = reverse("courses:teach"), reverse("courses:course-create")


@pytest.fixture
def lecturer():
    return MembershipFactory(role=Role.LECTURER)


@pytest.fixture
def client(lecturer):
    client = Client(headers={"accept-language": "en"})
    client.force_login(lecturer.user)
    return client


def shown(response):
    return list(response.context["page"].object_list)


def test_both_pages_ask_to_sign_in():
    for url in (TEACH, CREATE):
        assert Client().get(url).headers["Location"] == f"/accounts/login/?next={url}"


def test_teach_shows_the_courses_of_the_reader_and_of_chapters_they_run():
    course, _other = CourseFactory(), CourseFactory()

    for persona in ("lecturer of it", "owner", "organizer"):
        assert shown(client_of(persona, course).get(TEACH)) == [course]
    for persona in ("lecturer", "steward", "stranger"):
        assert shown(client_of(persona, course).get(TEACH)) == []


def test_teach_counts_learners_and_puts_the_course_touched_last_first(client, lecturer):
    quiet, busy = [
        CourseLecturerFactory(course__chapter=lecturer.chapter, user=lecturer.user).course
        for _ in range(2)
    ]
    Course.objects.update(created_at=timezone.now() - timedelta(days=9))
    LessonDraftFactory(lesson__module__course=busy)
    cohort = CohortFactory(course=quiet)
    EnrollmentFactory(cohort=cohort)
    EnrollmentFactory(cohort=cohort, status="canceled", ended_at=timezone.now())

    rows = shown(client.get(TEACH))

    assert rows == [busy, quiet]
    assert [row.learner_count for row in rows] == [0, 1]


def test_teach_asks_the_same_queries_for_one_course_and_for_three(client, lecturer):
    counts = []
    for total in (1, 3):
        while Course.objects.count() < total:
            CourseLecturerFactory(course__chapter=lecturer.chapter, user=lecturer.user)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(TEACH)
        counts.append(len(queries))

    assert counts == [5, 5]


def test_teach_without_a_course_says_how_to_begin_one(client):
    assert "Your first course" in client.get(TEACH).content.decode()
    assert (
        "You do not teach yet" in client_of("stranger", CourseFactory()).get(TEACH).content.decode()
    )


def test_teach_searches(client, lecturer):
    for title in ("Rollups", "Bridges"):
        client.post(CREATE, {"title_en": title, "chapter": lecturer.chapter.pk})

    assert [str(course.title_en) for course in shown(client.get(TEACH, {"q": "roll"}))] == [
        "Rollups"
    ]


def test_a_lecturer_begins_a_course_and_leads_it(client, lecturer):
    response = client.post(
        CREATE,
        {"title_zh_hans": "零知识", "title_en": "Zero knowledge", "chapter": lecturer.chapter.pk},
    )

    course = Course.objects.get()
    assert response.headers["Location"] == reverse("courses:desk-outline", args=["zero-knowledge"])
    assert (course.slug, course.status) == ("zero-knowledge", CourseStatus.DRAFT)
    assert [(row.user, row.is_lead) for row in course.course_lecturers.all()] == [
        (lecturer.user, True)
    ]


def test_a_course_wants_a_title_and_an_address_of_its_own(client, lecturer):
    CourseFactory(slug="taken")

    response = client.post(CREATE, {"chapter": lecturer.chapter.pk, "slug": "taken"})

    assert response.status_code == 200
    assert sorted(response.context["form"].errors) == ["slug", "title_zh_hans"]


def test_a_course_is_begun_only_in_a_chapter_where_one_may_write(client):
    other = ChapterFactory()

    response = client.post(CREATE, {"title_en": "Mine", "chapter": other.pk})

    assert list(response.context["form"].errors) == ["chapter"]
    assert Course.objects.count() == 0


def test_somebody_without_a_part_cannot_begin_one():
    course = CourseFactory()
    stranger = client_of("stranger", course)

    response = stranger.post(CREATE, {"title_en": "Mine", "chapter": course.chapter.pk})

    assert "You cannot begin a course yet" in response.content.decode()
    assert Course.objects.count() == 1
