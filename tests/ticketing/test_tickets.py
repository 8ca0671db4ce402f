import pytest
from django.utils import timezone

from orders.models import OrderStatus
from tests.factories.accounts import UserFactory
from tests.factories.ticketing import QuotaFactory, TicketFactory, TicketTypeFactory
from ticketing import errors, qr
from ticketing.models import TicketStatus
from ticketing.services import door, tickets

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return UserFactory()


@pytest.fixture
def hall():
    return QuotaFactory(size=10, taken=1)


@pytest.fixture
def ticket(hall):
    return TicketFactory(
        ticket_type=TicketTypeFactory(event=hall.event, quotas=[hall]), holder_name="林小满"
    )


def admit(ticket, text, by):
    return door.check_in(event=ticket.event, code=text, by=by, nonce="n" * 8)


def actions(ticket) -> list[tuple[str, str]]:
    return list(ticket.event.log.order_by("pk").values_list("action", "target"))


def test_reissue_kills_the_old_code_and_admits_by_the_new(ticket, by):
    old = qr.token_for(ticket)

    renewed = tickets.reissue_ticket(ticket=ticket, by=by)

    with pytest.raises(errors.TicketReplaced):
        admit(ticket, old, by)
    assert admit(ticket, qr.token_for(renewed), by).ticket == ticket
    assert actions(ticket) == [("ticket_reissued", ticket.label)]


def test_reissue_form_sent_twice_reissues_once(ticket, by):
    first = tickets.reissue_ticket(ticket=ticket, by=by, revision=0)
    second = tickets.reissue_ticket(ticket=ticket, by=by, revision=0)

    assert first.code == second.code
    assert ticket.retired_codes.count() == 1


def test_reissue_mails_the_new_code(ticket, by, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        renewed = tickets.reissue_ticket(ticket=ticket, by=by)

    [mail] = mailoutbox
    assert mail.to == [ticket.order_line.order.email]
    assert ticket.label in mail.body
    assert renewed.code not in mail.body
    assert [name for name, *_ in mail.attachments] == [f"ticket-{ticket.label}.pdf"]


def test_reissue_of_an_unpaid_ticket_mails_nothing(
    ticket, by, mailoutbox, django_capture_on_commit_callbacks
):
    ticket.status = TicketStatus.HELD
    ticket.save()

    with django_capture_on_commit_callbacks(execute=True):
        tickets.reissue_ticket(ticket=ticket, by=by)

    assert mailoutbox == []


def test_cancel_frees_the_place_once_and_is_refused_at_the_door(ticket, hall, by):
    tickets.cancel_ticket(ticket=ticket, by=by, reason="Asked by mail")
    tickets.cancel_ticket(ticket=ticket, by=by, reason="Asked by mail")

    hall.refresh_from_db()
    assert hall.taken == 0
    with pytest.raises(errors.TicketCanceled):
        admit(ticket, qr.token_for(ticket), by)
    assert actions(ticket) == [("ticket_canceled", ticket.label)]
    assert ticket.event.log.get().changes == {"reason": ["", "Asked by mail"]}
    ticket.order_line.order.refresh_from_db()
    assert ticket.order_line.order.status == OrderStatus.PAID


def test_cancel_tells_the_buyer_why(ticket, by, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        tickets.cancel_ticket(ticket=ticket, by=by, reason="Booked twice")

    [mail] = mailoutbox
    assert "Booked twice" in mail.body
    assert ticket.label in mail.body


def test_cancel_of_somebody_inside_changes_nothing(ticket, hall, by):
    check_in = admit(ticket, qr.token_for(ticket), by)

    with pytest.raises(errors.TicketAdmitted):
        tickets.cancel_ticket(ticket=ticket, by=by)
    hall.refresh_from_db()
    assert hall.taken == 1

    door.undo_check_in(check_in=check_in, by=by)
    assert tickets.cancel_ticket(ticket=ticket, by=by).status == TicketStatus.CANCELED


def test_cancel_of_a_held_ticket_is_left_to_its_order(ticket, hall, by):
    ticket.status = TicketStatus.HELD
    ticket.save()

    with pytest.raises(errors.TicketNotPaid):
        tickets.cancel_ticket(ticket=ticket, by=by)

    hall.refresh_from_db()
    assert hall.taken == 1


def test_rename_is_logged_without_the_names(ticket, by):
    tickets.rename_holder(ticket=ticket, by=by, name="Mei Example")
    tickets.rename_holder(ticket=ticket, by=by, name="Mei Example")

    ticket.refresh_from_db()
    assert ticket.holder_name == "Mei Example"
    [entry] = ticket.event.log.all()
    assert (entry.action, entry.target, entry.changes) == ("ticket_renamed", ticket.label, {})


@pytest.mark.parametrize(
    "act",
    [
        lambda ticket, by: tickets.reissue_ticket(ticket=ticket, by=by),
        lambda ticket, by: tickets.rename_holder(ticket=ticket, by=by, name="Mei"),
    ],
)
def test_a_canceled_ticket_stays_as_it_is(ticket, by, act):
    ticket.status, ticket.canceled_at = TicketStatus.CANCELED, timezone.now()
    ticket.save()
    code = ticket.code

    with pytest.raises(errors.TicketClosed):
        act(ticket, by)

    ticket.refresh_from_db()
    assert (ticket.code, ticket.holder_name) == (code, "林小满")
    assert actions(ticket) == []
