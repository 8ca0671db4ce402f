"""An organizer and the door, or two organizers, at one ticket in the same moment."""

import pytest

from tests.concurrency.threads import at_once
from tests.factories.accounts import UserFactory
from tests.factories.ticketing import QuotaFactory, TicketFactory, TicketTypeFactory
from ticketing.errors import TicketAdmitted, TicketRefused
from ticketing.models import Quota, TicketStatus
from ticketing.services import door, tickets

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ticket():
    hall = QuotaFactory(size=10, taken=1)
    return TicketFactory(ticket_type=TicketTypeFactory(event=hall.event, quotas=[hall]))


@pytest.mark.parametrize("_time", range(3))
def test_a_ticket_is_admitted_or_canceled_never_both(ticket, _time):
    by = UserFactory()

    def act(number: int):
        if number:
            return tickets.cancel_ticket(ticket=ticket, by=by)
        return door.check_in(event=ticket.event, code=ticket.label, by=by, nonce="scan")

    admitted, canceled = at_once(2, act)

    ticket.refresh_from_db()
    if isinstance(canceled, TicketAdmitted):
        assert admitted.ticket == ticket
        assert (ticket.status, Quota.objects.get().taken) == (TicketStatus.VALID, 1)
    else:
        assert isinstance(admitted, TicketRefused)
        assert (ticket.checked_in_at, Quota.objects.get().taken) == (None, 0)


def test_ten_cancellations_at_once_free_one_place(ticket):
    by = UserFactory()

    results = at_once(10, lambda _number: tickets.cancel_ticket(ticket=ticket, by=by))

    assert {result.status for result in results} == {TicketStatus.CANCELED}
    assert Quota.objects.get().taken == 0
    assert ticket.event.log.count() == 1


def test_one_reissue_form_sent_ten_times_at_once_makes_one_code(ticket):
    by = UserFactory()

    results = at_once(10, lambda _number: tickets.reissue_ticket(ticket=ticket, by=by, revision=0))

    assert len({result.code for result in results}) == 1
    assert ticket.retired_codes.count() == 1
