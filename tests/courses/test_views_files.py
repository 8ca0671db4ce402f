"""Files over HTTP: who gets them, how, and how they come in."""

import io

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from courses.models import Material, Upload
from courses.services import enrolling, files
from tests.courses.world import add_lesson, enroll, publish
from tests.factories.accounts import UserFactory
from tests.factories.courses import CohortFactory, CourseFactory, CourseLecturerFactory

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n" + bytes(range(200))
MP4 = b"\x00\x00\x00\x20ftypisom\x00" + b"x" * 100
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def course_with(name, data):
    course = CourseFactory()
    lesson = add_lesson(course, 1)
    files.add_file(lesson=lesson, by=None, name=name, file=io.BytesIO(data))
    publish(course)
    CohortFactory(course=course)
    return course


@pytest.fixture
def course():
    """Its only lesson has 课件.pdf, published and on the desk."""
    return course_with("课件.pdf", PDF)


@pytest.fixture
def lecturer(course, client):
    user = CourseLecturerFactory(course=course).user
    client.force_login(user)
    return user


@pytest.fixture
def learner(course, client):
    seat = enroll(course)
    client.force_login(seat.user)
    return seat.user


def published(course):
    return Material.objects.get(version__language="en", lesson__course=course)


def draft(course):
    return Material.objects.drafts().get(lesson__course=course)


def address(material):
    course = material.lesson.course
    return reverse("courses:material-file", args=[course.slug, material.public_id, material.name])


def get(client, material, **headers):
    response = client.get(address(material), headers=headers)
    return response, b"".join(response) if response.streaming else response.content


def test_a_learner_gets_the_file(client, course, learner):
    response, body = get(client, published(course))

    assert (response.status_code, body) == (200, PDF)
    assert dict(response.headers) == dict(response.headers) | {
        "Content-Type": "application/pdf",
        "Content-Length": str(len(PDF)),
        "Content-Disposition": "inline; filename*=utf-8''%E8%AF%BE%E4%BB%B6.pdf",
        "Accept-Ranges": "bytes",
        "ETag": f'"{published(course).blob.sha256}"',
        "Cache-Control": "private, max-age=3600",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "frame-ancestors 'none'",
    }


@pytest.mark.parametrize(
    ("headers", "status", "body"),
    [
        ({"range": "bytes=0-8"}, 206, PDF[:9]),
        ({"range": "bytes=-5"}, 206, PDF[-5:]),
        ({"range": "bytes=9999-"}, 416, b""),
        ({"range": "bytes=0-8", "if-range": '"other"'}, 200, PDF),
    ],
)
def test_a_part_of_the_file(client, course, learner, headers, status, body):
    response, got = get(client, published(course), **headers)

    assert (response.status_code, got) == (status, body)


def test_a_file_that_did_not_change_is_not_sent_again(client, course, learner):
    first, _body = get(client, published(course))
    again, body = get(client, published(course), **{"if-none-match": first["ETag"]})

    assert (again.status_code, body) == (304, b"")


@pytest.mark.parametrize(
    ("name", "data", "disposition", "media_type"),
    [
        ("a.svg", SVG, "attachment", "image/svg+xml"),
        ("a.html", b"<script>alert(1)</script>", "inline", "text/plain; charset=utf-8"),
        ("a.mp4", MP4, "inline", "video/mp4"),
        ("a.png", PDF, "inline", "application/pdf"),
        ("a.zip", b"PK\x05\x06" + bytes(18), "attachment", "application/zip"),
    ],
)
def test_nothing_of_a_file_runs_here(client, name, data, disposition, media_type):
    course = course_with(name, data)
    client.force_login(enroll(course).user)

    response, _body = get(client, published(course))

    assert response["Content-Type"] == media_type
    assert response["Content-Disposition"] == f'{disposition}; filename="{name}"'
    boxed = "sandbox; frame-ancestors 'none'"
    assert response["Content-Security-Policy"] == (
        boxed if media_type != "application/pdf" else "frame-ancestors 'none'"
    )


def test_a_link_passed_to_a_stranger_opens_nothing(client, course):
    url = address(published(course))
    stranger = Client()
    stranger.force_login(UserFactory())

    assert client.get(url).status_code == 404
    assert stranger.get(url).status_code == 404


def test_a_seat_that_ended_closes_its_files(client, course):
    seat = enroll(course)
    client.force_login(seat.user)
    assert get(client, published(course))[0].status_code == 200

    enrolling.end_seat(enrollment=seat)

    assert get(client, published(course))[0].status_code == 404


def test_what_is_on_the_desk_is_for_its_writers(client, course, learner):
    assert get(client, draft(course))[0].status_code == 404

    client.force_login(CourseLecturerFactory(course=course).user)
    assert get(client, draft(course))[0].status_code == 200


def test_an_address_must_be_right_as_a_whole(client, course, learner):
    material = published(course)

    for args in [
        [course.slug, material.public_id, "other.pdf"],
        [CourseFactory().slug, material.public_id, material.name],
    ]:
        assert client.get(reverse("courses:material-file", args=args)).status_code == 404


def test_a_proxy_may_send_the_bytes(client, course, learner, settings):
    settings.FILES_ACCEL_PREFIX = "/files-inside/"
    sha256 = published(course).blob.sha256

    response, body = get(client, published(course))

    assert response["X-Accel-Redirect"] == f"/files-inside/{sha256[:2]}/{sha256}"
    assert (body, response["ETag"], response["X-Content-Type-Options"]) == (
        b"",
        f'"{sha256}"',
        "nosniff",
    )


def test_a_bucket_sends_the_bytes_itself(client, course, learner, settings):
    settings.STORAGES = settings.STORAGES | {"files": {"BACKEND": "tests.courses.bucket.Bucket"}}
    sha256 = published(course).blob.sha256

    response, _body = get(client, published(course))

    assert (response.status_code, response["Cache-Control"]) == (302, "private, no-store")
    assert response["Location"] == (
        f"https://bucket.example.com/{sha256[:2]}/{sha256}?ResponseContentType=application/pdf"
    )


# -- coming in -------------------------------------------------------------------------------


def begin(client, course, **about):
    lesson = course.lessons.get()
    body = {"lesson": lesson.public_id, "name": "b.pdf", "size": len(PDF)} | about
    return client.post(reverse("courses:upload-create", args=[course.slug]), body)


def put(client, url, data, offset):
    headers = {"upload-offset": str(offset)}
    return client.put(url, data, content_type="application/octet-stream", headers=headers)


def test_a_file_comes_in_pieces_and_goes_on_after_a_break(client, course, lecturer):
    begun = begin(client, course, language="en")
    url = begun.json()["url"]
    assert (begun.status_code, begun.json()["received"]) == (201, 0)

    assert put(client, url, PDF[:50], 0).json()["received"] == 50
    again = put(client, url, PDF[:50], 0)
    assert (again.status_code, again.json()["code"], again.json()["received"]) == (
        409,
        "wrong_offset",
        50,
    )
    assert client.post(url).json()["code"] == "upload_incomplete"
    assert client.get(url).json()["received"] == 50
    put(client, url, PDF[50:], 50)
    done = client.post(url)

    assert done.status_code == 201
    assert {key: done.json()[key] for key in ("name", "kind", "size", "language")} == {
        "name": "b.pdf",
        "kind": "pdf",
        "size": len(PDF),
        "language": "en",
    }
    assert b"".join(client.get(done.json()["url"])) == PDF
    assert not Upload.objects.exists()


def test_an_upload_can_be_given_up(client, course, lecturer):
    url = begin(client, course).json()["url"]

    assert client.delete(url).status_code == 204
    assert client.get(url).status_code == 404


@pytest.mark.parametrize(
    ("about", "status", "code"),
    [
        ({"size": 0}, 400, "file_empty"),
        ({"size": 3 * 1024**3}, 400, "file_too_large"),
        ({"language": "xx"}, 400, "invalid"),
        ({"captions_of": "none"}, 400, "invalid"),
    ],
)
def test_an_upload_that_cannot_begin_says_why(client, course, lecturer, about, status, code):
    refused = begin(client, course, **about)

    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert refused.json()["message"]


def test_a_full_chapter_says_how_much_is_left(client, course, lecturer, settings):
    settings.CHAPTER_FILES_MAX_BYTES = 5 * 1024 * 1024

    refused = begin(client, course, size=6 * 1024 * 1024)

    assert refused.json()["message"].startswith(
        "The chapter has 4 MB left for files, and this one needs 6 MB."
    )


def test_a_plain_form_takes_a_file_whole(client, course, lecturer):
    file = SimpleUploadedFile("notes.txt", "笔记".encode())

    answer = begin(client, course, file=file, next="/courses/")

    assert (answer.status_code, answer["Location"]) == (302, "/courses/")
    assert course.lessons.get().materials.drafts().filter(name="notes.txt").count() == 1


def test_a_plain_form_tells_what_is_wrong_and_leads_to_no_other_site(client, course, lecturer):
    file = SimpleUploadedFile("talk.vtt", b"WEBVTT\n\nno time")

    answer = begin(client, course, file=file, next="https://example.com/")

    assert (answer.status_code, answer["Location"]) == (302, "/")
    [message] = get_messages(answer.wsgi_request)
    assert str(message) == "Line 3 of the captions: There is a text without its time."


def test_only_writers_of_the_course_bring_files(client, course, learner):
    lecturer_elsewhere = CourseLecturerFactory().user
    url = reverse("courses:upload-detail", args=[course.slug, "none"])

    for user in (learner, lecturer_elsewhere):
        client.force_login(user)
        assert begin(client, course).status_code == 404
        assert client.get(url).status_code == 404


def test_an_upload_of_another_course_is_not_there(client, course, lecturer):
    other = CourseLecturerFactory()
    upload = files.begin_upload(
        lesson=add_lesson(other.course, 1), by=other.user, name="a.pdf", size=10
    )

    for slug in (course.slug, other.course.slug):
        url = reverse("courses:upload-detail", args=[slug, upload.public_id])
        assert put(client, url, b"x", 0).status_code == 404


def test_an_upload_needs_the_page_s_token(course, lecturer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(lecturer)

    assert begin(client, course).status_code == 403
