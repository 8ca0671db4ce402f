from datetime import timedelta

import pytest

from events.models import EventStatus
from tests.factories.accounts import UserFactory
from tests.factories.events import START, EventFactory
from tests.factories.ticketing import QuotaFactory, TicketFactory, TicketTypeFactory
from ticketing.errors import PlacesTaken
from ticketing.models import Ticket, TicketStatus
from ticketing.services import events as services

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


def test_duplicate_event_copies_what_is_sold_with_fresh_places():
    event = EventFactory()
    hall = QuotaFactory(event=event, name="Hall", size=40, taken=7)
    early = TicketTypeFactory(
        event=event, name_en="Early", price_minor=12800, quotas=[hall], sales_end_at=START - WEEK
    )
    TicketTypeFactory(event=event, name_en="Late", quotas=[hall])
    TicketTypeFactory(event=event, name_en="Gone", retired_at=START)

    copy = services.duplicate_event(event=event, by=UserFactory(), start_at=START + WEEK)

    quota = copy.quotas.get()
    assert (quota.name, quota.size, quota.taken) == ("Hall", 40, 0)
    types = {ticket_type.name_en: ticket_type for ticket_type in copy.ticket_types.all()}
    assert set(types) == {"Early", "Late"}
    twin = types["Early"]
    assert (twin.price_minor, twin.sales_end_at, list(twin.quotas.all())) == (12800, START, [quota])
    assert twin.public_id != early.public_id
    early.refresh_from_db()
    assert (early.event, list(early.quotas.all())) == (event, [hall])


def test_cancel_event_leaves_the_tickets_to_be_told():
    ticket = TicketFactory()

    services.cancel_event(event=ticket.event, by=UserFactory(), reason="Typhoon")

    ticket.event.refresh_from_db()
    assert ticket.event.status == EventStatus.CANCELED
    assert Ticket.objects.get().status == TicketStatus.VALID


@pytest.mark.parametrize("status", [TicketStatus.HELD, TicketStatus.VALID])
def test_unpublish_event_is_refused_while_somebody_holds_a_place(status):
    ticket = TicketFactory(status=status)

    with pytest.raises(PlacesTaken):
        services.unpublish_event(event=ticket.event, by=UserFactory())

    ticket.event.refresh_from_db()
    assert ticket.event.status == EventStatus.PUBLISHED


def test_unpublish_event_without_tickets():
    event = EventFactory()

    services.unpublish_event(event=event, by=UserFactory())

    event.refresh_from_db()
    assert event.status == EventStatus.DRAFT
