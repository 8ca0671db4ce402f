"""A lecturer at the desk, in a real browser: writing, pictures, files, order, publishing."""

import base64
import io
import re

import pytest
from django.conf import settings
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Error as PlaywrightError, expect

from courses.models import Course, CoursePublication, LessonDraft, Material
from courses.services import desk
from tests.factories.accounts import UserFactory
from tests.factories.courses import (
    CourseFactory,
    CourseLecturerFactory,
    LessonFactory,
    ModuleFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)

# A file from the clipboard, as the browser hands it to a page
PASTE = """(field, [name, type, base64]) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([bytes], name, { type }));
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def course():
    return CourseFactory(title_en="Contracts")


@pytest.fixture
def lesson(course):
    return LessonFactory(module=ModuleFactory(course=course), slug="blocks", drafts=("en",))


@pytest.fixture
def lecturer(course):
    return CourseLecturerFactory(course=course, user__name="Lin").user


@pytest.fixture
def sign_in(client, lecturer, site):
    def sign_in(page):
        client.force_login(lecturer)
        here = {
            "name": settings.SESSION_COOKIE_NAME,
            "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        }
        client.get("/healthz")  # the first request of all loads the urls
        page.context.add_cookies([here | {"url": site}])
        return page

    return sign_in


def address(name, lesson):
    return reverse(f"courses:{name}", args=[lesson.course.slug, lesson.public_id])


def text(page):
    return page.get_by_label("Text, in Markdown in English")


def expect_state(page, state, **options):
    place = page.locator("[data-save-state]")
    expect(place).to_have_attribute("data-state", state, **options)


def stored(lesson):
    return LessonDraft.objects.get(lesson=lesson, language="en").body


def picture():
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "firebrick").save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def test_a_lesson_is_written_with_a_pasted_picture_seen_and_published(page, sign_in, lesson):
    sign_in(page).goto(address("lesson-edit", lesson))
    text(page).fill("## What a block is\n\n")
    expect_state(page, "saved")
    expect(page.locator(".pane[data-pane=en] .live-preview :is(h2, h3)")).to_have_text(
        "What a block is"
    )

    text(page).press("Control+End")
    text(page).evaluate(PASTE, ["image.png", "image/png", picture()])

    expect(text(page)).to_have_value(
        re.compile(r"!\[Picture: say what it shows\]\(picture-\d+\.png\)")
    )
    shown = page.locator(".pane[data-pane=en] .live-preview img")
    expect(shown).to_have_js_property("naturalWidth", 30)
    expect_state(page, "saved")
    assert Material.objects.get().name in stored(lesson)
    expect(page.locator(".htmx-request")).to_have_count(0)  # no preview is on its way

    page.get_by_role("link", name="Publish", exact=True).click()
    page.get_by_label("What is new").fill("Blocks, with a picture")
    page.get_by_role("button", name="Publish", exact=True).click()

    expect(page.get_by_text("Published. Learners read it now.")).to_be_visible()
    assert CoursePublication.objects.get().note == "Blocks, with a picture"
    assert Course.objects.get().is_published


def test_what_is_typed_without_a_network_is_kept_and_saved_when_it_is_back(
    page, sign_in, lesson, complaints
):
    sign_in(page).goto(address("lesson-edit", lesson))
    expect(page.locator(".pane[data-pane=en] .live-preview .prose")).to_be_visible()
    page.context.set_offline(True)
    text(page).fill("Typed in a train.")
    expect_state(page, "kept")

    page.context.set_offline(False)

    expect_state(page, "saved")
    assert stored(lesson) == "Typed in a train."
    complaints.heard.clear()  # the browser names what it could not reach


def test_what_never_arrived_comes_back_with_the_page(page, sign_in, lesson, complaints):
    sign_in(page).goto(address("lesson-edit", lesson))
    context = page.context
    context.set_offline(True)
    text(page).fill("Closed too early.")
    expect_state(page, "kept")
    with pytest.raises(PlaywrightError):
        page.goto("chrome://crash")  # a page that is only left still sends its last words
    page.close()
    context.set_offline(False)
    assert stored(lesson) != "Closed too early."

    again = context.new_page()
    again.goto(address("lesson-edit", lesson))

    expect(text(again)).to_have_value("Closed too early.")
    expect_state(again, "saved")
    assert stored(lesson) == "Closed too early."
    complaints.heard.clear()


def test_a_colleague_who_saved_first_is_shown_beside_mine(page, sign_in, lesson, complaints):
    sign_in(page).goto(address("lesson-edit", lesson))
    ada = UserFactory(name="Ada")
    draft = lesson.drafts.get()
    desk.save_draft(
        lesson=lesson, language="en", by=ada, title=draft.title, body="Ada's.", revision=1
    )

    text(page).fill("Mine.")

    expect_state(page, "conflict")
    expect(page.get_by_role("heading", name="Ada saved this text")).to_be_focused()
    expect(page.get_by_label("Saved meanwhile")).to_have_value(re.compile("Ada's."))
    expect(page.get_by_label("Yours, not saved")).to_have_value(re.compile("Mine."))
    assert stored(lesson) == "Ada's."

    page.get_by_role("button", name="Save mine over it").click()

    expect(page.get_by_text("Saved. Learners see it when you publish.")).to_be_visible()
    expect(text(page)).to_have_value("Mine.")
    assert stored(lesson) == "Mine."
    complaints.heard.clear()  # 409


def test_lessons_are_ordered_by_keys_and_by_hand(page, sign_in, course, lesson):
    second = LessonFactory(module=lesson.module, slug="second", drafts=("en",))
    third = LessonFactory(module=lesson.module, slug="third", drafts=("en",))
    sign_in(page).goto(reverse("courses:desk-outline", args=[course.slug]))

    def order():
        return list(course.lessons.order_by("position").values_list("slug", flat=True))

    handle = page.locator(f"[data-id='{lesson.public_id}'] [data-handle]")
    handle.focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator(".outline-title").first).to_contain_text("second")
    expect(handle).to_be_focused()
    assert order() == ["second", "blocks", "third"]

    page.locator(f"[data-id='{third.public_id}'] [data-handle]").drag_to(
        page.locator(f"[data-id='{second.public_id}']"), target_position={"x": 60, "y": 2}
    )

    expect(page.locator(".outline-title").first).to_contain_text("third")
    expect(page.locator("[data-focus]")).to_have_attribute("data-id", third.public_id)
    assert order() == ["third", "second", "blocks"]


def test_an_upload_that_breaks_in_the_middle_goes_on_where_it_was(
    page, sign_in, lesson, complaints
):
    broken = []

    def break_once(route):
        if route.request.method == "PUT" and not broken:
            broken.append(route.request.headers["upload-offset"])
            route.abort()
        else:
            route.continue_()

    page.route("**/uploads/**", break_once)
    sign_in(page).goto(address("lesson-files", lesson))

    page.get_by_label("Add files").set_input_files(
        {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Chains of blocks.\n" * 500}
    )

    expect(page.locator(".file-name")).to_have_text("notes.txt")
    expect(page.locator(".upload")).to_have_attribute("data-state", "done")
    assert broken == ["0"]
    assert Material.objects.get().blob.size == 9000
    complaints.heard.clear()  # the piece that was lost


def test_a_file_that_is_not_what_it_says_is_refused_with_a_sentence(
    page, sign_in, lesson, complaints
):
    sign_in(page).goto(address("lesson-files", lesson))

    page.get_by_label("Add files").set_input_files(
        {"name": "talk.vtt", "mimeType": "text/vtt", "buffer": b"WEBVTT\n\nnot a time --> at all\n"}
    )

    entry = page.locator(".upload")
    expect(entry).to_have_attribute("data-state", "refused")
    expect(entry.locator("[data-part=state]")).not_to_have_text("not accepted")
    assert Material.objects.count() == 0
    complaints.heard.clear()  # 4xx
