import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from community.models import Role
from courses import storage
from courses.models import Course, Lesson
from courses.services.archives import forget_archives, keep_archive
from courses.services.imports import import_course, read_source
from tests.courses.exchange.samples import BILINGUAL, OWN, packed, zipped
from tests.factories.accounts import UserFactory
from tests.factories.community import ChapterFactory, MembershipFactory
from tests.factories.courses import CourseFactory, CourseLecturerFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def chapter():
    return ChapterFactory()


@pytest.fixture
def lecturer(client, chapter):
    user = MembershipFactory(chapter=chapter, role=Role.LECTURER, user__language="en").user
    client.force_login(user)
    return user


@pytest.fixture
def url(chapter):
    return reverse("courses:course-import-new", args=[chapter.slug])


def send(client, url, tree, name="chains.zip", **fields):
    data = tree if isinstance(tree, bytes) else packed(tree)
    return client.post(
        url, {"file": SimpleUploadedFile(name, data), **fields}, headers={"accept-language": "en"}
    )


def kept():
    try:
        return storage.files().listdir("imports")[1]
    except FileNotFoundError:
        return []


def test_lecturer_sees_the_difference_and_then_applies_the_same_bytes(
    client, chapter, lecturer, url
):
    page = send(client, url, BILINGUAL)

    assert page.status_code == 200
    assert "从零开始" in page.text
    assert "notes.txt" in page.text
    assert not Course.objects.exists()

    page = client.post(url, {"kept": page.context["kept"], "apply": "1"})

    course = Course.objects.get()
    assert page.url == reverse("courses:desk-outline", args=[course.slug])
    assert [row.user for row in course.course_lecturers.all()] == [lecturer]
    assert course.lessons.count() == 3
    assert kept() == []


def test_same_file_again_offers_nothing_to_apply(client, chapter, lecturer, url):
    import_course(read_source(zipped(BILINGUAL, "chains")), chapter=chapter, by=lecturer)

    page = send(client, url, BILINGUAL)

    assert page.context["comparison"].changes == []
    assert 'name="apply"' not in page.text


def test_removal_is_announced(client, chapter, lecturer, url):
    import_course(read_source(zipped(BILINGUAL, "chains")), chapter=chapter, by=lecturer)

    page = send(client, url, {k: v for k, v in BILINGUAL.items() if "hashes" not in k})

    assert page.context["comparison"].removes
    assert "would leave your desk" in page.text


def test_course_takes_a_file_in(client, chapter, lecturer):
    course = CourseLecturerFactory(course__chapter=chapter, user=lecturer).course
    url = reverse("courses:course-import", args=[course.slug])

    page = send(client, url, OWN)
    client.post(url, {"kept": page.context["kept"], "apply": "1"})

    assert [lesson.slug for lesson in Lesson.objects.live().filter(course=course)] == [
        "green",
        "black",
    ]
    assert Course.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "The file is empty"),
        (b"%PDF-1.4", "This is not a zip file"),
        (packed({"a.txt": "x"}), "There is no course in it"),
        (packed({"../a.md": "x"}), "../a.md: The path leads out of the course."),
    ],
)
def test_broken_file_is_answered_at_the_field_and_not_kept(client, lecturer, url, data, word):
    page = send(client, url, data, apply="1")

    assert page.status_code == 200
    assert word in page.context["form"].errors["file"][0]
    assert not Course.objects.exists()
    assert kept() == []


def test_nothing_chosen_or_a_made_up_name_is_answered_at_the_field(client, lecturer, url, chapter):
    assert client.post(url, {"apply": "1"}).context["form"].errors["file"] == ["Choose a file."]

    gone = ["The file is no longer here. Choose it again."]
    assert client.post(url, {"kept": "x", "apply": "1"}).context["form"].errors["file"] == gone

    page = send(client, url, OWN)
    elsewhere = reverse(
        "courses:course-import", args=[CourseLecturerFactory(user=lecturer).course.slug]
    )
    answer = client.post(elsewhere, {"kept": page.context["kept"], "apply": "1"})
    assert answer.context["form"].errors["file"] == gone


def test_applying_twice_is_answered_at_the_field(client, lecturer, url):
    signed = send(client, url, OWN).context["kept"]
    client.post(url, {"kept": signed, "apply": "1"})

    page = client.post(url, {"kept": signed, "apply": "1"})

    assert page.context["form"].errors["file"] == ["The file is no longer here. Choose it again."]
    assert Course.objects.count() == 1


def test_file_that_is_too_large_is_refused(client, lecturer, url, monkeypatch):
    monkeypatch.setattr("courses.forms.imports.MAX_UPLOAD", 10)

    page = send(client, url, OWN)

    assert page.context["form"].errors["file"] == ["The file is larger than 2 GB."]
    assert kept() == []


def test_markup_in_a_title_stays_text(client, lecturer, url):
    page = send(client, url, {"a.md": "# <img src=x onerror=alert(1)>\n\nx", "b.md": "x"})

    assert "<img src=x" not in page.text


def test_course_of_another_lecturer_is_not_touched(client, chapter, lecturer, url):
    import_course(read_source(zipped(OWN)), chapter=chapter)

    page = send(client, url, OWN | {"lessons/green/en.md": "Mine"}, apply="1")

    assert "you are not one of its lecturers" in page.context["form"].errors["file"][0]
    assert Lesson.objects.get(slug="green").drafts.get(language="en").title == "Green tea"


def test_export_is_a_zip_that_can_be_brought_back(client, chapter, lecturer):
    course = import_course(read_source(zipped(OWN)), chapter=chapter, by=lecturer).course

    page = client.get(reverse("courses:course-export", args=[course.slug]))

    assert page.streaming
    assert page.headers["content-disposition"] == 'attachment; filename="tea.zip"'
    archive = zipfile.ZipFile(io.BytesIO(b"".join(page.streaming_content)))
    assert archive.testzip() is None
    assert sorted(archive.namelist()) == sorted(f"tea/{path}" for path in OWN)


@pytest.mark.parametrize("role", [None, Role.STEWARD])
@pytest.mark.parametrize("method", ["get", "post"])
def test_import_is_hidden_from_who_does_not_write_here(client, chapter, url, role, method):
    course = CourseFactory(chapter=chapter)
    user = MembershipFactory(chapter=chapter, role=role).user if role else UserFactory()
    MembershipFactory(user=user)  # runs another chapter
    client.force_login(user)

    for address in (
        url,
        reverse("courses:course-import", args=[course.slug]),
        reverse("courses:course-export", args=[course.slug]),
    ):
        assert getattr(client, method)(address, {"apply": "1"}).status_code in {404, 405}
    assert client.get(url).status_code == 404
    assert kept() == []


def test_lecturer_of_the_chapter_exports_only_what_they_teach(client, chapter, lecturer):
    course = CourseFactory(chapter=chapter)

    assert client.get(reverse("courses:course-export", args=[course.slug])).status_code == 404
    assert client.get(reverse("courses:course-import", args=[course.slug])).status_code == 404


def test_strangers_are_asked_to_sign_in(client, url):
    assert client.get(url).status_code == 302


def test_files_that_nobody_came_back_for_go(monkeypatch):
    assert forget_archives() == 0
    keep_archive(SimpleUploadedFile("a.zip", packed(OWN)))

    assert forget_archives() == 0
    later = timezone.now() + timedelta(days=2)
    monkeypatch.setattr("courses.services.archives.timezone.now", lambda: later)

    assert forget_archives() == 1
    assert kept() == []
