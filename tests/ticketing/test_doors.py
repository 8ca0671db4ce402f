"""Lists, gates, keys, devices: what an organizer sets up for the door."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import digest
from checkout.queries import audit
from tests.factories.accounts import UserFactory
from tests.factories.events import EventFactory
from tests.factories.ticketing import (
    CheckInFactory,
    CheckInListFactory,
    DeviceFactory,
    GateFactory,
    TicketFactory,
    TicketTypeFactory,
)
from ticketing import errors, qr
from ticketing.models import (
    CheckIn,
    CheckInList,
    Device,
    DoorTally,
    Gate,
    Pairing,
    Refusal,
    SigningKey,
    Ticket,
)
from ticketing.services import devices, doors, keys, tally, types
from ticketing.services.door import check_in

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

HOUR = timedelta(hours=1)


@pytest.fixture
def organizer():
    return UserFactory()


def scan(ticket, **fields):
    given = {"event": ticket.event, "code": qr.token_for(ticket), "nonce": str(uuid4())}
    return check_in(**given | fields)


def test_first_look_makes_a_list_and_a_gate_and_the_second_no_more():
    event = EventFactory()

    assert doors.lists_of(event) == doors.lists_of(event)
    assert doors.gates_of(event) == doors.gates_of(event)
    assert [str(each) for each in CheckInList.objects.all()] == ["Everybody"]
    assert [str(each) for each in Gate.objects.all()] == ["Main entrance"]


def test_a_ticket_comes_in_once_on_each_list(organizer):
    ticket = TicketFactory()
    now = timezone.now()
    for name, start in (("Monday", now - HOUR), ("Tuesday", now + HOUR)):
        CheckInListFactory(
            event=ticket.event, name=name, valid_from_at=start, valid_until_at=start + 2 * HOUR
        )

    first = scan(ticket)
    with pytest.raises(errors.AlreadyCheckedIn):
        scan(ticket)
    CheckInList.objects.filter(name="Monday").update(valid_until_at=now)
    CheckInList.objects.filter(name="Tuesday").update(valid_from_at=now)
    doors.forget_plan(ticket.event)
    second = scan(ticket)

    assert [first.list.name, second.list.name] == ["Monday", "Tuesday"]
    assert Ticket.objects.get().checked_in_at == first.at


def test_re_entry_admits_again_and_says_so_in_the_row():
    ticket = TicketFactory()
    CheckInListFactory(event=ticket.event, allows_reentry=True)

    assert [scan(ticket).kind for _ in range(3)] == ["counted", "reentry", "reentry"]


def test_a_list_for_other_tickets_refuses_and_the_refusal_is_logged(organizer):
    ticket = TicketFactory()
    vip = TicketTypeFactory(event=ticket.event)
    CheckInListFactory(event=ticket.event, name="VIP", ticket_types=[vip])

    with pytest.raises(errors.NotOnList):
        scan(ticket, by=organizer, gate="North")

    refusal = Refusal.objects.get()
    assert (refusal.ticket, refusal.reason, refusal.by) == (ticket, "wrong_list", organizer)
    assert (refusal.gate, refusal.gate_name) == (None, "North")
    assert scan(TicketFactory(ticket_type=vip)).list.name == "VIP"


@pytest.mark.parametrize(
    ("window", "refused"),
    [
        ({"valid_from_at": timezone.now() + HOUR}, errors.TooEarly),
        ({"valid_until_at": timezone.now() - HOUR}, errors.TooLate),
    ],
)
def test_a_list_refuses_outside_its_window(window, refused):
    ticket = TicketFactory()
    CheckInListFactory(event=ticket.event, **window)

    with pytest.raises(refused):
        scan(ticket)

    assert not CheckIn.objects.exists()


def test_a_refusal_that_comes_again_is_logged_once():
    ticket, nonce = TicketFactory(status="held"), str(uuid4())
    for _ in range(2):
        with pytest.raises(errors.TicketUnpaid):
            scan(ticket, nonce=nonce)

    assert Refusal.objects.count() == 1


def test_a_gate_works_through_its_own_list_or_whichever_is_open():
    ticket = TicketFactory()
    stage, everyone = (CheckInListFactory(event=ticket.event, name=name) for name in ("Stage", ""))
    GateFactory(event=ticket.event, name="Stage door", list=stage)
    GateFactory(event=ticket.event, name="Foyer", list=everyone)

    assert scan(ticket, gate="stage DOOR").list == stage
    made = scan(ticket, gate="Foyer")
    assert (made.list, made.gate.name) == (everyone, "Foyer")


def test_a_device_stands_at_its_gate_whatever_the_name(organizer):
    ticket = TicketFactory()
    device = DeviceFactory(event=ticket.event)

    made = scan(ticket, device=device, gate="elsewhere")

    assert (made.gate, made.gate_name, made.device) == (device.gate, device.gate.name, device)


def test_one_list_a_day_in_the_events_zone_and_again_changes_nothing(organizer):
    event = EventFactory(
        start_at=datetime(2026, 12, 4, 1, tzinfo=UTC),
        end_at=datetime(2026, 12, 5, 17, tzinfo=UTC),  # an hour past midnight in Shanghai
        time_zone="Asia/Shanghai",
    )
    doors.lists_of(event)

    made = doors.make_daily_lists(event=event, by=organizer)
    again = doors.make_daily_lists(event=event, by=organizer)

    assert [(each.name, each.valid_from_at) for each in made] == [
        ("Fri, 4 Dec", datetime(2026, 12, 3, 21, tzinfo=UTC)),
        ("Sat, 5 Dec", datetime(2026, 12, 4, 21, tzinfo=UTC)),
    ]
    assert made[0].valid_until_at == made[1].valid_from_at
    assert again == []
    assert doors.lists_of(event) == made


def test_a_list_on_which_people_came_in_stays(organizer):
    made = CheckInFactory()

    with pytest.raises(errors.ListInUse):
        doors.delete_list(check_in_list=made.list, by=organizer)

    assert CheckInList.objects.get() == made.list


def test_a_gate_goes_and_what_happened_there_keeps_its_name(organizer):
    ticket = TicketFactory()
    device = DeviceFactory(event=ticket.event)
    made = scan(ticket, device=device)

    doors.delete_gate(gate=device.gate, by=organizer)

    made.refresh_from_db()
    assert (made.gate, made.gate_name) == (None, device.gate.name)
    assert Device.objects.get().gate is None


def test_a_type_that_a_list_names_is_not_deleted_or_the_list_would_admit_all(organizer):
    kind = TicketTypeFactory()
    made = CheckInListFactory(event=kind.event, name="VIP", ticket_types=[kind])

    types.retire_ticket_type(ticket_type=kind, by=organizer)

    assert [(each, each.retired_at is None) for each in made.ticket_types.all()] == [(kind, False)]


def test_two_lists_or_gates_share_no_name(organizer):
    one = CheckInListFactory(name="Day")
    gate = GateFactory(event=one.event, name="North")

    twin = CheckInList(event=one.event, name="Day")

    with pytest.raises(errors.ListNameTaken):
        doors.save_list(check_in_list=twin, ticket_types=[], by=organizer)
    with pytest.raises(errors.GateNameTaken):
        doors.save_gate(gate=Gate(event=gate.event, name="North"), by=organizer)


def test_a_pairing_makes_one_device_and_is_over(organizer):
    gate = GateFactory()
    pairing = devices.start_pairing(
        event=gate.event, gate=gate, device_name="Mei's phone", by=organizer
    )
    token = devices.token_of(Pairing.objects.get())

    device, secret = devices.pair(token=f" {token[:5].upper()}-{token[5:]} ", page_version="v1")
    with pytest.raises(errors.PairingOver):
        devices.pair(token=token)

    assert (device.event, device.gate, device.name) == (gate.event, gate, "Mei's phone")
    assert Device.objects.get().digest == digest(secret)
    pairing.refresh_from_db()
    assert pairing.device == device
    assert token not in str(Pairing.objects.values().get())


def test_a_pairing_ends_after_a_quarter_of_an_hour(organizer):
    gate = GateFactory()
    pairing = devices.start_pairing(event=gate.event, gate=gate, device_name="A", by=organizer)
    Pairing.objects.update(expires_at=timezone.now())

    with pytest.raises(errors.PairingOver):
        devices.pair(token=devices.token_of(pairing))

    assert pairing.expires_at - pairing.created_at == timedelta(minutes=15)


def test_revoking_twice_keeps_the_first_moment_and_only_then_it_wipes(organizer):
    device = DeviceFactory()
    devices.note_wiped(device=device)
    first = devices.revoke_device(device=device, by=organizer).revoked_at
    again = devices.revoke_device(device=device, by=organizer).revoked_at
    devices.note_wiped(device=device)

    assert first == again
    assert Device.objects.get().wiped_at > first


def test_a_rotated_key_signs_no_more_but_still_opens_the_door(organizer):
    ticket = TicketFactory()
    old = qr.token_for(ticket)

    made = keys.rotate_key(event=ticket.event, by=organizer)

    assert qr.token_for(ticket) != old
    assert keys.load_signer(event_id=ticket.event_id).key_id == made.key_id
    assert SigningKey.objects.filter(retired_at=None).get() == made
    assert check_in(event=ticket.event, code=old, nonce="1").ticket == ticket


def test_the_tally_counts_once_what_has_settled():
    ticket = TicketFactory()
    hour_ago = timezone.now() - HOUR
    for each in (ticket, *(TicketFactory(ticket_type=ticket.ticket_type) for _ in range(2))):
        CheckInFactory(ticket=each, at=hour_ago, received_at=hour_ago)
    CheckInFactory(ticket=TicketFactory(ticket_type=ticket.ticket_type))  # a moment ago

    for _ in range(2):
        tally.catch_up(ticket.event)
        ticket.event.door_settings.refresh_from_db()

    assert [(row.admitted, row.minute) for row in DoorTally.objects.all()] == [
        (3, hour_ago.replace(second=0, microsecond=0))
    ]


def test_audit_finds_a_tally_that_is_wrong():
    hour_ago = timezone.now() - HOUR
    made = CheckInFactory(at=hour_ago, received_at=hour_ago)
    tally.catch_up(made.event)
    assert list(audit.door_tallies()) == []

    DoorTally.objects.update(admitted=2)

    assert list(audit.door_tallies()) == [f"door of event {made.event_id}: 2 tallied, 1 admitted"]


@pytest.mark.parametrize("change", ["status", "code", "holder_name", "checked_in_at"])
def test_the_database_notes_each_change_of_a_ticket(change):
    """On SQLite a trigger is lost when a later migration makes the table anew."""
    others = [TicketFactory() for _ in range(2)]
    ticket = TicketFactory(ticket_type=others[0].ticket_type)
    Ticket.objects.filter(pk=ticket.pk).update(holder_name="Ada")
    values = {"status": "held", "code": "0" * 32, "holder_name": "Lin", "checked_in_at": None}

    Ticket.objects.filter(pk=ticket.pk).update(**{change: values[change]})

    noted = Ticket.objects.get(pk=ticket.pk).changed
    assert noted > 0
    assert noted >= Ticket.objects.get(pk=others[0].pk).changed
