"""From a folder of Markdown to a completed course, and out again, over HTTP and in both languages."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client

from checkout.queries.audit import differences
from courses.models import Course, CourseProgress, Enrollment, LessonCompletion
from courses.services import cohorts, desk, publishing
from tests.factories.accounts import UserFactory
from tests.factories.community import ChapterFactory, MembershipFactory

pytestmark = pytest.mark.django_db(transaction=True)

FOLDER = {
    "01-a-coin/README.md": "# A coin\n\nToss it and cover it with your hand.\n",
    "01-a-coin/README-cn.md": "# 一枚硬币\n\n掷一次，用手盖住。\n",
    "02-two-balls/README.md": "# Two balls\n\nOne is red, one is green.\n",
    "02-two-balls/README-cn.md": "# 两颗球\n\n一颗红，一颗绿。\n",
}
FIELD = re.compile(r"<input[^>]*?>")


@pytest.fixture
def folder(tmp_path) -> Path:
    root = tmp_path / "zero-knowledge"
    for name, text in FOLDER.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.fixture
def course(folder) -> Course:
    """Imported and published, with one run that costs something."""
    chapter = ChapterFactory(slug="zk")
    call_command("import_course", str(folder), chapter="zk", publish=True, note="First words")
    course = Course.objects.get(chapter=chapter)
    cohort = cohorts.create_cohort(course=course, by=None, seats=5)
    cohorts.save_offer(
        cohort=cohort,
        by=None,
        price_minor=9900,
        currency="CNY",
        name_zh_hans="标准",
        name_en="Seat",
    )
    return course


def hidden(page: str) -> dict[str, str]:
    found = {}
    for field in FIELD.findall(page):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', field))
        if attributes.get("type") == "hidden":
            found[attributes["name"]] = attributes.get("value", "")
    return found


def page_of(response) -> str:
    assert response.status_code == 200
    return unescape(response.content.decode())


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def enroll(buyer: Client, course: Course) -> str:
    """Through the catalog, the form and the payment page; returns the order's own page."""
    assert course.get_absolute_url() in page_of(buyer.get("/courses/"))
    url = f"/courses/{course.slug}/checkout/"
    page = page_of(buyer.get(url))
    sent = buyer.post(url, {**hidden(page), "name": "Lin", "email": "lin@example.com"})
    paid = buyer.post(path_of(sent["Location"]), {"outcome": "pay", "method": "card"})
    returned = buyer.get(path_of(paid["Location"]))
    return path_of(returned["Location"])


def learner() -> Client:
    """Whoever reads the mail of lin@example.com."""
    user = UserFactory(email="lin@example.com")
    user.emailaddress_set.create(email="lin@example.com", verified=True)
    client = Client()
    client.force_login(user)
    return client


def test_learner_pays_reads_in_both_languages_completes_and_is_refunded(gateway, course):
    buyer = Client()
    order_page = enroll(buyer, course)
    gateway.deliver()
    [confirmation] = [m for m in mail.outbox if m.to == ["lin@example.com"]]
    start = f"/courses/{course.slug}/start/"
    assert start in confirmation.body
    assert f'href="{start}"' in page_of(buyer.get(order_page))
    assert buyer.get(start)["Location"].startswith("/accounts/login/")

    reader = learner()
    first, second = _lessons(course)
    assert path_of(reader.get(start)["Location"]) == first
    assert "用手盖住" in page_of(reader.get(first, {"language": "zh-hans"}))
    reader.post(f"{first}complete/?language=zh-hans", {"language": "zh-hans"})
    assert "One is red" in page_of(reader.get(second, {"language": "en"}))
    reader.post(f"{second}complete/?language=en", {"language": "en"})
    completions = LessonCompletion.objects.order_by("pk")
    assert [row.version.language for row in completions] == ["zh-hans", "en"]
    progress = CourseProgress.objects.get()
    assert (progress.percent, progress.publication.number) == (100, 1)

    desk.add_lesson(module=course.modules.last(), titles={"en": "Three properties"})
    publishing.publish_course(course=course, by=None)
    progress.refresh_from_db()
    assert (progress.percent, progress.publication.number) == (100, 1)
    assert 'value="100"' in page_of(reader.get("/my/tickets/"))

    organizer = Client()
    organizer.force_login(MembershipFactory(chapter=course.chapter).user)
    seat = Enrollment.objects.get()
    refund = f"/courses/{course.slug}/orders/{seat.order_line.order.reference}/refund/"
    form = {"units": [seat.public_id], "percent": "100", "note": "", "expected": "9900"}
    organizer.post(refund, form)
    gateway.deliver()

    assert reader.get(first).status_code in {403, 404}
    assert path_of(reader.get(start)["Location"]) == course.get_absolute_url()
    assert "100" not in page_of(reader.get("/my/tickets/")).partition("</main>")[0]
    assert LessonCompletion.objects.count() == 2
    assert list(differences()) == []


def _lessons(course: Course) -> list[str]:
    rows = course.lessons.order_by("module__position", "position", "pk")
    return [f"/courses/{course.slug}/lessons/{lesson.slug}/" for lesson in rows]
