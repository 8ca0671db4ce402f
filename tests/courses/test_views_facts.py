import io

import pytest
from django.urls import reverse
from PIL import Image

from courses.models import Course
from tests.courses.personas import assert_only_writers, client_of
from tests.factories.accounts import UserFactory
from tests.factories.courses import CourseFactory, CourseLecturerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return CourseFactory(title_zh_hans="合约", title_en="Contracts", slug="contracts")


@pytest.fixture
def client(course):
    return client_of("lecturer of it", course)


def url(name, course):
    return reverse(f"courses:{name}", args=[course.slug])


def typed(course, **changes):
    names = ["title", "summary", "audience", "outcomes", "description"]
    both = [f"{name}_{language}" for name in names for language in ("zh_hans", "en")]
    return {
        **{name: getattr(course, name) or "" for name in both},
        "level": "beginner",
        "completion_percent": "100",
        "refund_days": "0",
        "slug": course.slug,
        "version": str(course.version),
        **changes,
    }


def test_only_its_writers_say_what_it_is_about(course):
    assert_only_writers(
        course,
        [url("course-edit", course), url("lecturer-list", course), url("course-end", course)],
    )


def test_facts_are_saved_in_both_languages(course, client):
    response = client.post(
        url("course-edit", course),
        typed(
            course,
            summary_zh_hans="写合约",
            summary_en="Write contracts",
            outcomes_en="Deploy one",
            level="advanced",
            completion_percent="80",
            refund_days="14",
        ),
    )

    assert response.status_code == 302
    saved = Course.objects.get()
    assert (saved.summary_zh_hans, saved.summary_en) == ("写合约", "Write contracts")
    assert (saved.outcomes_en, saved.level) == ("Deploy one", "advanced")
    assert (saved.completion_percent, saved.refund_days) == (80, 14)


def test_who_saves_second_sees_both_and_overwrites_nothing(course, client):
    mine = typed(course, title_en="Mine")
    client_of("organizer", course).post(
        url("course-edit", course), typed(course, title_en="Theirs")
    )

    collided = client.post(url("course-edit", course), mine)

    assert Course.objects.get().title_en == "Theirs"
    assert [(row["theirs"], row["yours"]) for row in collided.context["differences"]] == [
        ("Theirs", "Mine")
    ]
    assert collided.context["form"]["title_en"].value() == "Mine"
    client.post(url("course-edit", course), mine | {"version": str(collided.context["version"])})
    assert Course.objects.get().title_en == "Mine"


def test_a_course_keeps_a_title_and_its_rules_in_bounds(course, client):
    response = client.post(
        url("course-edit", course),
        typed(course, title_zh_hans="", title_en="", completion_percent="101"),
    )

    assert sorted(response.context["form"].errors) == ["completion_percent", "title_zh_hans"]
    assert Course.objects.get().title_en == "Contracts"


def test_a_picture_is_kept_while_another_field_is_mended(course, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    picture = io.BytesIO()
    Image.new("RGB", (40, 20)).save(picture, "PNG")
    picture.seek(0)
    picture.name = "cover.png"

    refused = client.post(
        url("course-edit", course), typed(course, completion_percent="0", picture=picture)
    )
    kept = refused.context["form"].kept_cover
    client.post(url("course-edit", course), typed(course, kept_cover=kept))

    assert Course.objects.get().cover.name.startswith("covers/")


def test_a_lecturer_adds_another_who_can_then_write(course, client):
    ada = UserFactory(email="ada@example.com")
    me = course.course_lecturers.get()

    client.post(
        url("lecturer-list", course),
        {f"bio_en-{me.pk}": "Writes contracts", "lead": me.pk, "email": "Ada@example.com"},
    )

    assert [(row.user, row.is_lead, row.bio_en) for row in course.course_lecturers.all()] == [
        (me.user, True, "Writes contracts"),
        (ada, False, ""),
    ]
    assert list(Course.objects.edited_by(ada)) == [course]


def test_somebody_without_an_account_is_not_added(course, client):
    me = course.course_lecturers.get()

    response = client.post(
        url("lecturer-list", course), {"lead": me.pk, "email": "nobody@example.com"}
    )

    assert response.context["form"].errors == {
        "email": ["Nobody here has this address. Ask them to sign in once, then add them."]
    }


def test_who_removes_themselves_lands_on_their_other_courses(course, client):
    ada = CourseLecturerFactory(course=course)
    me = course.course_lecturers.exclude(pk=ada.pk).get()

    response = client.post(url("lecturer-list", course), {"lead": ada.pk, f"remove-{me.pk}": "on"})

    assert response.headers["Location"] == reverse("courses:teach")
    assert [row.user for row in course.course_lecturers.all()] == [ada.user]
