"""The scanner of a paired phone, with and without a network."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from community.models import Role
from orders.models import Payment, Provider
from tests.e2e.conftest import PHONE
from tests.factories.accounts import UserFactory
from tests.factories.community import MembershipFactory
from tests.factories.events import EventFactory
from tests.factories.orders import OrderLineFactory
from tests.factories.ticketing import GateFactory, TicketFactory, TicketTypeFactory
from ticketing import qr
from ticketing.models import CheckIn, Device, DoorSettings, Refusal
from ticketing.queries import shell
from ticketing.services import devices, tickets
from ticketing.services.keys import load_signer

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 60_000  # ms: a slow machine is no failure
NETWORK = ["ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION_RESET", "ERR_NETWORK", "signal is aborted"]


@pytest.fixture(autouse=True)
def patience():
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def event():
    return EventFactory()


@pytest.fixture
def tickets_of(event):
    """Valid tickets of the event, by the names of their holders."""

    def make(*names):
        kind = TicketTypeFactory(event=event)
        line = OrderLineFactory(order__reference="K7M3PQ4X")
        made = [
            TicketFactory(
                ticket_type=kind, order_line=line, holder_name=name, label=f"K7M3PQ4X-{number}"
            )
            for number, name in enumerate(names, 1)
        ]
        load_signer(event_id=event.pk)  # as the first ticket's mail does
        return made

    return make


@pytest.fixture
def pair(event):
    """Pair a page with the event's door, as a phone at `gate`, and wait until it needs no network."""

    def pair(page, gate="North"):
        page.set_default_timeout(PATIENCE)
        place = GateFactory(event=event, name=gate)
        pairing = devices.start_pairing(
            event=event, gate=place, device_name=f"Phone {gate}", by=UserFactory()
        )
        page.goto(f"/door/#pair={devices.token_of(pairing)}")
        expect(sign(page)).to_have_attribute("data-kind", "online")
        expect(page.locator("[data-readiness]")).to_have_text("Ready: it works without a network")
        expect(page.locator("[data-age]")).to_contain_text("List of")
        return page

    return pair


@pytest.fixture
def open_board(client, event, site):
    """Take a page to the doors' live board, signed in as the organizer."""

    def open_board(page):
        client.force_login(MembershipFactory(chapter=event.chapter, role=Role.ORGANIZER).user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        here = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}
        page.context.add_cookies([here])
        page.goto(f"/events/{event.slug}/doors/", timeout=PATIENCE)
        return page

    return open_board


@pytest.fixture
def network_may_fail(complaints):
    """Forget what a browser says to its console when a request finds no network."""
    yield
    complaints.heard = [
        each for each in complaints.heard if not any(words in each for words in NETWORK)
    ]


def sign(page):
    return page.locator("[data-sign]")


def verdict(page):
    return page.locator("[data-stage] .verdict")


def scan(page, text, kind):
    """As a hand scanner or a helper enters it; the verdict is seen and closed."""
    page.get_by_label("Ticket code or order number").fill(text)
    page.keyboard.press("Enter")
    expect(verdict(page)).to_have_attribute("data-verdict", kind)
    words = verdict(page).inner_text()
    page.locator("[data-stage] [data-close]").click()
    expect(verdict(page)).to_have_count(0)
    return words


def lose_network(page):
    page.context.set_offline(True)
    expect(sign(page)).to_have_attribute("data-kind", "offline")


def find_network(page):
    page.context.set_offline(False)
    expect(sign(page).locator("[data-sign-word]")).to_have_text("Online")


def admissions():
    return sorted(CheckIn.objects.values_list("ticket__holder_name", "kind"))


def test_door_goes_on_without_a_network(open_page_with_camera, network_may_fail, pair, tickets_of):
    lin, mei, bo = tickets_of("Lin", "Mei", "Bo")
    page = pair(open_page_with_camera(qr.png(qr.token_for(lin)), **PHONE))
    expect(verdict(page)).to_have_attribute("data-verdict", "in")
    expect(verdict(page)).to_contain_text("Lin")
    old = qr.token_for(bo)
    tickets.reissue_ticket(ticket=bo, by=UserFactory())
    with page.expect_response("**/api/v1/door/sync/**"):
        page.reload()
    expect(verdict(page)).to_have_attribute("data-verdict", "again")
    lose_network(page)

    page.reload()

    expect(verdict(page)).to_have_attribute("data-verdict", "again")
    assert "Mei" in scan(page, qr.token_for(mei), "in")
    forged = qr.token_for(mei)[:-3] + "000"
    assert "no ticket of ours" in scan(page, forged, "refused")
    assert "replaced" in scan(page, old, "refused")
    assert "since" in scan(page, qr.token_for(mei), "again")
    expect(sign(page)).to_contain_text("Offline: ")
    assert admissions() == [("Lin", "counted")]

    find_network(page)

    assert admissions() == [("Lin", "counted"), ("Mei", "counted")]
    assert CheckIn.objects.get(ticket=mei).is_offline
    reasons = Refusal.objects.exclude(ticket=lin).values_list("reason", flat=True)
    assert sorted(reasons) == ["already_checked_in", "ticket_replaced", "unknown_ticket"]
    expect(page.locator("[data-admitted]")).to_have_text("2")


def test_two_phones_without_a_network_admit_one_ticket(
    open_page, open_board, network_may_fail, pair, tickets_of
):
    [lin] = tickets_of("Lin")
    north, south = pair(open_page(**PHONE), "North"), pair(open_page(**PHONE), "South")
    for page in (north, south):
        lose_network(page)
        scan(page, qr.token_for(lin), "in")

    for page in (south, north):
        find_network(page)

    rows = CheckIn.objects.order_by("pk").values_list("device__name", "kind", "gate_name")
    assert list(rows) == [
        ("Phone South", "counted", "South"),
        ("Phone North", "conflict", "North"),
    ]
    listed = open_board(open_page()).locator(".conflict")
    expect(listed).to_contain_text("Lin")
    for name in ("Phone South", "Phone North"):
        expect(listed).to_contain_text(name)


def test_revoked_phone_wipes_itself_and_says_so(page, complaints, pair, tickets_of):
    tickets_of("Lin")
    pair(page)

    devices.revoke_device(device=Device.objects.get(), by=UserFactory())
    page.reload()

    expect(page.get_by_role("heading", name="This device was taken off the door")).to_be_visible()
    expect(page.locator("[data-title]")).to_have_text("Door scanner")
    kept = """async () => {
      const request = indexedDB.open("door");
      const base = await new Promise((done) => { request.onsuccess = () => done(request.result); });
      const names = [...base.objectStoreNames];
      const counts = names.map((name) => new Promise((done) => {
        const asked = base.transaction(name).objectStore(name).count();
        asked.onsuccess = () => done(asked.result);
      }));
      return { rows: await Promise.all(counts), caches: await caches.keys() };
    }"""
    assert page.evaluate(kept) == {"rows": [0, 0, 0, 0], "caches": []}
    page.get_by_role("link", name="Pair it anew").click()
    expect(page.get_by_role("heading", name="Pair this device")).to_be_visible()
    assert Device.objects.get().wiped_at is not None
    complaints.heard = [each for each in complaints.heard if "401" not in each]


def test_hand_scanner_types_from_anywhere_and_stutters(page, pair, tickets_of):
    [lin] = tickets_of("Lin")
    pair(page)

    for _ in range(2):
        page.keyboard.type(qr.token_for(lin))
        page.keyboard.press("Enter")

    expect(verdict(page)).to_have_attribute("data-verdict", "in")
    expect(page.locator("[data-scans] .scan")).to_have_count(1)
    assert admissions() == [("Lin", "counted")]


def test_answer_lost_on_the_way_is_decided_here_and_counted_once(
    page, network_may_fail, pair, tickets_of
):
    """The server counted the scan and the phone never heard: the same nonce goes up again."""
    [lin] = tickets_of("Lin")
    pair(page)
    lost = []

    def lose(route):
        lost.append(route.fetch().status)
        route.abort("connectionreset")

    page.route("**/api/v1/door/scan/", lose)

    scan(page, qr.token_for(lin), "in")

    expect(sign(page).locator("[data-sign-word]")).to_have_text("Online")
    assert lost == [200]
    assert admissions() == [("Lin", "counted")]


def test_undoing_without_a_network_goes_up_with_the_scan_or_after_it(
    page, network_may_fail, pair, tickets_of
):
    lin, mei = tickets_of("Lin", "Mei")
    pair(page)
    scan(page, qr.token_for(lin), "in")
    lose_network(page)
    scan(page, qr.token_for(mei), "in")

    for name in ("Lin", "Mei"):
        page.get_by_role("button", name=f"Undo the check-in of {name}").click()
    expect(page.locator('.scan[data-verdict="undone"]')).to_have_count(2)
    page.reload()  # what waits survives
    expect(sign(page)).to_contain_text("Offline: 2 scans wait")
    find_network(page)

    assert CheckIn.objects.filter(undone_at=None).count() == 0
    assert CheckIn.objects.count() == 2
    scan(page, qr.token_for(lin), "in")


def test_order_with_several_tickets_asks_which_one(page, network_may_fail, pair, tickets_of):
    tickets_of("Lin", "Mei")
    pair(page)
    lose_network(page)
    page.get_by_label("Ticket code or order number").fill("k7m3pq4x")
    page.keyboard.press("Enter")

    expect(verdict(page)).to_have_attribute("data-verdict", "choose")
    page.get_by_role("button", name="Check in K7M3PQ4X-2").click()

    expect(verdict(page)).to_have_attribute("data-verdict", "in")
    find_network(page)
    assert admissions() == [("Mei", "counted")]


def test_browser_without_ed25519_lets_the_list_decide(page, network_may_fail, pair, tickets_of):
    [lin] = tickets_of("Lin")
    page.add_init_script(
        "const { importKey } = crypto.subtle;"
        "crypto.subtle.importKey = function (form, data, how, ...rest) {"
        "  if (how.name === 'Ed25519') throw new DOMException('', 'NotSupportedError');"
        "  return importKey.call(this, form, data, how, ...rest);"
        "};"
    )
    pair(page)
    expect(page.get_by_text("This browser cannot check signatures.")).to_be_visible()
    lose_network(page)
    later = TicketFactory(ticket_type=lin.ticket_type, holder_name="Later")

    assert "Lin" in scan(page, qr.token_for(lin), "in")
    assert "does not know" in scan(page, qr.token_for(later), "refused")


def test_ticket_sold_after_the_last_update_comes_in_by_its_signature(
    page, network_may_fail, pair, tickets_of
):
    [lin] = tickets_of("Lin")
    pair(page)
    scan(page, qr.token_for(lin), "in")
    lose_network(page)
    later = TicketFactory(ticket_type=lin.ticket_type, holder_name="Later")

    assert "cannot be checked further" in scan(page, qr.token_for(later), "in")
    find_network(page)

    assert admissions() == [("Later", "counted"), ("Lin", "counted")]


def test_wrong_clock_warns_and_is_corrected(page, network_may_fail, pair, tickets_of):
    [lin] = tickets_of("Lin")
    page.add_init_script("const { now } = Date; Date.now = () => now() + 600_000;")
    pair(page)
    expect(page.get_by_role("alert")).to_contain_text("10 min fast")
    lose_network(page)
    before = timezone.now()

    scan(page, qr.token_for(lin), "in")
    find_network(page)

    made = CheckIn.objects.get()
    slack = timedelta(seconds=PATIENCE / 1000)
    assert before - slack < made.at <= timezone.now()
    assert timedelta(minutes=9) < made.device_at - made.at < timedelta(minutes=11)


def test_who_cannot_be_written_down_is_not_shown_green(
    page, complaints, network_may_fail, pair, tickets_of
):
    [lin] = tickets_of("Lin")
    pair(page)
    lose_network(page)
    page.evaluate(
        "() => { IDBObjectStore.prototype.add = () => {"
        " throw new DOMException('', 'QuotaExceededError'); }; }"
    )

    scan(page, qr.token_for(lin), "waiting")

    page.reload()
    assert "Lin" in scan(page, qr.token_for(lin), "in")
    complaints.heard.clear()


SPOIL = """() => new Promise((done) => {
  indexedDB.open("door").onsuccess = ({ target }) => {
    const writing = target.result.transaction("outbox", "readwrite");
    writing.objectStore("outbox").openCursor().onsuccess = ({ target }) =>
      target.result.update({ ...target.result.value, item: { nonce: "?" } });
    writing.oncomplete = done;
  };
})"""


def test_what_the_server_cannot_read_does_not_hold_up_the_rest(
    page, complaints, network_may_fail, pair, tickets_of
):
    lin, mei, bo = tickets_of("Lin", "Mei", "Bo")
    pair(page)
    lose_network(page)
    scan(page, qr.token_for(lin), "in")
    page.evaluate(SPOIL)
    page.reload()
    scan(page, qr.token_for(mei), "in")
    scan(page, qr.token_for(bo), "in")

    find_network(page)

    assert admissions() == [("Bo", "counted"), ("Mei", "counted")]
    expect(page.get_by_text("cannot be read by the server")).to_be_visible()
    page.reload()
    expect(page.get_by_text("cannot be read by the server")).to_be_visible()
    complaints.heard.clear()  # the browser's word on the answers 400


def test_helper_unpairs_a_phone_that_has_sent_everything(page, pair, tickets_of):
    tickets_of("Lin")
    pair(page)

    page.get_by_text("This device", exact=True).click()
    page.get_by_role("button", name="Unpair this device").click()
    page.get_by_role("button", name="Unpair and erase").click()

    expect(page.get_by_role("heading", name="Pair this device")).to_be_visible()


def test_list_that_was_cut_goes_on_where_it_was(page, network_may_fail, pair, tickets_of):
    tickets_of("Lin", "Mei", "Bo")
    asked = []

    def cut_the_second(route):
        asked.append(parse_qs(urlsplit(route.request.url).query).get("cursor", [""])[0])
        if len(asked) == 2:
            route.abort("connectionreset")
        else:
            route.continue_(url=route.request.url.replace("limit=5000", "limit=2"))

    page.route("**/api/v1/door/sync/**", cut_the_second)

    pair(page)

    expect(page.locator("[data-list-size]")).to_have_text("3")
    assert asked[0] == ""
    assert asked[1] == asked[2] != ""


def test_language_changes_without_a_network(page, network_may_fail, pair, tickets_of):
    tickets_of("Lin")
    pair(page)
    lose_network(page)

    page.get_by_role("link", name="中文").click()

    expect(page.get_by_text("离线：照常核验")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"


def test_used_pairing_code_says_what_to_do(page, complaints, event):
    page.goto("/door/#pair=2222222222222222", timeout=PATIENCE)

    expect(page.get_by_text("Ask the organizer for a new one.")).to_be_visible()
    assert page.url.endswith("/door/en/")
    complaints.heard = [each for each in complaints.heard if "409" not in each]


def test_paired_phone_goes_to_another_door_but_not_by_a_used_code(
    page, complaints, event, pair, tickets_of
):
    tickets_of("Lin")
    pair(page)
    page.goto("/door/#pair=2222222222222222")
    expect(page.get_by_text("Ask the organizer for a new one.")).to_be_visible()
    expect(page.locator("[data-title]")).to_have_text(event.title_en)
    other = EventFactory(title_en="Another evening")

    start = {"gate": None, "device_name": "Phone", "by": UserFactory()}
    token = devices.token_of(devices.start_pairing(event=other, **start))
    page.goto(f"/door/#pair={token}")

    expect(page.locator("[data-title]")).to_have_text("Another evening")
    complaints.heard = [each for each in complaints.heard if "409" not in each]


def test_second_tab_waits_for_the_first(page, pair, tickets_of):
    tickets_of("Lin")
    pair(page)
    second = page.context.new_page()
    second.goto("/door/en/", timeout=PATIENCE)
    expect(second.get_by_role("heading", name="Open in another tab")).to_be_visible()

    page.close()

    expect(sign(second)).to_have_attribute("data-kind", "online")


def test_newer_page_waits_until_no_verdict_stands(page, monkeypatch, pair, tickets_of):
    tickets_of("Lin", "Mei")
    pair(page)
    before = shell.page_version()
    page.get_by_label("Ticket code or order number").fill("K7M3PQ4X")
    page.keyboard.press("Enter")
    expect(verdict(page)).to_have_attribute("data-verdict", "choose")
    monkeypatch.setattr(shell, "FOLDERS", shell.FOLDERS[1:])
    shell._kept.cache_clear()
    assert shell.page_version() != before

    page.evaluate(
        "navigator.serviceWorker.getRegistration().then(async (kept) => {"
        "  await kept.update();"
        "  const worker = kept.installing ?? kept.waiting;"
        "  while (worker.state !== 'installed') "
        "    await new Promise((done) => worker.addEventListener('statechange', done, {once: true}));"
        "})"
    )

    expect(page.locator("body")).to_have_attribute("data-version", before)
    page.locator("[data-stage] [data-close]").click()
    expect(page.locator("body")).to_have_attribute("data-version", shell.page_version())
    expect(sign(page)).to_have_attribute("data-kind", "online")
    shell._kept.cache_clear()


def test_page_without_javascript_says_what_is_needed(open_page):
    page = open_page(java_script_enabled=False, **PHONE)
    page.goto("/door/en/", timeout=PATIENCE)

    link = page.get_by_role("link", name="Sign in and open the door")
    assert re.fullmatch(r"/\S+/", link.get_attribute("href"))
    expect(page.locator("[data-door]")).to_be_hidden()


def test_person_is_found_by_name_with_and_without_a_network(
    page, event, network_may_fail, pair, tickets_of
):
    tickets_of("林晓舟", "王芳")
    DoorSettings.objects.create(event=event, keeps_names=True)
    pair(page)
    page.get_by_role("searchbox").fill("晓")
    page.get_by_role("button", name="Check in 林晓舟").click()
    expect(verdict(page)).to_contain_text("林晓舟")
    page.locator("[data-stage] [data-close]").click()
    expect(page.locator("[data-found]")).to_contain_text("in since")
    lose_network(page)

    page.get_by_role("searchbox").fill("王")
    page.get_by_role("button", name="Check in 王芳").click()

    expect(verdict(page)).to_contain_text("王芳")
    find_network(page)
    assert admissions() == [("林晓舟", "counted"), ("王芳", "counted")]


def test_names_that_are_not_kept_are_not_found_without_a_network(
    page, network_may_fail, pair, tickets_of
):
    tickets_of("Lin")
    pair(page)
    lose_network(page)

    page.get_by_role("searchbox").fill("Lin")

    expect(page.get_by_text("Names are not kept on this phone.")).to_be_visible()


def test_somebody_without_a_ticket_pays_cash_and_comes_in(page, event, pair):
    DoorSettings.objects.create(event=event, allows_walk_ins=True)
    TicketTypeFactory(event=event, name="At the door", price_minor=5000)
    pair(page)

    page.get_by_text("Somebody without a ticket").click()
    page.get_by_label("Name on the ticket").fill("Zoë")
    page.get_by_label("I have taken the money in cash.").check()
    page.get_by_role("button", name="Sell and admit").click()

    expect(verdict(page)).to_have_attribute("data-verdict", "in")
    assert admissions() == [("Zoë", "counted")]
    assert Payment.objects.get().provider == Provider.CASH
