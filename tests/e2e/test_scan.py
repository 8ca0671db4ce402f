"""The door in a real browser, with a camera that sees a real ticket."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from community.models import Role
from tests.e2e.conftest import PHONE
from tests.factories.community import MembershipFactory
from tests.factories.ticketing import TicketFactory
from ticketing import qr
from ticketing.models import CheckIn, Ticket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ticket():
    return TicketFactory(holder_name="林晓舟", label="K7M3PQ4X-1")


@pytest.fixture
def steward(ticket):
    return MembershipFactory(chapter=ticket.event.chapter, role=Role.STEWARD).user


@pytest.fixture
def open_door(client, steward, ticket, site):
    """Take a page to the door, signed in as its helper."""

    def open_door(page):
        client.force_login(steward)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        here = {"name": settings.SESSION_COOKIE_NAME, "value": session}
        page.context.add_cookies([here | {"url": site}])
        page.goto(f"/events/{ticket.event.slug}/check-in/")
        return page

    return open_door


def verdict(page):
    return page.locator("[data-stage] .verdict")


def type_code(page, code):
    page.get_by_label("Ticket code or order number").fill(code)
    page.keyboard.press("Enter")


def test_camera_admits_a_real_ticket_and_knows_it_afterwards(
    open_page_with_camera, open_door, ticket
):
    page = open_door(open_page_with_camera(qr.png(qr.token_for(ticket)), **PHONE))

    expect(verdict(page)).to_have_attribute("data-verdict", "in", timeout=10_000)
    expect(verdict(page)).to_contain_text("林晓舟")
    assert Ticket.objects.get().checked_in_at is not None
    # the code stays in sight, and is not scanned again
    expect(verdict(page)).to_have_count(0)
    expect(page.locator("[data-scans] .scan")).to_have_count(1)
    assert CheckIn.objects.count() == 1

    page.reload()

    expect(verdict(page)).to_have_attribute("data-verdict", "again", timeout=10_000)
    assert CheckIn.objects.count() == 1


def test_camera_refuses_a_ticket_of_another_event(open_page_with_camera, open_door):
    other = TicketFactory()
    page = open_door(open_page_with_camera(qr.png(qr.token_for(other)), **PHONE))

    expect(verdict(page)).to_have_attribute("data-verdict", "refused", timeout=10_000)
    expect(verdict(page)).to_contain_text(other.event.title_en)


def test_typed_code_admits_counts_and_can_be_undone(page, open_door, ticket):
    open_door(page)
    counts = page.locator("#counts [data-admitted]")

    type_code(page, "k7m3pq4x 1")

    expect(verdict(page)).to_have_attribute("data-verdict", "in")
    expect(counts).to_have_text("1")
    page.get_by_role("button", name="Go on scanning").click()
    page.get_by_role("button", name="Undo the check-in of 林晓舟").click()
    expect(page.locator("[data-scans] .scan")).to_have_attribute("data-verdict", "undone")
    expect(counts).to_have_text("0")
    assert Ticket.objects.get().checked_in_at is None


def test_hand_scanner_types_from_anywhere(page, open_door, ticket):
    open_door(page)

    page.keyboard.type(qr.token_for(ticket))
    page.keyboard.press("Enter")

    expect(verdict(page)).to_have_attribute("data-verdict", "in")


def test_hand_scanner_aimed_at_the_search_is_still_a_scan(page, open_door, ticket):
    open_door(page)
    page.get_by_role("searchbox").focus()

    page.keyboard.type(qr.token_for(ticket))
    page.keyboard.press("Enter")

    expect(verdict(page)).to_have_attribute("data-verdict", "in")
    expect(page.get_by_role("searchbox")).to_have_value("")


def test_person_is_found_by_name_and_checked_in(page, open_door):
    open_door(page)

    page.get_by_role("searchbox").fill("晓")
    page.get_by_role("button", name="Check in 林晓舟").click()

    expect(verdict(page)).to_have_attribute("data-verdict", "in")
    expect(page.locator("#found")).to_contain_text("in since")


def test_lost_network_says_not_counted_and_tries_the_same_scan_again(
    page, open_door, complaints, ticket
):
    open_door(page)
    page.context.set_offline(True)

    type_code(page, "K7M3PQ4X-1")

    expect(verdict(page)).to_contain_text("This scan was not counted.")
    page.context.set_offline(False)
    expect(verdict(page)).to_have_attribute("data-verdict", "in")
    assert CheckIn.objects.count() == 1
    complaints.heard = [each for each in complaints.heard if "ERR_INTERNET_DISC" not in each]


def test_answer_lost_on_the_way_is_asked_for_again_and_admits(page, open_door, complaints, ticket):
    """The server counted the scan, the phone never heard: the same nonce brings the same answer."""
    open_door(page)
    lost = []

    def lose_the_first(route):
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().status)
            route.abort("connectionreset")

    page.route("**/check-in/", lose_the_first)
    type_code(page, "K7M3PQ4X-1")

    expect(verdict(page)).to_have_attribute("data-verdict", "in")
    assert lost == [200]
    assert CheckIn.objects.count() == 1
    complaints.heard = [each for each in complaints.heard if "ERR_CONNECTION_RESET" not in each]


def test_signed_out_helper_is_told_and_keeps_the_code(page, open_door, complaints, ticket):
    open_door(page)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)

    type_code(page, "K7M3PQ4X-1")

    expect(verdict(page)).to_contain_text("You have been signed out.")
    link = page.get_by_role("link", name="Sign in").get_attribute("href")
    assert link == f"/accounts/login/?next=/events/{ticket.event.slug}/check-in/"
    assert not CheckIn.objects.exists()
    open_door(page)
    expect(page.get_by_label("Ticket code or order number")).to_have_value("K7M3PQ4X-1")
    complaints.heard = [each for each in complaints.heard if "401" not in each]


def test_gate_is_kept_on_the_device(page, open_door):
    open_door(page)
    page.locator(".door-gate summary").click()
    page.get_by_label("Gate").fill("North")

    page.reload()
    type_code(page, "K7M3PQ4X-1")

    expect(verdict(page)).to_have_attribute("data-verdict", "in")
    assert CheckIn.objects.get().gate_name == "North"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("NotAllowedError", "The camera is not allowed."),
        ("NotFoundError", "No camera found."),
        ("NotReadableError", "The camera is in use."),
    ],
)
def test_camera_that_fails_says_what_to_do(page, open_door, error, words):
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia ="
        f" () => Promise.reject(new DOMException('', '{error}'))"
    )
    open_door(page)

    page.get_by_role("button", name="Scan with the camera").click()

    expect(page.get_by_text(words)).to_be_visible()
    type_code(page, "K7M3PQ4X-1")
    expect(verdict(page)).to_have_attribute("data-verdict", "in")


def test_page_works_without_javascript(open_page, open_door):
    page = open_door(open_page(java_script_enabled=False, **PHONE))

    type_code(page, "K7M3PQ4X-1")

    expect(verdict(page)).to_have_attribute("data-verdict", "in")
    expect(page.locator("[data-finder]")).to_be_hidden()
