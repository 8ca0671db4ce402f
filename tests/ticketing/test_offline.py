"""What devices decided without a network: recorded, marked, never refused."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories.accounts import UserFactory
from tests.factories.ticketing import (
    CheckInListFactory,
    DeviceFactory,
    GateFactory,
    TicketFactory,
    TicketTypeFactory,
)
from ticketing import qr
from ticketing.models import CheckIn, CheckInKind, Refusal, Ticket, TicketStatus
from ticketing.services import doors, tally
from ticketing.services.door import check_in, undo_check_in
from ticketing.services.offline import Outcome, QueuedScan, record_scans
from ticketing.services.tickets import cancel_ticket, reissue_ticket

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

NOON = timezone.now().replace(microsecond=0) - timedelta(hours=2)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ticket():
    return TicketFactory()


@pytest.fixture
def device(ticket):
    return DeviceFactory(event=ticket.event)


def queued(ticket, at=NOON, **fields):
    given = {"nonce": str(uuid4()), "device_at": at, "hash": ticket.code_hash}
    return QueuedScan(**given | fields)


def outcomes(device, *scans):
    return [result.outcome for result in record_scans(device=device, scans=scans)]


def rows():
    return list(CheckIn.objects.order_by("pk").values_list("kind", "remark", "is_offline"))


def test_an_offline_admission_counts_with_both_times(device, ticket):
    scan = queued(ticket, NOON, clock_offset_ms=180_000)

    assert outcomes(device, scan) == [Outcome.COUNTED]
    made = CheckIn.objects.get()
    assert (made.at, made.device_at) == (NOON - 3 * MINUTE, NOON)
    assert made.received_at > NOON + timedelta(hours=1)
    assert (made.clock_offset_ms, made.is_offline) == (180_000, True)
    assert (made.device, made.gate, made.gate_name) == (device, device.gate, device.gate.name)
    assert Ticket.objects.get().checked_in_at == made.at


def test_a_clock_that_ran_wild_lets_nobody_in_tomorrow(device, ticket):
    outcomes(device, queued(ticket, timezone.now() + timedelta(days=1)))

    made = CheckIn.objects.get()
    assert made.at <= made.received_at < made.device_at


def test_the_same_nonce_is_recorded_once(device, ticket):
    scan = queued(ticket)

    assert outcomes(device, scan, scan) == [Outcome.COUNTED, Outcome.KNOWN]
    assert outcomes(device, scan) == [Outcome.KNOWN]
    assert len(rows()) == 1


def test_a_scan_whose_answer_was_lost_is_known_when_it_is_handed_in(device, ticket):
    scan = queued(ticket)
    check_in(event=ticket.event, code=qr.token_for(ticket), nonce=scan.nonce, device=device)

    assert outcomes(device, scan) == [Outcome.KNOWN]
    assert rows() == [("counted", "", False)]


def test_two_devices_that_could_not_know_of_each_other_are_a_conflict(device, ticket):
    other = DeviceFactory(event=ticket.event)

    assert outcomes(device, queued(ticket, NOON + MINUTE)) == [Outcome.COUNTED]
    assert outcomes(other, queued(ticket, NOON)) == [Outcome.CONFLICT]
    assert [(made.device, made.kind) for made in CheckIn.objects.order_by("pk")] == [
        (device, CheckInKind.COUNTED),
        (other, CheckInKind.CONFLICT),
    ]
    assert Ticket.objects.get().checked_in_at == NOON + MINUTE


def test_an_offline_admission_beside_one_with_a_network_is_a_conflict(device, ticket):
    check_in(
        event=ticket.event, code=ticket.label, nonce=str(uuid4()), by=UserFactory(), gate="North"
    )

    assert outcomes(device, queued(ticket)) == [Outcome.CONFLICT]


def test_undoing_the_one_that_counted_lets_the_other_count(device, ticket):
    other = DeviceFactory(event=ticket.event)
    outcomes(device, queued(ticket, NOON))
    outcomes(other, queued(ticket, NOON + MINUTE))

    undo_check_in(check_in=CheckIn.objects.get(device=device), by=UserFactory())

    assert CheckIn.objects.counted().get().device == other
    assert Ticket.objects.get().checked_in_at == NOON + MINUTE


def test_re_entry_is_no_conflict(device, ticket):
    CheckInListFactory(event=ticket.event, allows_reentry=True)

    assert outcomes(device, queued(ticket), queued(ticket, NOON + MINUTE)) == [
        Outcome.COUNTED,
        Outcome.REENTRY,
    ]


def test_another_list_is_no_conflict(device, ticket):
    first, second = (CheckInListFactory(event=ticket.event, name=name) for name in ("Mon", "Tue"))

    assert outcomes(
        device,
        queued(ticket, list=first.public_id),
        queued(ticket, NOON + MINUTE, list=second.public_id),
    ) == [Outcome.COUNTED, Outcome.COUNTED]
    assert Ticket.objects.get().checked_in_at == NOON


def test_who_came_in_with_a_canceled_ticket_is_recorded_and_marked(device, ticket):
    cancel_ticket(ticket=ticket, by=UserFactory())

    [result] = record_scans(device=device, scans=[queued(ticket)])

    assert (result.outcome, result.remark) == (Outcome.COUNTED, "ticket_canceled")
    assert rows() == [("counted", "ticket_canceled", True)]


def test_who_came_in_with_a_replaced_code_is_recorded_and_marked(device, ticket):
    scan = queued(ticket)
    reissue_ticket(ticket=ticket, by=UserFactory())

    assert outcomes(device, scan) == [Outcome.COUNTED]
    assert rows() == [("counted", "ticket_replaced", True)]


def test_who_came_in_unpaid_is_recorded_and_marked(device):
    ticket = TicketFactory(ticket_type__event=device.event, status=TicketStatus.HELD)

    assert outcomes(device, queued(ticket, hash="", label=ticket.label)) == [Outcome.COUNTED]
    assert rows() == [("counted", "ticket_unpaid", True)]


def test_nothing_is_lost_when_nobody_knows_the_ticket(device, ticket):
    scan = queued(ticket, hash="0" * 24)

    assert outcomes(device, scan) == [Outcome.UNKNOWN]
    assert outcomes(device, scan) == [Outcome.KNOWN]
    lost = Refusal.objects.get()
    assert (lost.walked_in, lost.reason, lost.ticket) == (True, "unknown_ticket", None)


def test_a_ticket_of_another_event_is_none_of_this_doors(device):
    other = TicketFactory(ticket_type=TicketTypeFactory())

    assert outcomes(device, queued(other)) == [Outcome.UNKNOWN]
    assert other.check_ins.count() == 0


def test_refusals_are_logged_once_with_their_ticket(device, ticket):
    scan = queued(ticket, kind="refused", reason="too_early")

    assert outcomes(device, scan, scan) == [Outcome.LOGGED, Outcome.KNOWN]
    assert outcomes(device, scan) == [Outcome.LOGGED]
    refusal = Refusal.objects.get()
    assert (refusal.ticket, refusal.reason, refusal.walked_in) == (ticket, "too_early", False)
    assert refusal.gate_name == device.gate.name


def test_undone_before_it_was_handed_in(device, ticket):
    scan = queued(ticket, undone_at=NOON + MINUTE)

    assert outcomes(device, scan) == [Outcome.UNDONE]
    assert CheckIn.objects.get().undone_at == NOON + MINUTE
    assert Ticket.objects.get().checked_in_at is None


def test_undone_after_it_was_handed_in(device, ticket):
    scan = queued(ticket)
    outcomes(device, scan)

    undo = QueuedScan(nonce=scan.nonce, device_at=NOON, is_undo=True)
    assert outcomes(device, undo) == [Outcome.UNDONE]
    assert Ticket.objects.get().checked_in_at is None


def test_undo_reaches_no_admission_of_another_device(device, ticket):
    scan = queued(ticket)
    outcomes(device, scan)
    other = DeviceFactory(event=ticket.event)

    undo = QueuedScan(nonce=scan.nonce, device_at=NOON, is_undo=True)
    assert outcomes(other, undo) == [Outcome.UNKNOWN]
    assert CheckIn.objects.counted().count() == 1


def test_a_gate_that_was_named_wins_over_where_the_device_stands_now(device, ticket):
    south = GateFactory(event=ticket.event, name="South")

    outcomes(device, queued(ticket, gate=south.public_id))

    assert CheckIn.objects.get().gate == south


@pytest.mark.parametrize("count", [1, 3])
def test_looking_up_costs_the_same_for_any_batch(device, count):
    tickets = [TicketFactory(ticket_type__event=device.event) for _ in range(count)]
    scans = [queued(each) for each in tickets]
    doors.plan_of(device.event)
    with CaptureQueriesContext(connection) as captured:
        record_scans(device=device, scans=scans)

    asked = [each for each in captured if "SAVEPOINT" not in each["sql"]]
    assert len(asked) == 4 + 4 * count


def test_the_tally_follows_what_is_undone_and_what_counts_instead(device, ticket):
    other = DeviceFactory(event=ticket.event)
    outcomes(device, queued(ticket, NOON))
    outcomes(other, queued(ticket, NOON + MINUTE))
    CheckIn.objects.update(received_at=NOON + 2 * MINUTE)
    tally.catch_up(ticket.event)

    undo_check_in(check_in=CheckIn.objects.get(device=device))

    found = {row.minute: row.admitted for row in ticket.event.door_tallies.all()}
    start = NOON.replace(second=0)
    assert found == {start: 0, start + MINUTE: 1}
