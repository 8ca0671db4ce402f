"""The ticket panel on an event's page: what can be had, and why the rest cannot."""

from datetime import timedelta

import pytest
from django.template import engines
from django.test import RequestFactory
from django.utils import timezone, translation

from events.models import EventStatus
from orders.models import OrderStatus
from tests.factories.events import EventFactory
from tests.factories.orders import OrderFactory, OrderLineFactory
from tests.factories.ticketing import QuotaFactory, TicketFactory, TicketTypeFactory
from ticketing.models import Quota, TicketStatus
from ticketing.queries.offers import OfferState, offers

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def panel(event, query=""):
    template = engines["django"].from_string("{% load ticketing %}{% ticket_panel event %}")
    request = RequestFactory().get(f"/events/{event.slug}/{query}")
    with translation.override("en"):
        return " ".join(template.render({"event": event}, request).split())


def test_it_leads_to_the_checkout_without_any_script():
    event = EventFactory()
    kind = TicketTypeFactory(event=event, name_en="Early bird", price_minor=8800, max_per_order=3)
    TicketTypeFactory(event=event, max_per_order=2)

    page = panel(event)

    assert f'<form method="get" action="/events/{event.slug}/checkout/">' in page
    assert f'<select name="quantity-{kind.public_id}" aria-label="How many: Early bird">' in page
    assert '<option value="3">' in page
    assert '<option value="4">' not in page
    assert "¥88" in page
    assert "Free" in page


def test_a_single_type_is_chosen_already():
    event = EventFactory()
    TicketTypeFactory(event=event, min_per_order=2)

    assert '<option value="2" selected>' in panel(event)


def test_places_left_are_named_and_bound_the_choice():
    event = EventFactory()
    TicketTypeFactory(event=event, quotas=[QuotaFactory(event=event, size=3, taken=1)])

    page = panel(event)

    assert "2 places left" in page
    assert '<option value="2">' in page
    assert '<option value="3">' not in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"sales_end_at": timezone.now() - HOUR}, "Sale ended"),
        ({"sales_start_at": timezone.now() + HOUR}, "Sale starts"),
    ],
)
def test_outside_its_sale_a_type_says_when(fields, words):
    event = EventFactory()
    TicketTypeFactory(event=event, **fields)

    page = panel(event)

    assert words in page
    assert "<select" not in page
    assert "Continue" not in page


def test_sold_out_is_said():
    event = EventFactory()
    TicketTypeFactory(event=event, quotas=[QuotaFactory(event=event, size=5, taken=5)])

    page = panel(event)

    assert "Sold out" in page
    assert "<select" not in page


def test_places_of_overdue_holds_can_be_asked_for():
    event = EventFactory()
    kind = TicketTypeFactory(event=event, quotas=[QuotaFactory(event=event, size=1, taken=1)])
    order = OrderFactory(hold_until=timezone.now() - HOUR, status=OrderStatus.OPEN)
    line = OrderLineFactory(order=order)
    TicketFactory(ticket_type=kind, order_line=line, status=TicketStatus.HELD)

    [offer] = offers(event, at=timezone.now())

    assert (offer.left, offer.state) == (1, OfferState.ON_SALE)


def test_a_hidden_type_is_shown_by_its_link_alone():
    event = EventFactory()
    kind = TicketTypeFactory(event=event, is_public=False, name_en="Crew")

    assert "Crew" not in panel(event)
    page = panel(event, f"?show={kind.public_id}")
    assert "Crew" in page
    assert f'<input type="hidden" name="show" value="{kind.public_id}">' in page


def test_what_is_over_or_canceled_offers_nothing():
    over, canceled = EventFactory(past=True), EventFactory()
    for event in (over, canceled):
        TicketTypeFactory(event=event)
    canceled.status = EventStatus.CANCELED

    assert "This event is over." in panel(over)
    assert "This event was canceled." in panel(canceled)
    assert "<form" not in panel(over) + panel(canceled)


def test_a_draft_shows_its_offers_but_sells_none():
    event = EventFactory(draft=True)
    TicketTypeFactory(event=event, name_en="Standard")

    page = panel(event)

    assert "Standard" in page
    assert "<select" not in page


def test_it_costs_the_same_for_one_type_and_many(django_assert_num_queries):
    event = EventFactory()
    for count in (1, 3):
        for _number in range(count):
            TicketTypeFactory(event=event, quotas=[QuotaFactory(event=event)])
        with django_assert_num_queries(2):
            panel(event)
    Quota.objects.update(taken=10)
    with django_assert_num_queries(3):
        panel(event)
