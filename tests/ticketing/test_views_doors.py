"""The organizer's pages about the doors of an event."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.models import Role
from tests.factories.community import MembershipFactory
from tests.factories.events import EventFactory
from tests.factories.ticketing import (
    CheckInFactory,
    CheckInListFactory,
    DeviceFactory,
    GateFactory,
    TicketFactory,
    TicketTypeFactory,
)
from ticketing.models import (
    CheckIn,
    CheckInKind,
    CheckInList,
    Device,
    DoorSettings,
    Gate,
    Pairing,
    Refusal,
    SigningKey,
)
from ticketing.services import devices, keys

pytestmark = pytest.mark.django_db

HTMX = {"hx-request": "true"}
MINUTE = timedelta(minutes=1)


@pytest.fixture
def event():
    return EventFactory(slug="zk-night")


@pytest.fixture
def organizer(event):
    client = Client(headers={"accept-language": "en"})
    client.force_login(MembershipFactory(chapter=event.chapter, role=Role.ORGANIZER).user)
    return client


def text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def doors(path: str = "") -> str:
    return f"/events/zk-night/doors/{path}"


def conflict(event, name: str, at) -> None:
    """Two phones let `name` in with one ticket."""
    ticket = TicketFactory(ticket_type__event=event, holder_name=name)
    first, second = (DeviceFactory(event=event) for _ in range(2))
    for device, kind in ((first, CheckInKind.COUNTED), (second, CheckInKind.CONFLICT)):
        CheckInFactory(
            ticket=ticket,
            kind=kind,
            at=at,
            device=device,
            gate=device.gate,
            gate_name=device.gate.name,
            is_offline=True,
        )


def test_board_counts_by_gate_list_and_minute(organizer, event):
    now = timezone.now()
    north = GateFactory(event=event, name="North")
    GateFactory(event=event, name="South")
    for minutes in (0, 0, 90):
        ticket = TicketFactory(ticket_type__event=event, checked_in_at=now)
        moment = now - minutes * MINUTE
        CheckInFactory(ticket=ticket, gate=north, gate_name="North", at=moment, received_at=moment)
    TicketFactory(ticket_type__event=event)

    board = organizer.get(doors()).context["board"]

    assert (board.counts.admitted, board.counts.valid, board.still_to_come) == (3, 4, 1)
    assert board.gates == [("North", 3), ("South", 0)]
    assert board.lists == [("Everybody", 3)]
    assert sum(count for _at, count in board.minutes) == 2  # of the last hour
    assert board.minutes[-1][0] - board.minutes[0][0] == 59 * MINUTE


def test_board_names_both_admissions_of_a_conflict(organizer, event):
    conflict(event, "Lin Example", timezone.now())
    page = organizer.get(doors())

    [found] = page.context["conflicts"]
    assert found.twice.ticket == found.counted.ticket
    assert found.twice.device != found.counted.device
    shown = text(page)
    for made in found:
        assert f"{made.at.astimezone(timezone.get_fixed_timezone(480)):%H:%M:%S}" in shown
        assert made.device.name in shown
        assert made.gate.name in shown


def test_board_tells_who_came_in_with_a_ticket_that_no_longer_admits(organizer, event):
    made = CheckInFactory(ticket__ticket_type__event=event, remark="ticket_canceled")
    Refusal.objects.create(event=event, nonce="1", reason="unknown_ticket", walked_in=True)

    shown = text(organizer.get(doors()))

    assert made.ticket.holder_name in shown
    assert "Canceled ticket" in shown
    assert "Nobody knows this ticket" in shown


def test_board_counts_refusals_by_reason(organizer, event):
    for number, reason in enumerate(["too_early", "ticket_unpaid", "too_early"]):
        Refusal.objects.create(event=event, nonce=str(number), reason=reason)

    page = organizer.get(doors())

    assert page.context["reasons"] == [("too_early", 2), ("ticket_unpaid", 1)]
    assert "Too early" in text(page)


def test_htmx_gets_the_board_alone(organizer):
    shown = text(organizer.get(doors(), headers=HTMX))

    assert shown.lstrip().startswith('<div id="board"')


@pytest.mark.parametrize("count", [1, 3])
def test_board_costs_the_same_whatever_happened(organizer, event, count):
    for number in range(count):
        conflict(event, f"Person {number}", timezone.now())
        ticket = TicketFactory(ticket_type__event=event)
        Refusal.objects.create(event=event, nonce=f"r{number}", reason="too_late", ticket=ticket)
    organizer.get(doors())  # makes the list for everybody, and tallies what has settled

    with CaptureQueriesContext(connection) as captured:
        organizer.get(doors())

    # session, person, event; the tally's state; tallied, since, gates, lists; reasons, refusals;
    # conflicts with the counted ones, how many; remarks, lost
    assert len(captured) == 15


@pytest.mark.parametrize("count", [1, 3])
def test_setup_and_phones_cost_the_same_however_many(organizer, event, count):
    for number in range(count):
        CheckInListFactory(
            event=event, name=f"L{number}", ticket_types=[TicketTypeFactory(event=event)]
        )
        DeviceFactory(event=event)
        keys.rotate_key(event=event, by=MembershipFactory().user)

    with CaptureQueriesContext(connection) as setup:
        organizer.get(doors("setup/"))
    with CaptureQueriesContext(connection) as phones:
        organizer.get(doors("phones/"))

    assert (len(setup), len(phones)) == (8, 7)


def test_a_list_is_made_changed_and_deleted(organizer, event):
    kind = TicketTypeFactory(event=event)
    given = {"name": "Friday", "ticket_types": [kind.pk], "valid_from_at": "2036-05-10T08:00"}

    organizer.post(doors("lists/new/"), given)
    made = CheckInList.objects.get()
    assert (list(made.ticket_types.all()), made.allows_reentry) == ([kind], False)
    organizer.post(doors(f"lists/{made.public_id}/"), {"name": "Fri", "allows_reentry": "on"})
    made.refresh_from_db()
    assert (made.name, made.allows_reentry, made.valid_from_at) == ("Fri", True, None)
    organizer.post(doors(f"lists/{made.public_id}/delete/"))
    assert not CheckInList.objects.exists()


def test_a_list_says_at_its_field_what_is_wrong(organizer, event):
    CheckInListFactory(event=event, name="Friday")
    window = {"valid_from_at": "2036-05-10T08:00", "valid_until_at": "2036-05-10T08:00"}

    page = organizer.post(doors("lists/new/"), {"name": "Friday"})
    assert page.context["form"].errors == {"name": ["This event already has a list of this name."]}
    page = organizer.post(doors("lists/new/"), {"name": "Saturday"} | window)
    assert list(page.context["form"].errors) == ["valid_until_at"]
    assert CheckInList.objects.count() == 1


def test_a_list_in_use_says_why_it_stays(organizer, event):
    made = CheckInFactory(ticket__ticket_type__event=event)

    page = organizer.post(doors(f"lists/{made.list.public_id}/delete/"), follow=True)

    assert "so it stays" in text(page)
    assert CheckInList.objects.exists()


def test_one_list_a_day_by_one_button(organizer, event):
    event.end_at = event.start_at + timedelta(days=2)
    event.save(update_fields=["end_at"])

    assert "3 lists were made." in text(organizer.post(doors("lists/daily/"), follow=True))
    assert CheckInList.objects.count() == 3


def test_a_gate_is_made_changed_and_deleted(organizer, event):
    stage = CheckInListFactory(event=event, name="Stage")

    organizer.post(doors("gates/new/"), {"name": "North", "list": stage.pk})
    gate = Gate.objects.get()
    assert gate.list == stage
    organizer.post(doors(f"gates/{gate.public_id}/"), {"name": "South", "list": ""})
    gate.refresh_from_db()
    assert (gate.name, gate.list) == ("South", None)
    organizer.post(doors(f"gates/{gate.public_id}/delete/"))
    assert not Gate.objects.exists()


def test_what_phones_may_do_is_off_until_it_is_chosen(organizer, event):
    assert organizer.get(doors("setup/")).context["form"].initial["keeps_names"] is False

    organizer.post(doors("setup/"), {"keeps_names": "on"})

    chosen = DoorSettings.objects.get()
    assert (chosen.keeps_names, chosen.allows_walk_ins) == (True, False)


def test_a_new_key_is_made_after_a_question(organizer, event):
    keys.load_signer(event_id=event.pk)

    assert "Make a new signing key?" in text(organizer.get(doors("keys/new/")))
    organizer.post(doors("keys/new/"))

    assert SigningKey.objects.filter(retired_at=None).count() == 1
    assert SigningKey.objects.count() == 2


def test_a_phone_is_paired_by_a_code_that_ends(organizer, event):
    gate = GateFactory(event=event, name="North")

    page = organizer.post(doors("phones/"), {"name": "Mei", "gate": gate.pk}, follow=True)

    pairing = Pairing.objects.get()
    token = devices.token_of(pairing)
    assert page.context["link"] == f"http://testserver/door/#pair={token}"
    assert "<svg" in page.context["qr"]
    devices.pair(token=token)
    after = organizer.get(doors(f"pairings/{pairing.public_id}/"), headers=HTMX)
    assert "“Mei” is paired." in text(after)
    assert token not in text(after)
    Pairing.objects.update(used_at=None, device=None, expires_at=timezone.now())
    assert "too old" in text(organizer.get(doors(f"pairings/{pairing.public_id}/")))


def test_phones_are_shown_with_their_clock_in_red_and_moved(organizer, event):
    device = DeviceFactory(
        event=event, clock_offset_ms=185_000, waiting=7, last_seen_at=timezone.now()
    )
    south = GateFactory(event=event, name="South")

    shown = text(organizer.get(doors("phones/"), headers=HTMX))
    assert '<strong class="clock-off">+3 min 5 s</strong>' in shown
    assert '<td data-label="Waiting scans" class="amount">7</td>' in shown
    organizer.post(doors(f"phones/{device.public_id}/"), {"name": "Bo", "gate": south.pk})
    device.refresh_from_db()
    assert (device.name, device.gate) == ("Bo", south)


def test_taking_a_phone_off_tells_what_would_be_lost(organizer, event):
    device = DeviceFactory(event=event, waiting=2)
    path = doors(f"phones/{device.public_id}/revoke/")

    assert "2 scans are still on it" in text(organizer.get(path))
    organizer.post(path)

    assert Device.objects.get().revoked_at is not None
    assert organizer.get(path).status_code == 404


@pytest.mark.parametrize("path", ["", "setup/", "phones/", "lists/new/", "gates/new/"])
def test_a_door_helper_keeps_no_doors(event, path):
    client = Client()
    client.force_login(MembershipFactory(chapter=event.chapter, role=Role.STEWARD).user)

    assert client.get(doors(path)).status_code == 404


def test_undone_admissions_are_on_no_board(organizer, event):
    CheckInFactory(ticket__ticket_type__event=event, undone_at=timezone.now())

    assert organizer.get(doors()).context["board"].minutes == []
    assert CheckIn.objects.counted().count() == 0
