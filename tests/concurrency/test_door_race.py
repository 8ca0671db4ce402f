"""Two door helpers scan one ticket at the same moment."""

from functools import partial
from threading import Barrier, Event, Thread
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests.concurrency.threads import at_once
from tests.factories.accounts import UserFactory
from tests.factories.events import EventFactory
from tests.factories.ticketing import DeviceFactory, GateFactory, TicketFactory
from ticketing import qr
from ticketing.errors import AlreadyCheckedIn
from ticketing.models import CheckIn, Device, SigningKey, Ticket, TicketStatus
from ticketing.queries import sync
from ticketing.services import devices, door, keys, tickets
from ticketing.services.offline import Outcome, QueuedScan, record_scans

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

HELPERS = 8


@pytest.fixture
def ticket():
    return TicketFactory()


def scan_together(ticket, helpers=HELPERS, nonce=None):
    code, by = qr.token_for(ticket), UserFactory()

    def scan(number):
        own = nonce or str(uuid4())
        return door.check_in(
            event=ticket.event, code=code, by=by, gate=str(number), nonce=own
        ).ticket

    return at_once(helpers, scan)


def admit_without_guard(ticket, *, scan, everybody_looked, **_rest):
    """What a careless door does: read, look, write."""
    seen = Ticket.objects.get(pk=ticket.pk)
    everybody_looked.wait()
    if seen.checked_in_at:
        return None
    Ticket.objects.filter(pk=ticket.pk).update(checked_in_at=timezone.now())
    return CheckIn(ticket=ticket, event=ticket.event, by=scan.by, nonce=scan.nonce)


def admitted(results):
    return [result for result in results if isinstance(result, Ticket)]


def test_many_helpers_admit_one_ticket_once(ticket):
    results = scan_together(ticket)

    assert admitted(results) == [ticket]
    refusals = [result for result in results if result != ticket]
    assert {type(refusal) for refusal in refusals} == {AlreadyCheckedIn}
    standing = CheckIn.objects.get()
    assert {refusal.gate for refusal in refusals} == {standing.gate_name}


def test_without_the_guard_the_same_ticket_admits_everybody(ticket, monkeypatch):
    barrier = Barrier(HELPERS, timeout=30)
    monkeypatch.setattr(door, "_admit", partial(admit_without_guard, everybody_looked=barrier))

    results = scan_together(ticket)

    assert admitted(results) == [ticket] * HELPERS


def test_one_scan_sent_many_times_at_once_is_one_admission(ticket):
    results = scan_together(ticket, nonce=str(uuid4()))

    assert results == [ticket] * HELPERS
    assert CheckIn.objects.count() == 1


def test_ticket_is_either_admitted_or_canceled(ticket):
    """The desk cancels while the door scans: whoever comes first wins, and the other is told."""
    code, by = qr.token_for(ticket), UserFactory()

    def act(number):
        if number:
            return tickets.cancel_ticket(ticket=ticket, by=by)
        return door.check_in(event=ticket.event, code=code, by=by, nonce=str(uuid4()))

    results = at_once(2, act)

    assert len([result for result in results if isinstance(result, Exception)]) == 1
    after = Ticket.objects.get()
    assert (after.status == TicketStatus.CANCELED) != (after.checked_in_at is not None)


def test_undo_and_scan_at_once_leave_the_row_and_the_ticket_agreed(ticket):
    by, code = UserFactory(), qr.token_for(ticket)
    first = door.check_in(event=ticket.event, code=code, by=by, nonce=str(uuid4()))

    def act(number):
        if number % 2:
            return door.undo_check_in(check_in=first, by=by)
        return door.check_in(event=ticket.event, code=code, by=by, nonce=str(uuid4()))

    at_once(HELPERS, act)

    standing = CheckIn.objects.filter(undone_at=None).count()
    assert standing == Ticket.objects.admitted().count() <= 1


def test_first_use_of_an_events_key_makes_one():
    event = EventFactory()

    signers = at_once(HELPERS, lambda _number: keys.load_signer(event_id=event.pk))

    assert {signer.key_id for signer in signers} == {SigningKey.objects.get().key_id}


def queued(ticket, nonce):
    return QueuedScan(nonce=nonce, device_at=timezone.now(), hash=ticket.code_hash)


def test_one_queue_handed_in_many_times_at_once_is_recorded_once(ticket):
    device, nonce = DeviceFactory(event=ticket.event), str(uuid4())

    results = at_once(
        4, lambda _number: record_scans(device=device, scans=[queued(ticket, nonce)])[0].outcome
    )

    assert sorted(results) == [Outcome.COUNTED, Outcome.KNOWN, Outcome.KNOWN, Outcome.KNOWN]
    assert CheckIn.objects.count() == 1


def test_phones_that_hand_in_one_ticket_at_once_count_it_once_and_list_the_rest(ticket):
    phones = [DeviceFactory(event=ticket.event) for _ in range(4)]

    results = at_once(
        4,
        lambda number: (
            record_scans(device=phones[number], scans=[queued(ticket, str(uuid4()))])[0].outcome
        ),
    )

    assert sorted(results) == [Outcome.CONFLICT] * 3 + [Outcome.COUNTED]
    assert (CheckIn.objects.counted().count(), CheckIn.objects.conflicts().count()) == (1, 3)


def test_a_scan_with_a_network_and_one_handed_in_at_once_count_once(ticket):
    device, code = DeviceFactory(event=ticket.event), qr.token_for(ticket)

    def act(number):
        if number % 2:
            return record_scans(device=device, scans=[queued(ticket, str(uuid4()))])[0].outcome
        return door.check_in(event=ticket.event, code=code, device=device, nonce=str(uuid4()))

    at_once(HELPERS, act)

    assert CheckIn.objects.counted().count() == 1
    assert CheckIn.objects.filter(is_offline=True).count() == HELPERS // 2  # nothing was lost


def test_a_token_pairs_one_phone_however_many_try_at_once():
    gate = GateFactory()
    pairing = devices.start_pairing(event=gate.event, gate=gate, device_name="A", by=UserFactory())
    token = devices.token_of(pairing)

    results = at_once(4, lambda _number: devices.pair(token=token))

    assert len([result for result in results if isinstance(result, tuple)]) == 1
    assert Device.objects.count() == 1


def rename_late(ticket, begun, seen):
    """Begins to change the ticket, and commits when the phone has looked."""
    try:
        with transaction.atomic():
            Ticket.objects.filter(pk=ticket.pk).update(holder_name="Late")
            begun.set()
            assert seen.wait(30)
    finally:
        connection.close()


def walk_past_a_late_commit(floor=None):
    """A phone syncs while a change is begun but not committed, and another one was. The names
    that it hears in its next two walks; rows may come again, as long as others are at work."""
    late = TicketFactory()
    quick = TicketFactory(ticket_type=late.ticket_type)
    event, begun, seen = late.event, Event(), Event()
    first = sync.page(event, cursor="", limit=100, has_names=True)
    thread = Thread(target=rename_late, args=(late, begun, seen))
    thread.start()
    assert begun.wait(30)
    Ticket.objects.filter(pk=quick.pk).update(holder_name="Quick")
    second = sync.page(event, cursor=first.cursor, limit=100, has_names=True)
    cursor = second.cursor if floor is None else floor(quick)
    seen.set()
    thread.join()
    third = sync.page(event, cursor=cursor, limit=100, has_names=True)
    return second.names, third.names


def test_a_change_that_commits_late_is_not_missed():
    before, after = walk_past_a_late_commit()

    assert "Late" not in before
    assert "Late" in after


def test_a_cursor_at_the_highest_number_would_miss_it():
    """The control: what everybody writes first."""

    def highest(quick):
        return str(sync.Cursor(True, Ticket.objects.get(pk=quick.pk).changed, quick.pk))

    _before, after = walk_past_a_late_commit(highest)

    assert "Late" not in after
