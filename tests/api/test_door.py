"""Paired phones: what they may ask, what they hear, and what they never do."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from orders.models import Order, Payment, Provider
from tests.api.caller import Caller
from tests.factories.accounts import UserFactory
from tests.factories.events import EventFactory
from tests.factories.ticketing import (
    CheckInFactory,
    DeviceFactory,
    GateFactory,
    QuotaFactory,
    TicketFactory,
    TicketTypeFactory,
    secret_of,
)
from ticketing import qr
from ticketing.models import CheckIn, Device, DoorSettings, Refusal, Ticket
from ticketing.names import decrypt_name
from ticketing.services import devices, keys
from ticketing.services.door import check_in
from ticketing.services.doors import plan_of
from ticketing.services.tickets import reissue_ticket, rename_holder

pytestmark = pytest.mark.django_db

EVERYTHING = ["status", "scan", "scans", "undo", "walk-ins", "wiped"]


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def wish(code: str, **more) -> dict:
    given = {"code": code, "nonce": str(uuid4()), "device_ms": milliseconds(timezone.now())}
    return given | more


def queued(ticket: Ticket, **more) -> dict:
    given = {"nonce": str(uuid4()), "hash": ticket.code_hash}
    return given | {"device_ms": milliseconds(timezone.now())} | more


def refused(response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


@pytest.fixture
def ticket(event):
    return TicketFactory(ticket_type__event=event, holder_name="林晓舟")


def test_a_token_becomes_a_secret_that_opens_the_door(anonymous, event):
    gate = GateFactory(event=event, name="North")
    pairing = devices.start_pairing(event=event, gate=gate, device_name="Mei", by=UserFactory())

    answer = anonymous.post("door/pair/", {"token": devices.token_of(pairing)})

    assert answer.status_code == 201
    said = answer.json()
    assert said["event"] == {"slug": "zk-night", "title": event.title}
    door = Caller(said["secret"]).post("door/status/", {}).json()["door"]
    assert door["device"] == {
        "id": said["device"]["id"], "name": "Mei", "gate": gate.public_id
    }  # fmt: skip
    again = anonymous.post("door/pair/", {"token": devices.token_of(pairing)})
    assert refused(again) == (409, "pairing_over")


@pytest.mark.parametrize("path", EVERYTHING)
def test_nobody_else_has_business_here(anonymous, organizer, path):
    assert anonymous.post(f"door/{path}/", {}).status_code == 401
    assert organizer.post(f"door/{path}/", {}).status_code == 401


@pytest.mark.parametrize("path", ["events/zk-night/attendees/", "door/nowhere/"])
def test_a_phone_has_no_business_elsewhere(phone, path):
    assert phone.get(path).status_code in {401, 404}


@pytest.mark.parametrize("path", [path for path in EVERYTHING if path != "wiped"])
def test_a_revoked_phone_is_told_to_wipe_itself(phone, device, path):
    devices.revoke_device(device=device, by=UserFactory())

    assert refused(phone.post(f"door/{path}/", {})) == (401, "device_revoked")
    assert refused(phone.get("door/sync/")) == (401, "device_revoked")


def test_the_last_call_of_a_revoked_phone_is_that_it_wiped_itself(phone, device):
    devices.revoke_device(device=device, by=UserFactory())

    assert phone.post("door/wiped/", {}).status_code == 204
    assert Device.objects.get().wiped_at is not None


def test_status_notes_what_the_phone_says_of_itself(phone, device, ticket):
    said = {"waiting": 3, "clock_offset_ms": -150_000, "page_version": "abc"}

    answer = phone.post("door/status/", said).json()

    device.refresh_from_db()
    assert (device.waiting, device.clock_offset_ms, device.page_version) == (3, -150_000, "abc")
    assert device.clock_is_off
    assert timezone.now() - device.last_seen_at < timedelta(minutes=1)
    assert answer["counts"] == {"admitted": 0, "valid": 1}
    assert abs(answer["server_ms"] - milliseconds(timezone.now())) < 60_000


def test_a_scan_with_a_network_admits_once_and_says_since_when(phone, device, ticket):
    first = phone.post("door/scan/", wish(qr.token_for(ticket))).json()
    again = phone.post("door/scan/", wish(qr.token_for(ticket))).json()

    made = CheckIn.objects.get()
    assert (made.device, made.gate, made.is_offline) == (device, device.gate, False)
    assert first["kind"] == "in"
    assert first["list"] == made.list.public_id
    assert first["ticket"] == {
        "label": ticket.label,
        "holder_name": "林晓舟",
        "ticket_type": "Standard",
        "hash": ticket.code_hash,
    }
    assert (again["kind"], again["reason"]) == ("again", "already_checked_in")
    assert (again["since_ms"], again["gate"]) == (first["at_ms"], device.gate.name)
    assert again["text"].startswith("Already in since ")


def test_a_scan_that_comes_again_is_the_same_scan(phone, ticket):
    asked = wish(ticket.label)

    assert [phone.post("door/scan/", asked).json()["kind"] for _ in range(2)] == ["in", "in"]
    assert CheckIn.objects.count() == 1


def test_a_refusal_is_an_answer_and_logged(phone, device, event):
    elsewhere = TicketFactory(ticket_type__event=EventFactory())

    answer = phone.post("door/scan/", wish(qr.token_for(elsewhere)))

    assert answer.status_code == 200
    assert (answer.json()["kind"], answer.json()["reason"]) == ("refused", "other_event")
    assert answer.json()["ticket"] is None
    refusal = Refusal.objects.get()
    assert (refusal.device, refusal.reason) == (device, "other_event")


def test_an_order_of_several_names_those_to_choose_from(phone, ticket):
    TicketFactory(ticket_type=ticket.ticket_type, order_line=ticket.order_line, holder_name="Ada")

    answer = phone.post("door/scan/", wish(ticket.order_line.order.reference)).json()

    assert answer["kind"] == "choose"
    assert [choice["holder_name"] for choice in answer["choices"]] == ["林晓舟", "Ada"]
    assert not Refusal.objects.exists()


def test_a_scan_costs_four_queries_with_the_phones_own(phone, event, django_assert_num_queries):
    tickets = [TicketFactory(ticket_type__event=event) for _ in range(2)]
    codes = qr.tokens_for(tickets)
    phone.post("door/scan/", wish(codes[0]))  # the event's key, lists and gates are known then

    with django_assert_num_queries(4 + 2):  # and a transaction's begin and end
        assert phone.post("door/scan/", wish(codes[1])).json()["kind"] == "in"


def test_undo_is_for_a_phones_own_admissions(phone, event, ticket):
    asked = wish(ticket.label)
    phone.post("door/scan/", asked)
    other = Caller(secret_of(DeviceFactory(event=event)))

    assert other.post("door/undo/", {"nonce": asked["nonce"]}).status_code == 404
    undone = [phone.post("door/undo/", {"nonce": asked["nonce"]}).json() for _ in range(2)]
    assert [answer["kind"] for answer in undone] == ["undone", "undone"]
    assert phone.post("door/scan/", wish(ticket.label)).json()["kind"] == "in"


def test_the_queue_is_handed_in_once(phone, device, ticket):
    scans = [queued(ticket), queued(ticket, kind="again", reason="already_checked_in")]
    body = {"scans": scans, "waiting": 0, "clock_offset_ms": 5}

    first, second = (phone.post("door/scans/", body).json()["results"] for _ in range(2))

    assert [result["result"] for result in first] == ["counted", "logged"]
    assert [result["result"] for result in second] == ["known", "logged"]
    assert [result["nonce"] for result in first] == [scan["nonce"] for scan in scans]
    assert (CheckIn.objects.count(), Refusal.objects.count()) == (1, 1)


def test_what_another_event_sold_is_none_of_this_phones(phone):
    elsewhere = TicketFactory(ticket_type__event=EventFactory())

    answer = phone.post("door/scans/", {"scans": [queued(elsewhere)]}).json()

    assert [result["result"] for result in answer["results"]] == ["unknown"]
    assert not CheckIn.objects.exists()


def test_search_finds_by_name_without_a_code(phone, ticket):
    answer = phone.get("door/search/", q="晓舟")

    assert answer.json() == {
        "results": [
            {
                "label": ticket.label,
                "holder_name": "林晓舟",
                "ticket_type": "Standard",
                "status": 1,
                "since_ms": None,
            }
        ],
        "more": False,
    }
    assert ticket.code not in answer.content.decode()
    assert phone.get("door/search/", q="a").json()["results"] == []


def sync(phone, **query):
    return phone.get("door/sync/", **query).json()


def test_a_snapshot_holds_no_code_and_no_name_but_what_the_ticket_itself_opens(phone, ticket):
    answer = phone.get("door/sync/")

    text = answer.content.decode()
    assert ticket.code not in text
    assert "林晓舟" not in text
    [row] = answer.json()["tickets"]
    assert row[:4] == [ticket.code_hash, ticket.label, ticket.ticket_type_id, 1]
    assert decrypt_name(row[4], code=ticket.code) == "林晓舟"
    assert answer.json()["names"] is None
    assert answer.json()["reset"] is True


def test_names_come_only_where_the_organizer_wants_it_and_begin_anew(phone, event, ticket):
    before = sync(phone)["cursor"]
    DoorSettings.objects.create(event=event, keeps_names=True)

    answer = sync(phone, cursor=before)

    assert (answer["reset"], answer["names"]) == (True, ["林晓舟"])
    assert answer["door"]["settings"] == {"names": True, "walk_ins": False}


def test_a_row_tells_who_is_in_and_which_codes_are_dead(phone, device, ticket):
    old = ticket.code_hash
    made = check_in(
        event=ticket.event, code=qr.token_for(ticket), nonce=str(uuid4()), device=device
    )
    reissue_ticket(ticket=ticket, by=UserFactory())

    [row] = sync(phone)["tickets"]

    assert row[5:] == [
        [[made.list.public_id, milliseconds(made.at), device.gate.name]],
        [old],
    ]


def test_the_door_is_described_beside_the_tickets(phone, device, event, ticket):
    key = keys.load_signer(event_id=event.pk)
    keys.rotate_key(event=event, by=UserFactory())

    door = sync(phone)["door"]

    assert door["keys"][0]["id"] == key.key_id
    assert [each["retired"] for each in door["keys"]] == [True, False]
    assert [each["name"] for each in door["lists"]] == ["Everybody"]
    assert door["gates"] == [{"id": device.gate.public_id, "name": device.gate.name, "list": None}]
    assert [each["id"] for each in door["types"]] == [ticket.ticket_type_id]


def test_a_phone_that_is_paired_before_the_first_ticket_knows_its_key(phone, event):
    [key] = sync(phone)["door"]["keys"]

    assert key["id"] == keys.load_signer(event_id=event.pk).key_id


def test_pages_go_through_everything_once(phone, event):
    labels = [TicketFactory(ticket_type__event=event).label for _ in range(5)]
    seen, answer = [], {"cursor": "", "more": True}
    while answer["more"]:
        answer = sync(phone, cursor=answer["cursor"], limit=2)
        seen += [row[1] for row in answer["tickets"]]

    assert seen == labels


@pytest.mark.parametrize("cursor", ["nonsense", "0.1.2", "0.-1.0.0", f"0.{10**30}.0.0", "0.a.0.0"])
def test_a_cursor_of_nobody_begins_anew(phone, ticket, cursor):
    answer = sync(phone, cursor=cursor)

    assert (answer["reset"], len(answer["tickets"])) == (True, 1)


def test_a_snapshot_comes_compressed_and_not_at_all_without_news(phone, ticket):
    asked = {"accept-encoding": "gzip", **phone.headers}
    first = phone.client.get("/api/v1/door/sync/", headers=asked)
    again = phone.client.get("/api/v1/door/sync/", headers=asked | {"if-none-match": first["ETag"]})

    assert first["Content-Encoding"] == "gzip"
    assert len(json.loads(gzip.decompress(first.content))["tickets"]) == 1
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("count", [1, 3])
def test_a_snapshot_costs_the_same_queries_however_many(
    phone, event, count, django_assert_num_queries
):
    kind = TicketTypeFactory(event=event)
    for _ in range(count):
        CheckInFactory(ticket=TicketFactory(ticket_type=kind, checked_in_at=timezone.now()))
    sync(phone)

    # the phone and the settings; floor, tickets, admissions, retired codes; lists and their
    # types, gates, keys, types
    with django_assert_num_queries(2 + 4 + 5):
        assert len(sync(phone)["tickets"]) == count


@pytest.fixture
def kind(event):
    DoorSettings.objects.create(event=event, allows_walk_ins=True)
    return TicketTypeFactory(event=event, price_minor=5000)


def walk_in(kind, **more) -> dict:
    now = milliseconds(timezone.now())
    given = {"ticket_type": kind.pk, "holder_name": "Bo Example", "paid": "cash"}
    return given | {"nonce": str(uuid4()), "device_ms": now} | more


def test_a_walk_in_pays_cash_gets_a_ticket_and_is_in(phone, device, kind, mailoutbox):
    asked = walk_in(kind)

    answers = [phone.post("door/walk-ins/", asked) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert [answer.json()["kind"] for answer in answers] == ["in", "in"]
    order = Order.objects.get()
    assert (order.status, order.email, order.total_minor) == ("paid", "", 5000)
    payment = Payment.objects.get()
    assert (payment.provider, payment.note) == (Provider.CASH, device.name)
    assert CheckIn.objects.get().ticket.holder_name == "Bo Example"
    assert mailoutbox == []


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"paid": "free"}, (409, "cash_not_noted")),
        ({"ticket_type": 2**31}, (400, "unknown_ticket_type")),
    ],
)
def test_a_walk_in_that_cannot_be(phone, kind, change, answer):
    assert refused(phone.post("door/walk-ins/", walk_in(kind, **change))) == answer
    assert not Order.objects.exists()


def test_walk_ins_are_off_unless_the_organizer_wants_them(phone, event):
    kind = TicketTypeFactory(event=event)

    assert refused(phone.post("door/walk-ins/", walk_in(kind))) == (409, "walk_ins_off")
    assert not Order.objects.exists()


def test_a_walk_in_takes_no_place_that_is_not_there(phone, kind):
    kind.quotas.add(QuotaFactory(event=kind.event, size=1, taken=1))

    assert refused(phone.post("door/walk-ins/", walk_in(kind))) == (409, "sold_out")
    assert not Ticket.objects.exists()


def test_devices_of_two_events_share_nothing(phone, ticket):
    other = DeviceFactory()
    plan_of(other.event)

    assert sync(Caller(secret_of(other)))["tickets"] == []
    assert Caller(secret_of(other)).get("door/search/", q="晓舟").json()["results"] == []


def test_the_clocks_error_is_kept_with_the_scan(phone, ticket):
    noon = datetime(2026, 12, 4, 4, tzinfo=UTC)
    scan = queued(ticket, device_ms=milliseconds(noon), clock_offset_ms=600_000)

    phone.post("door/scans/", {"scans": [scan]})

    made = CheckIn.objects.get()
    assert (made.device_at, made.clock_offset_ms) == (noon, 600_000)


def test_a_rename_is_news(phone, ticket):
    rename_holder(ticket=ticket, by=UserFactory(), name="Ada")

    [row] = sync(phone)["tickets"]

    assert decrypt_name(row[4], code=ticket.code) == "Ada"
