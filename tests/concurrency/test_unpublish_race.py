"""An organizer takes an event back to a draft while people order."""

from threading import Event as Signal

import pytest

from checkout.services.orders import place_order
from events.models import Event
from tests.concurrency.threads import at_once
from tests.factories.accounts import UserFactory
from tests.factories.ticketing import QuotaFactory, TicketTypeFactory
from ticketing.models import Ticket
from ticketing.services import stock
from ticketing.services.events import unpublish_event
from ticketing.services.sales import Selection, Wish

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


def order_beside_unpublishing(kind) -> tuple[bool, bool]:
    """Whether the event became a draft, and whether somebody holds a ticket for it."""
    organizer = UserFactory()

    def act(number: int) -> None:
        if number == 3:
            unpublish_event(event=kind.event, by=organizer)
            return
        place_order(
            wishes=[Wish(kind.event, [Selection(kind.public_id, "Lin")])],
            email=f"lin{number}@example.com",
            name="Lin",
            language="en",
        )

    at_once(6, act)
    status = Event.objects.get(pk=kind.event.pk).status
    return status == "draft", Ticket.objects.filter(event=kind.event).exists()


@pytest.mark.parametrize("has_quota", [True, False])
def test_nobody_is_left_with_a_ticket_for_a_draft(has_quota):
    for _round in range(6):
        hall = QuotaFactory(size=100)
        quotas = [hall] if has_quota else []
        kind = TicketTypeFactory(event=hall.event, quotas=quotas)

        is_draft, has_ticket = order_beside_unpublishing(kind)

        assert not (is_draft and has_ticket)


def test_without_the_lock_somebody_holds_a_ticket_for_a_draft(monkeypatch):
    """The control: the sale has looked, and has not committed when the other one looks."""
    looked, hidden = Signal(), Signal()
    create = Ticket.objects.bulk_create

    def slow_create(tickets):
        made = create(tickets)
        looked.set()
        assert hidden.wait(20)
        return made

    monkeypatch.setattr(stock, "lock_event", lambda event: None)
    monkeypatch.setattr(Ticket.objects, "bulk_create", slow_create)
    kind, organizer = TicketTypeFactory(), UserFactory()

    def act(number: int) -> None:
        if number:
            assert looked.wait(20)
            unpublish_event(event=kind.event, by=organizer)
            hidden.set()
            return
        place_order(
            wishes=[Wish(kind.event, [Selection(kind.public_id, "Lin")])],
            email="lin@example.com",
            name="Lin",
            language="en",
        )

    assert at_once(2, act) == [None, None]
    assert Event.objects.get(pk=kind.event.pk).status == "draft"
    assert Ticket.objects.filter(event=kind.event).exists()
