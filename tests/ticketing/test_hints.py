from datetime import timedelta

import pytest
from django.utils import timezone, translation

from events.models import EventStatus
from tests.factories.events import EventFactory
from tests.factories.ticketing import QuotaFactory, TicketTypeFactory
from ticketing.queries.hints import hints

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def hint(event):
    found = hints([event], at=timezone.now()).get(event.pk)
    return found and (found.price, found.is_free, found.note)


def test_hint_names_the_lowest_price_and_whether_there_are_more():
    event = EventFactory()
    TicketTypeFactory(event=event, price_minor=12800)
    assert hint(event) == ("¥128", False, "")

    TicketTypeFactory(event=event, price_minor=6400)
    assert hint(event) == ("¥64 – ¥128", False, "")


def test_hint_of_a_free_event():
    assert hint(TicketTypeFactory(price_minor=0).event) == ("Free", True, "")


@pytest.mark.parametrize(
    ("size", "taken", "note"),
    [(100, 0, ""), (100, 80, "Few places left"), (100, 100, "Sold out")],
)
def test_hint_says_when_places_run_out(size, taken, note):
    event = EventFactory()
    quota = QuotaFactory(event=event, size=size, taken=taken)
    TicketTypeFactory(event=event, quotas=[quota])

    assert hint(event) == ("Free", True, note)


def test_hint_says_when_nothing_is_sold_yet_or_no_more():
    now = timezone.now()
    soon = TicketTypeFactory(sales_start_at=now + timedelta(days=1))
    ended = TicketTypeFactory(sales_end_at=now - timedelta(days=1))

    assert hint(soon.event) == ("Free", True, "Not yet on sale")
    assert hint(ended.event) == ("Free", True, "Sale ended")


def test_no_hint_where_nothing_can_be_had():
    hidden = TicketTypeFactory(is_public=False).event
    over = TicketTypeFactory(event=EventFactory(past=True)).event
    off = EventFactory(status=EventStatus.CANCELED, canceled_at=timezone.now())
    TicketTypeFactory(event=off)

    assert [hint(event) for event in (EventFactory(), hidden, over, off)] == [None] * 4


@pytest.mark.parametrize("rows", [1, 12])
def test_hints_cost_two_queries_however_many(django_assert_num_queries, rows):
    events = EventFactory.create_batch(rows)
    for event in events:
        TicketTypeFactory(event=event, quotas=[QuotaFactory(event=event, size=100)])

    with django_assert_num_queries(2):
        found = hints(events, at=timezone.now())

    assert len(found) == rows
