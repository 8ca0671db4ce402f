"""A course taught live: paid for, attended, worked through, certified, verified, revoked."""

import re
from datetime import timedelta

import pypdfium2
import pytest
import zxingcpp
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from checkout import jobs
from community.models import Role
from courses.models import (
    Attendance,
    AttendanceSource,
    Certificate,
    ClassPlace,
    ClassSession,
    Submission,
)
from courses.services import certificates, classes
from orders.models import Order
from tests.courses.shop import priced_course
from tests.courses.work import published_quiz
from tests.e2e.conftest import PHONE
from tests.factories.accounts import UserFactory
from tests.factories.community import MembershipFactory
from tests.factories.courses import CourseLecturerFactory
from tests.factories.events import VenueFactory
from tests.factories.work import AssignmentFactory
from ticketing import qr
from ticketing.models import Ticket

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not finders.find("vendor/pdf/NotoSansSC-Regular.ttf"),
        reason="no font for Chinese: npm ci and manage.py vendor_static",
    ),
]

MEETING = "https://meet.example.com/room"
RULE = {
    "lessons_percent": 100,
    "min_attendance_percent": 60,  # two classes of the three
    "needs_accepted_work": True,
    "needs_quizzes": True,
}


@pytest.fixture
def course():
    course = priced_course(1, title_en="Zero Knowledge", title_zh_hans="零知识证明")
    certificates.publish_rule(course=course, by=None, **RULE)
    return course


@pytest.fixture
def lecturer(course):
    return CourseLecturerFactory(course=course).user


@pytest.fixture
def learner():
    ada = UserFactory(name="Ada Example", email="ada@example.com", language="en")
    EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
    return ada


def sign_in(page, user, site):
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    here = {"name": settings.SESSION_COOKIE_NAME, "value": session}
    page.context.add_cookies([here | {"url": site}])
    return page


def plan(course, by, title, **place):
    """A class of the course's run that begins in an hour, and opens a quarter before."""
    first = (timezone.now() + timedelta(hours=1)).replace(tzinfo=None)
    [planned] = classes.plan_classes(
        cohort=course.cohorts.get(),
        by=by,
        first=first,
        minutes=60,
        time_zone="UTC",
        title_en=title,
        **place,
    )
    return planned


def let_begin(session, after):
    """Time goes by for one class: it begins so long from now."""
    start = timezone.now() + after
    row = ClassSession.objects.filter(pk=session.pk)
    row.update(starts_at=start, ends_at=start + timedelta(hours=1))


def move(page, session):
    page.goto(f"/courses/{session.cohort.course.slug}/desk/classes/{session.public_id}/")
    page.get_by_label("Starts").fill("2036-03-10T19:00")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page).to_have_url(re.compile(r"/desk/classes/$"))
    session.refresh_from_db()
    assert session.starts_at.isoformat() == "2036-03-10T19:00:00+00:00"


def buy_seat(page, course):
    page.goto(course.get_absolute_url())
    page.get_by_role("button", name="Enroll").click()
    page.get_by_role("button", name="Pay ¥99").click()
    page.locator("button[value=pay]").click()
    expect(page).to_have_url(re.compile(r"/orders/"))
    jobs.apply_gateway_events()
    assert [order.status for order in Order.objects.all()] == ["paid"]


def join(page, session, complaints):
    """Refused before the window and after it, let in between."""
    address = f"/classes/{session.public_id}/join/"
    page.context.route(f"{MEETING}**", lambda route: route.fulfill(body="The meeting"))
    assert page.goto(address).status == 409
    assert not Attendance.objects.exists()
    let_begin(session, timedelta(minutes=10))
    page.goto(f"/classes/{session.public_id}/")
    page.get_by_role("link", name="Join the class").click()
    expect(page).to_have_url(MEETING)
    let_begin(session, timedelta(hours=-3))
    assert page.goto(address).status == 409
    provoked = ("409", MEETING)  # the refusals, and a meeting on a host that does not exist
    complaints.heard = [one for one in complaints.heard if not any(own in one for own in provoked)]


def hand_in(page, assignment, text, begin):
    page.goto(f"/courses/{assignment.course.slug}/assignments/{assignment.public_id}/")
    if begin:
        page.get_by_role("button", name=begin).click()
    page.locator("#work-form textarea[name=text]").fill(text)
    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(page.get_by_text(text, exact=True)).to_be_visible()  # no longer in a field


def answer(page, course, text, button):
    newest = Submission.objects.latest("number")
    page.goto(f"/courses/{course.slug}/desk/hand-ins/{newest.public_id}/")
    page.get_by_label("Your feedback").fill(text)
    page.get_by_role("button", name=button, exact=True).click()
    expect(page).to_have_url(re.compile(r"/desk/hand-ins/(\?.*)?$"))


def pass_quiz(page, quiz):
    page.goto(f"/courses/{quiz.course.slug}/quizzes/{quiz.public_id}/")
    page.locator("main form[method=post] button").click()
    expect(page).to_have_url(re.compile(r"/attempts/1/$"))
    page.wait_for_load_state()
    page.get_by_label("Choice 0").check()
    expect(page.locator("[data-save-state]")).to_have_attribute("data-state", "saved")
    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(page.locator(".quiz-percent")).to_have_text("100 %")


def finish_lesson(page, course):
    page.goto(f"/courses/{course.slug}/lessons/lesson-1/")
    page.get_by_role("button", name="Complete this lesson").click()
    expect(page.get_by_text("You completed this lesson.")).to_be_visible()


def code_on_paper(page, course):
    """What the QR code of the certificate's PDF says."""
    page.goto(f"/courses/{course.slug}/certificate/")
    address = page.get_by_role("link", name="PDF").get_attribute("href")
    [sheet] = pypdfium2.PdfDocument(page.request.get(address).body())
    [code] = zxingcpp.read_barcodes(sheet.render(scale=2).to_pil())
    return code.text


def revoke(page, certificate):
    slug, number = certificate.course.slug, certificate.label
    page.goto(f"/courses/{slug}/desk/certificates/{number}/revoke/")
    page.locator("main [name=reason]").fill("Given by mistake.")
    page.get_by_role("button", name="Revoke", exact=True).click()
    expect(page).to_have_url(re.compile(rf"/desk/certificates/{number}/$"))


def test_a_run_of_three_classes_ends_in_a_certificate(
    open_page, open_page_with_camera, site, complaints, course, lecturer, learner
):
    online = plan(course, lecturer, "Online", join_url=MEETING)
    venue = VenueFactory(chapter=course.chapter)
    hall = plan(course, lecturer, "In the hall", place=ClassPlace.VENUE, venue=venue)
    moved = plan(course, lecturer, "Moved", join_url=MEETING)
    assignment = AssignmentFactory(course=course)
    quiz = published_quiz(course)
    steward = MembershipFactory(chapter=course.chapter, role=Role.STEWARD).user
    mine = sign_in(open_page(**PHONE), learner, site)
    desk = sign_in(open_page(), lecturer, site)

    # the lecturer moves a class; a learner buys a seat
    move(desk, moved)
    buy_seat(mine, course)

    # online: in the window only
    join(mine, online, complaints)

    # at the venue: by the ticket of the class
    jobs.seat_classes()
    ticket = Ticket.objects.get(event=hall.event)
    door = open_page_with_camera(qr.png(qr.token_for(ticket)), **PHONE)
    sign_in(door, steward, site).goto(f"/events/{hall.event.slug}/check-in/")
    verdict = door.locator("[data-stage] .verdict")
    expect(verdict).to_have_attribute("data-verdict", "in", timeout=20_000)
    jobs.note_door_attendance()
    sources = Attendance.objects.filter(user=learner).order_by("pk").values_list("source")
    assert [source for (source,) in sources] == [AttendanceSource.JOIN, AttendanceSource.DOOR]
    let_begin(hall, timedelta(hours=-3))

    # work: revised once, then accepted
    hand_in(mine, assignment, "A first try.", begin="")
    answer(desk, course, "Say why.", "Ask to revise")
    hand_in(mine, assignment, "A second try.", begin="Revise it")
    answer(desk, course, "Now it is clear.", "Accept")
    finish_lesson(mine, course)
    assert not Certificate.objects.exists()
    pass_quiz(mine, quiz)

    # the certificate, and what a stranger sees by its code
    certificates.issue_due(course=course)
    certificate = Certificate.objects.get()
    code = code_on_paper(mine, course)
    stranger = open_page()
    stranger.goto(code)
    word = stranger.locator(".verdict-word")
    expect(word).to_have_attribute("data-verdict", "valid")
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Zero Knowledge")
    revoke(desk, certificate)
    stranger.reload()
    expect(word).to_have_attribute("data-verdict", "revoked")
