import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import Material
from courses.services import files
from tests.courses.personas import assert_only_writers, client_of
from tests.factories.courses import (
    CourseFactory,
    LessonFactory,
    LessonVersionFactory,
    MaterialFactory,
    ModuleFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return CourseFactory()


@pytest.fixture
def lesson(course):
    return LessonFactory(module=ModuleFactory(course=course))


@pytest.fixture
def client(course):
    return client_of("lecturer of it", course)


def url(name, lesson, *args):
    return reverse(f"courses:{name}", args=[lesson.course.slug, lesson.public_id, *args])


def test_only_its_writers_keep_the_files(course, lesson):
    file = MaterialFactory(lesson=lesson)

    assert_only_writers(
        course,
        [
            url("lesson-files", lesson),
            url("file-edit", lesson, file.public_id),
            url("file-delete", lesson, file.public_id),
        ],
    )


def test_a_file_of_another_lesson_or_a_published_one_is_not_there(lesson, client):
    published = MaterialFactory(lesson=lesson, version=LessonVersionFactory(lesson=lesson))

    for file in (MaterialFactory(), published):
        assert client.post(url("file-edit", lesson, file.public_id)).status_code == 404
        assert client.post(url("file-delete", lesson, file.public_id)).status_code == 404
    assert Material.objects.count() == 2


def test_a_file_is_named_for_learners_and_deleted(lesson, client):
    file = MaterialFactory(lesson=lesson, name="slides.pdf")

    client.post(url("file-edit", lesson, file.public_id), {"title": "Slides of the evening"})
    page = client.get(url("lesson-files", lesson)).content.decode()
    assert "Slides of the evening" in page
    assert "slides.pdf" in page

    client.post(url("file-delete", lesson, file.public_id))
    assert Material.objects.count() == 0


def test_without_a_script_a_file_comes_by_the_same_form(lesson, client, tmp_path):
    here = url("lesson-files", lesson)
    notes = tmp_path / "notes.txt"
    notes.write_text("Chains of blocks.\n")

    with notes.open("rb") as file:
        response = client.post(
            reverse("courses:upload-create", args=[lesson.course.slug]),
            {"lesson": lesson.public_id, "file": file, "next": here, "language": ""},
        )

    assert response.headers["Location"] == here
    assert [row.name for row in lesson.materials.drafts()] == ["notes.txt"]


def test_the_preview_shows_the_files_of_the_desk(lesson, client, tmp_path):
    notes = tmp_path / "notes.txt"
    notes.write_text("Chains of blocks.\n")
    with notes.open("rb") as file:
        stored = files.add_file(lesson=lesson, by=None, name="notes.txt", file=file)

    html = client.post(
        url("lesson-preview", lesson) + "?language=en", {"body_en": "[notes](notes.txt)"}
    ).content.decode()

    assert f"/materials/{stored.public_id}/notes.txt" in html
    assert "Not found among the files" not in html


def test_the_page_asks_the_same_queries_for_one_file_and_for_three(lesson, client):
    counts = []
    for total in (1, 3):
        while lesson.materials.count() < total:
            MaterialFactory(lesson=lesson)
        with CaptureQueriesContext(connection) as queries:
            client.get(url("lesson-files", lesson))
        counts.append(len(queries))

    assert counts == [7, 7]
