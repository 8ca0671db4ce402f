import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.models import Role
from tests.factories.accounts import UserFactory
from tests.factories.community import MembershipFactory
from tests.factories.events import EventFactory
from tests.factories.ticketing import TicketFactory, TicketTypeFactory
from ticketing import qr
from ticketing.models import CheckIn, Ticket, TicketStatus
from ticketing.services.doors import plan_of

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def ticket():
    return TicketFactory(holder_name="林晓舟", label="K7M3PQ4X-1")


@pytest.fixture
def event(ticket):
    return ticket.event


@pytest.fixture
def steward(event):
    return MembershipFactory(chapter=event.chapter, role=Role.STEWARD).user


@pytest.fixture
def helper(client, steward):
    """The client of a signed-in door helper."""
    client.force_login(steward)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def url(event, name="check-in", *args):
    return reverse(f"ticketing:{name}", args=[event.slug, *args])


def scan(client, event, code, nonce=None, **extra):
    data = {"code": code, "nonce": nonce or uuid4(), "gate": extra.pop("gate", "")}
    return client.post(url(event), data, **extra)


def verdict(response):
    """The verdict that the page shows, and everything it says."""
    page = response.content.decode()
    [section] = re.findall(
        r'<section class="verdict" data-verdict="(?!waiting)(\w+)">(.*?)</section>', page, re.DOTALL
    )
    return section[0], " ".join(re.sub(r"<[^>]+>", " ", section[1]).split())


def names(response):
    return re.findall(r'class="door-name">([^<]+)<', response.content.decode())


def test_scanned_ticket_is_admitted_with_its_name(helper, event, ticket):
    kind, words = verdict(scan(helper, event, qr.token_for(ticket), **HTMX))

    assert kind == "in"
    assert words.startswith("IN Admitted 林晓舟 Standard K7M3PQ4X-1")
    assert ticket.check_ins.count() == 1


def test_second_scan_says_since_when_and_where(helper, event, ticket):
    scan(helper, event, "K7M3PQ4X-1", gate="B")

    kind, words = verdict(scan(helper, event, "K7M3PQ4X-1", gate="A", **HTMX))

    assert kind == "again"
    assert re.search(r"Already in since \d\d:\d\d at gate B 林晓舟", words)


def test_refusal_says_why_and_admits_nobody(helper, event, ticket):
    Ticket.objects.update(status=TicketStatus.HELD)

    kind, words = verdict(scan(helper, event, qr.token_for(ticket), **HTMX))

    assert kind == "refused"
    assert "This ticket has not been paid for yet." in words
    assert not CheckIn.objects.exists()


def test_holder_of_another_event_stays_unnamed(helper, event):
    other = TicketFactory(holder_name="陈一鸣")

    kind, words = verdict(scan(helper, event, qr.token_for(other)))

    assert kind == "refused"
    assert other.event.title_en in words
    assert "陈一鸣" not in words


def test_order_with_two_tickets_asks_which_and_takes_the_answer(helper, event, ticket):
    reference = ticket.order_line.order.reference
    TicketFactory(ticket_type=ticket.ticket_type, order_line=ticket.order_line)

    response = scan(helper, event, reference, **HTMX)

    assert verdict(response)[0] == "choose"
    label, nonce = re.findall(r'name="(?:code|nonce)" value="([^"]+)"', response.content.decode())[
        :2
    ]
    assert verdict(scan(helper, event, label, nonce=nonce))[0] == "in"


@pytest.mark.parametrize("code", ["", " ", "C1:", "x" * 500])
def test_nonsense_is_refused_in_words(helper, event, code):
    response = scan(helper, event, code)

    assert response.status_code == 200
    assert verdict(response)[0] == "refused"


def test_page_without_javascript_scans_and_shows_the_last_scans(helper, event, ticket):
    response = scan(helper, event, "k7m3 pq4x 1", gate="North")

    assert verdict(response)[0] == "in"
    assert [shown.ticket for shown in response.context["scans"]] == [ticket]
    page = response.content.decode()
    assert 'value="North"' in page
    assert "1 of 1 are in" in page


def test_form_sent_twice_is_one_scan(helper, event, ticket):
    nonce = uuid4()

    kinds = [verdict(scan(helper, event, "K7M3PQ4X-1", nonce=nonce))[0] for _ in range(2)]

    assert kinds == ["in", "in"]


def test_undo_lets_in_again(helper, event, ticket):
    nonce = uuid4()
    scan(helper, event, "K7M3PQ4X-1", nonce=nonce)

    response = helper.post(url(event, "check-in-undo", nonce), **HTMX)

    assert verdict(response)[0] == "undone"
    assert verdict(scan(helper, event, "K7M3PQ4X-1", nonce=nonce))[0] == "undone"
    assert verdict(scan(helper, event, "K7M3PQ4X-1"))[0] == "in"


def test_undo_without_javascript_returns_to_the_page(helper, event, ticket):
    nonce = uuid4()
    scan(helper, event, "K7M3PQ4X-1", nonce=nonce)

    response = helper.post(url(event, "check-in-undo", nonce), follow=True)

    assert response.redirect_chain == [(url(event), 302)]
    assert "Undone: 林晓舟 may come in again." in response.content.decode()


def test_undo_of_another_events_scan_is_404(helper, event, ticket):
    nonce = uuid4()
    scan(helper, event, "K7M3PQ4X-1", nonce=nonce)
    elsewhere = EventFactory(chapter=event.chapter)

    assert helper.post(url(elsewhere, "check-in-undo", nonce)).status_code == 404
    assert CheckIn.objects.get().undone_at is None


@pytest.mark.parametrize("text", ["晓", "林晓", "k7m3", "K7M3 PQ4X"])
def test_search_finds_by_part_of_name_or_label(helper, event, ticket, text):
    TicketFactory(ticket_type=ticket.ticket_type, holder_name="Someone Else")
    TicketFactory(holder_name="林晓舟")  # of another event

    response = helper.get(url(event, "door-search"), {"q": text}, **HTMX)

    assert names(response) == ["林晓舟"]


def test_search_finds_by_the_whole_address_only(helper, event, ticket):
    address = ticket.order_line.order.email

    found, none = (
        helper.get(url(event, "door-search"), {"q": text}).context["found"]
        for text in (address.upper(), address[1:])
    )

    assert [each for each, _nonce in found] == [ticket]
    assert none == []


@pytest.mark.parametrize("text", ["", "L", " ", "%"])
def test_search_wants_more_than_a_letter(helper, event, text):
    TicketFactory(ticket_type=TicketTypeFactory(event=event), holder_name="Lin")

    assert helper.get(url(event, "door-search"), {"q": text}).context["found"] == []


def test_search_shows_twenty_and_says_that_there_are_more(helper, event, ticket):
    TicketFactory.create_batch(21, ticket_type=ticket.ticket_type, holder_name="Lin")

    response = helper.get(url(event, "door-search"), {"q": "lin"}, **HTMX)

    assert names(response) == ["Lin"] * 20
    assert "There are more." in response.content.decode()


def test_search_offers_check_in_only_for_who_may_enter(helper, event, ticket):
    kind = ticket.ticket_type
    TicketFactory(ticket_type=kind, holder_name="林held", status=TicketStatus.HELD)
    scan(helper, event, TicketFactory(ticket_type=kind, holder_name="林in").label)

    page = helper.get(url(event, "door-search"), {"q": "林"}, **HTMX).content.decode()

    assert re.findall(r'aria-label="Check in ([^"]+)"', page) == ["林晓舟"]
    assert "in since" in page


def test_counts_are_asked_once_for_many_helpers(helper, event, ticket):
    def ask():
        with CaptureQueriesContext(connection) as queries:
            response = helper.get(url(event, "door-counts"), **HTMX)
        assert "0 of 1 are in" in response.content.decode()
        return len(queries)

    assert [ask(), ask()] == [4, 3]  # session, person, event, and the count for the first


def table_queries(captured):
    words = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return [each["sql"] for each in captured if not each["sql"].startswith(words)]


@pytest.mark.parametrize("others", [0, 12])
def test_scan_costs_six_queries_however_many_tickets(helper, event, ticket, others):
    TicketFactory.create_batch(others, ticket_type=ticket.ticket_type)
    code = qr.token_for(ticket)
    qr.read_token(code)
    plan_of(event)  # kept for some seconds

    with CaptureQueriesContext(connection) as captured:
        scan(helper, event, code, **HTMX)

    # session, person and event; then the check-in: ticket, its write, the row
    assert len(table_queries(captured)) == 6


@pytest.mark.parametrize("scans", [1, 12])
def test_page_costs_five_queries_however_many_scans(helper, event, ticket, scans):
    for each in TicketFactory.create_batch(scans, ticket_type=ticket.ticket_type):
        scan(helper, event, each.label)

    with CaptureQueriesContext(connection) as captured:
        helper.get(url(event))

    assert len(captured) == 5


def test_camera_and_wasm_are_allowed_here(helper, event):
    response = helper.get(url(event))

    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self' 'wasm-unsafe-eval';" in f"{policy};"
    assert "unsafe-inline" not in policy
    assert response.headers["Permissions-Policy"].startswith("camera=(self)")


def test_pages_of_the_door_are_not_kept_by_anyone(helper, event):
    assert "no-store" in helper.get(url(event)).headers["Cache-Control"]


ADDRESSES = [
    ("get", "check-in"),
    ("post", "check-in"),
    ("get", "door-search"),
    ("get", "door-counts"),
    ("post", "check-in-undo"),
]


def call(client, event, method, name, **extra):
    arguments = [uuid4()] if name == "check-in-undo" else []
    return getattr(client, method)(url(event, name, *arguments), **extra)


@pytest.mark.parametrize(("method", "name"), ADDRESSES)
@pytest.mark.parametrize("role", [None, Role.LECTURER, "elsewhere"])
def test_door_is_404_for_people_without_it(client, event, method, name, role):
    person = UserFactory()
    if role == "elsewhere":
        MembershipFactory(user=person, role=Role.OWNER)
    elif role:
        MembershipFactory(user=person, chapter=event.chapter, role=role)
    client.force_login(person)

    assert call(client, event, method, name).status_code == 404


@pytest.mark.parametrize(("method", "name"), ADDRESSES)
def test_signed_out_people_sign_in_and_scripts_are_told(client, event, method, name):
    page, fragment = (call(client, event, method, name, **extra) for extra in ({}, HTMX))

    assert page.status_code == 302
    assert page.headers["Location"].startswith(reverse("account_login"))
    assert fragment.status_code == 401


@pytest.mark.parametrize("role", [Role.OWNER, Role.ORGANIZER, Role.STEWARD])
def test_door_opens_for_its_people(client, event, role):
    client.force_login(MembershipFactory(chapter=event.chapter, role=role).user)

    assert client.get(url(event)).status_code == 200


def test_scan_without_the_forms_secret_is_refused(steward, event, ticket):
    client = Client(enforce_csrf_checks=True)
    client.force_login(steward)

    assert scan(client, event, "K7M3PQ4X-1").status_code == 403
    assert not CheckIn.objects.exists()
