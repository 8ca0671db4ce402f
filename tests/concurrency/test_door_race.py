"""Two door helpers scan one ticket at the same moment."""

from functools import partial
from threading import Barrier
from uuid import uuid4

import pytest
from django.utils import timezone

from tests.concurrency.threads import at_once
from tests.factories.accounts import UserFactory
from tests.factories.events import EventFactory
from tests.factories.ticketing import TicketFactory
from ticketing import qr
from ticketing.errors import AlreadyCheckedIn
from ticketing.models import CheckIn, SigningKey, Ticket, TicketStatus
from ticketing.services import door, keys, tickets

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
