from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.ids import secret_code
from events.models import EventStatus
from tests.factories.accounts import UserFactory
from tests.factories.events import EventFactory
from tests.factories.ticketing import TicketFactory
from ticketing import errors, qr
from ticketing.models import CheckIn, RetiredCode, Ticket, TicketStatus
from ticketing.services.door import check_in, undo_check_in
from ticketing.services.doors import plan_of

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

CANCELED = {"status": TicketStatus.CANCELED, "canceled_at": timezone.now()}


@pytest.fixture
def steward():
    return UserFactory()


@pytest.fixture
def ticket():
    return TicketFactory(order_line__order__reference="K7M3PQ4X", label="K7M3PQ4X-1")


@pytest.fixture
def scan(steward):
    """Scan a ticket's QR code, or whatever `code` says, at the door of its event."""

    def scan(ticket, code=None, *, event=None, gate="", nonce=None):
        return check_in(
            event=event or ticket.event,
            code=code or qr.token_for(ticket),
            by=steward,
            gate=gate,
            nonce=nonce or str(uuid4()),
        )

    return scan


def is_in(ticket):
    return Ticket.objects.get(pk=ticket.pk).checked_in_at is not None


def test_check_in_admits_once(scan, ticket, steward):
    made = scan(ticket, gate="B")
    with pytest.raises(errors.AlreadyCheckedIn) as refusal:
        scan(ticket)

    assert [(entry, entry.by, entry.gate_name) for entry in CheckIn.objects.all()] == [
        (made, steward, "B")
    ]
    assert Ticket.objects.get().checked_in_at == made.at
    local = timezone.localtime(made.at, timezone=timezone.get_fixed_timezone(8 * 60))
    assert str(refusal.value).startswith("Already in since ")
    assert f"{local:%H:%M}" in str(refusal.value)
    assert str(refusal.value).endswith("at gate B.")
    assert refusal.value.check_in == made
    assert refusal.value.ticket == ticket


def test_same_nonce_is_the_same_scan(scan, ticket):
    nonce = str(uuid4())

    assert scan(ticket, nonce=nonce) == scan(ticket, nonce=nonce)
    assert CheckIn.objects.count() == 1


def test_same_nonce_stays_the_same_scan_after_it_was_undone(scan, ticket, steward):
    nonce = str(uuid4())
    made = undo_check_in(check_in=scan(ticket, nonce=nonce), by=steward)

    again = scan(ticket, nonce=nonce)

    assert again == made
    assert again.undone_at == made.undone_at
    assert not is_in(ticket)


def test_nonce_of_another_ticket_admits_nobody(scan, ticket):
    other, nonce = TicketFactory(ticket_type=ticket.ticket_type), str(uuid4())
    scan(other, nonce=nonce)

    with pytest.raises(errors.ScanAgain):
        scan(ticket, nonce=nonce)

    assert not is_in(ticket)


def test_check_in_costs_three_queries_and_so_does_a_refusal(scan, ticket):
    code = qr.token_for(ticket)
    qr.read_token(code)  # the key is in the process from the first scan on
    plan_of(ticket.event)  # and the lists and gates for some seconds
    with CaptureQueriesContext(
        connection,
    ) as first:
        scan(ticket, code)
    with CaptureQueriesContext(connection) as second, pytest.raises(errors.AlreadyCheckedIn):
        scan(ticket, code)

    def asked(captured):
        return [each["sql"] for each in captured if "SAVEPOINT" not in each["sql"]]

    assert len(asked(first)) == 3
    assert len(asked(second)) == 3


@pytest.mark.parametrize(
    "typed",
    ["K7M3PQ4X-1", "k7m3pq4x-1", " k7m3 pq4x 1 ", "K7M3PQ4X1", "K7M3PQ4X–1", "Ｋ７Ｍ３ＰＱ４Ｘ－１",
     "K7MBP04X-1", "KZM3PO4X-1", "K7M3PQ4X"],
)  # fmt: skip
def test_typed_code_forgives(scan, ticket, typed):
    assert scan(ticket, typed).ticket == ticket


@pytest.mark.parametrize("typed", ["", "-", "K7M3PQ4", "K7M3PQ4X-2", "K7M3PQ4X-11", "你好", "%"])
def test_typed_code_forgives_no_more(scan, ticket, typed):
    with pytest.raises(errors.UnknownTicket):
        scan(ticket, typed or " ")

    assert not is_in(ticket)


def test_order_with_several_tickets_asks_which(scan, ticket):
    TicketFactory(order_line=ticket.order_line, ticket_type=ticket.ticket_type, **CANCELED)
    second = TicketFactory(order_line=ticket.order_line, ticket_type=ticket.ticket_type)

    with pytest.raises(errors.TicketAmbiguous) as refusal:
        scan(ticket, "K7M3PQ4X")

    assert refusal.value.tickets == [ticket, second]
    assert not is_in(ticket)


def test_canceled_tickets_do_not_make_an_order_ambiguous(scan, ticket):
    TicketFactory(order_line=ticket.order_line, ticket_type=ticket.ticket_type, **CANCELED)

    assert scan(ticket, "K7M3PQ4X").ticket == ticket


@pytest.mark.parametrize("typed", [None, "K7M3PQ4X-1", "K7M3PQ4X"])
def test_ticket_of_another_event_is_refused_by_its_name(scan, ticket, typed):
    here = EventFactory()

    with pytest.raises(errors.OtherEvent) as refusal:
        scan(ticket, typed, event=here)

    assert ticket.event.title in str(refusal.value)
    assert refusal.value.ticket is None  # its holder is no business of this door
    assert not is_in(ticket)


@pytest.mark.parametrize(
    ("state", "refused"),
    [({"status": TicketStatus.HELD}, errors.TicketUnpaid), (CANCELED, errors.TicketCanceled)],
)
def test_ticket_that_is_not_valid_is_refused(scan, state, refused):
    ticket = TicketFactory(**state)

    with pytest.raises(refused) as refusal:
        scan(ticket)

    assert refusal.value.ticket == ticket
    assert not is_in(ticket)


def test_replaced_code_is_refused_and_said_to_be_replaced(scan, ticket):
    old = qr.token_for(ticket)
    RetiredCode.objects.create(ticket=ticket, digest=RetiredCode.digest_of(ticket.code))
    ticket.code = secret_code()
    ticket.save(update_fields=["code"])

    with pytest.raises(errors.TicketReplaced) as refusal:
        scan(ticket, old)

    assert refusal.value.ticket == ticket
    assert not is_in(ticket)
    assert scan(ticket).ticket == ticket


def test_code_of_no_ticket_is_unknown(scan, ticket):
    text = qr.token_for(ticket)
    ticket.code = secret_code()
    ticket.save(update_fields=["code"])

    with pytest.raises(errors.UnknownTicket):
        scan(ticket, text)


@pytest.mark.parametrize(
    ("status", "refused"),
    [(EventStatus.DRAFT, errors.EventNotOpen), (EventStatus.CANCELED, errors.EventIsCanceled)],
)
def test_event_that_is_not_open_admits_nobody(scan, ticket, status, refused):
    ticket.event.status = status

    with pytest.raises(refused):
        scan(ticket)

    assert not is_in(ticket)


def test_undo_lets_the_ticket_in_again(scan, ticket, steward):
    first = scan(ticket)

    undone = undo_check_in(check_in=first, by=steward)
    again = undo_check_in(check_in=first, by=UserFactory())

    assert (again.undone_at, again.undone_by) == (undone.undone_at, steward)
    assert not is_in(ticket)
    assert scan(ticket) != first


def test_undo_of_an_old_scan_leaves_the_new_one(scan, ticket, steward):
    first = undo_check_in(check_in=scan(ticket), by=steward)
    second = scan(ticket)

    undo_check_in(check_in=first, by=steward)

    assert is_in(ticket)
    assert CheckIn.objects.get(undone_at=None) == second


def test_ticket_canceled_while_it_is_scanned_is_not_admitted(scan, ticket, monkeypatch):
    """What was read is checked once more by the write itself."""
    text = qr.token_for(ticket)
    now = timezone.now()

    class Cancels:
        def __call__(self, execute, sql, params, many, context):
            if sql.startswith("UPDATE") and not self.done:
                self.done = True
                Ticket.objects.update(status=TicketStatus.CANCELED, canceled_at=now)
            return execute(sql, params, many, context)

        done = False

    with connection.execute_wrapper(Cancels()), pytest.raises(errors.ScanAgain):
        scan(ticket, text)

    assert not CheckIn.objects.exists()
