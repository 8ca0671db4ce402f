"""A lesson in a real browser: a film that can be sought in, the keys, the place kept."""

import io

import pytest
from django.conf import settings
from playwright.sync_api import expect

from courses.models import LessonProgress
from courses.services import desk, files
from tests.courses.world import add_lesson, enroll, publish
from tests.e2e.conftest import PHONE
from tests.e2e.film import color_at, film
from tests.factories.courses import CohortFactory, CourseFactory

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "\n\n".join(f"Paragraph {n}. " + "Words and words. " * 40 for n in range(40))


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
def course():
    course = CourseFactory(slug="amm")
    for number in (1, 2, 3):
        add_lesson(course, number)
    draft = course.lessons.get(slug="lesson-1").drafts.get(language="en")
    desk.save_draft(
        lesson=draft.lesson,
        language="en",
        by=None,
        title="The first",
        body=f"## A part\n\n```python\nx = 1\n```\n\n{WORDS}",
        revision=draft.revision,
    )
    return course


@pytest.fixture
def read(client, course, site):
    """Take a page to a lesson, signed in as a learner of the course."""

    def open_lesson(page, number=1):
        if not course.publication_id:
            publish(course)
            CohortFactory(course=course)
            client.force_login(enroll(course).user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        here = {"name": settings.SESSION_COOKIE_NAME, "value": session}
        page.context.add_cookies([here | {"url": site}])
        page.set_default_navigation_timeout(20_000)  # the first page of a run fills every cache
        page.goto(f"/courses/amm/lessons/lesson-{number}/", wait_until="domcontentloaded")
        return page

    return open_lesson


SEEK = """async (second) => {
  const video = document.querySelector("video");
  const sought = new Promise((done) => video.addEventListener("seeked", done, { once: true }));
  video.currentTime = second + 0.5;
  await sought;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 8;
  canvas.getContext("2d").drawImage(video, 0, 0, 200, 100, 0, 0, 8, 8);
  return [...canvas.getContext("2d").getImageData(4, 4, 1, 1).data.slice(0, 3)];
}"""


def test_a_film_can_be_sought_in(page, read, course):
    data = film(40, gap=64 * 1024 * 1024)
    lesson = course.lessons.get(slug="lesson-1")
    files.add_file(lesson=lesson, by=None, name="talk.webm", file=io.BytesIO(data))
    parts = []
    page.on(
        "response",
        lambda answer: (
            parts.append((answer.status, answer.headers.get("content-range", "")))
            if "talk.webm" in answer.url
            else None
        ),
    )
    read(page)
    page.evaluate(
        "() => new Promise((done) => { const v = document.querySelector('video');"
        " v.readyState > 0 ? done() : v.addEventListener('loadedmetadata', done); })"
    )

    for second in (35, 10):
        seen = page.evaluate(SEEK, second)
        assert max(abs(a - b) for a, b in zip(seen, color_at(second), strict=True)) < 12

    assert {status for status, _range in parts} == {206}
    starts = [int(text.removeprefix("bytes ").split("-")[0]) for _status, text in parts]
    assert max(starts) > len(data) // 2


def test_arrow_keys_lead_through_the_course(page, read):
    read(page, 1)

    page.keyboard.press("ArrowRight")
    expect(page).to_have_url("http://" + page.url.split("/")[2] + "/courses/amm/lessons/lesson-2/")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("heading", level=1)).to_have_text("The first")


def test_the_place_is_found_again(page, open_page, read):
    read(page)
    page.evaluate("() => document.fonts.ready")  # until then the text may change its height
    with page.expect_response("**/progress/"):
        page.evaluate("() => scrollTo({ top: 4000, behavior: 'instant' })")
    assert LessonProgress.objects.get().position > 100

    again = read(open_page())
    again.evaluate("() => document.fonts.ready")

    again.wait_for_function("() => Math.abs(scrollY - 4000) < 200")


def test_the_outline_is_a_drawer_on_a_phone(open_page, read):
    page = read(open_page(**PHONE))
    outline = page.get_by_role("navigation", name="Outline of the course")
    expect(outline).to_be_hidden()

    page.get_by_role("link", name="Outline").click()
    expect(outline).to_be_visible()
    page.keyboard.press("Escape")
    expect(outline).to_be_hidden()
    page.get_by_role("link", name="Outline").click()
    outline.get_by_role("link", name="Lesson 3").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Lesson 3")


def test_a_lesson_is_completed_without_a_script(open_page, read):
    page = read(open_page(java_script_enabled=False))

    page.get_by_role("button", name="Complete and go on").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Lesson 2")
    expect(page.locator(".outline-progress")).to_contain_text("33 %")
