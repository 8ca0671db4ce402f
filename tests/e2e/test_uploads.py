"""A file that a browser sends in pieces, over a line that breaks."""

import pytest
from django.conf import settings

from courses.models import Material, Upload
from tests.factories.courses import CourseLecturerFactory, LessonFactory, ModuleFactory

pytestmark = pytest.mark.django_db(transaction=True)

SIZE = 20 * 1024 * 1024  # three pieces
SEND = """async ({createUrl, lesson, size}) => {
  const { uploadFile } = await import("/static/js/uploads.js");
  const parts = [new TextEncoder().encode("%PDF-1.7\\n"), new Uint8Array(size - 9)];
  const seen = [];
  const onProgress = (sent, all) => seen.push(sent / all);
  const file = new File(parts, "slides.pdf");
  const done = await uploadFile(file, { createUrl, fields: { lesson }, onProgress });
  return { done, last: seen.at(-1), grows: seen.length > 3 };
}"""


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path):
    settings.UPLOADS_DIR = tmp_path / "uploads"
    settings.STORAGES = settings.STORAGES | {
        "files": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files", "base_url": None},
        }
    }


@pytest.fixture
def lesson():
    return LessonFactory(module=ModuleFactory())


@pytest.fixture
def send(client, lesson, site):
    """Send 20 MB from a page of the site, signed in as the course's lecturer."""
    client.force_login(CourseLecturerFactory(course=lesson.course).user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value

    def send_file(page):
        here = {"name": settings.SESSION_COOKIE_NAME, "value": session}
        page.context.add_cookies([here | {"url": site}])
        page.set_default_navigation_timeout(20_000)  # the first page of a run fills every cache
        page.goto("/chapters/")
        create = f"/courses/{lesson.course.slug}/uploads/"
        known = {"createUrl": create, "lesson": lesson.public_id, "size": SIZE}
        return page.evaluate(SEND, known)

    return send_file


def test_an_upload_goes_on_after_the_line_broke(page, send, complaints):
    pieces = []

    def break_once(route):
        pieces.append(route.request.headers["upload-offset"])
        if len(pieces) == 2:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(
        "**/uploads/*/",
        lambda route: break_once(route) if route.request.method == "PUT" else route.continue_(),
    )

    answer = send(page)

    eight = str(8 * 1024 * 1024)
    assert pieces == ["0", eight, eight, str(16 * 1024 * 1024)]
    assert (answer["last"], answer["grows"], answer["done"]["size"]) == (1, True, SIZE)
    material = Material.objects.get()
    assert (material.name, material.blob.size, material.kind) == ("slides.pdf", SIZE, "pdf")
    assert not Upload.objects.exists()
    complaints.heard.clear()  # of the broken line
