from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from orders.models import OrderStatus
from tests.factories.events import EventFactory
from tests.factories.orders import OrderFactory, OrderLineFactory
from tests.factories.ticketing import QuotaFactory, TicketFactory, TicketTypeFactory
from tests.ticketing.personas import assert_only_runners, client_of
from ticketing.models import TicketStatus
from ticketing.queries import desk
from ticketing.templatetags.desk import percent, sales_drawing

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)  # in Shanghai


@pytest.fixture
def event():
    return EventFactory()


def url(event):
    return reverse("ticketing:event-desk", args=[event.slug])


def page_of(event) -> str:
    return client_of("organizer", event).get(url(event)).content.decode()


def sell(kind, *, at=NOON, status=TicketStatus.VALID, order=OrderStatus.PAID, **fields):
    order = OrderFactory(
        chapter=kind.event.chapter,
        status=order,
        currency=kind.currency,
        paid_at=at if order in {OrderStatus.PAID, OrderStatus.REFUNDED} else None,
    )
    line = OrderLineFactory(order=order, unit_price_minor=kind.price_minor)
    canceled_at = at if status == TicketStatus.CANCELED else None
    return TicketFactory(
        ticket_type=kind,
        order_line=line,
        created_at=at,
        status=status,
        canceled_at=canceled_at,
        **fields,
    )


def test_figures_count_by_type_and_state(event):
    paid = TicketTypeFactory(event=event, price_minor=1250, currency="EUR")
    free = TicketTypeFactory(event=event, currency="EUR")
    sell(paid, checked_in_at=NOON)
    sell(paid)
    sell(paid, status=TicketStatus.CANCELED)
    sell(paid, status=TicketStatus.HELD, order=OrderStatus.OPEN)
    sell(paid, status=TicketStatus.CANCELED, order=OrderStatus.EXPIRED)
    sell(free)
    TicketFactory()  # of another event

    found = desk.figures(event)

    assert [(row.sold, row.held, row.canceled, row.admitted) for row in found.types] == [
        (2, 1, 2, 1),
        (1, 0, 0, 0),
    ]
    assert (found.sold, found.held, found.admitted) == (3, 1, 1)


def test_revenue_is_what_paid_orders_brought_in_a_canceled_ticket_included(event):
    paid = TicketTypeFactory(event=event, price_minor=1250, currency="EUR")
    sell(paid)
    sell(paid, status=TicketStatus.CANCELED)
    sell(paid, status=TicketStatus.HELD, order=OrderStatus.OPEN)
    sell(paid, status=TicketStatus.CANCELED, order=OrderStatus.EXPIRED)

    assert desk.figures(event).revenue == [("EUR", 2500)]


def test_revenue_is_less_what_went_back(event):
    paid = TicketTypeFactory(event=event, price_minor=1250, currency="EUR")
    part, whole, _kept = sell(paid), sell(paid, order=OrderStatus.REFUNDED), sell(paid)
    for ticket, refunded in ((part, 400), (whole, 1250)):
        ticket.order_line.refunded_minor = refunded
        ticket.order_line.save()

    assert desk.figures(event).revenue == [("EUR", 2100)]


def test_places_left_are_those_of_the_scarcest_quota(event):
    hall, early = QuotaFactory(event=event, size=9), QuotaFactory(event=event, size=5, taken=3)
    TicketTypeFactory(event=event, quotas=[hall, early])
    TicketTypeFactory(event=event)

    assert [row.left for row in desk.figures(event).types] == [2, None]


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, desk.SaleState.ON_SALE),
        ({"sales_start_at": timezone.now() + timedelta(days=1)}, desk.SaleState.LATER),
        ({"sales_end_at": timezone.now() - timedelta(days=1)}, desk.SaleState.ENDED),
        ({"min_per_order": 3}, desk.SaleState.SOLD_OUT),
        ({"retired_at": timezone.now()}, desk.SaleState.RETIRED),
    ],
)
def test_sale_state_says_why_a_type_cannot_be_ordered(event, fields, state):
    hall = QuotaFactory(event=event, size=2)
    TicketTypeFactory(event=event, quotas=[hall], **fields)

    [row] = desk.figures(event).types

    assert row.state == state


def test_sales_by_day_are_days_of_the_event_with_the_empty_ones_between(event):
    kind = TicketTypeFactory(event=event)
    late = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)  # half past midnight in Shanghai
    for at in (NOON, late, NOON + timedelta(days=3)):
        sell(kind, at=at)
    sell(kind, status=TicketStatus.CANCELED)

    assert desk.sales_by_day(event) == [
        (date(2026, 3, 1), 1),
        (date(2026, 3, 2), 1),
        (date(2026, 3, 3), 0),
        (date(2026, 3, 4), 1),
    ]


def test_plot_goes_by_week_where_days_would_be_too_thin():
    days = [(date(2026, 1, 1) + timedelta(days=number), 1) for number in range(80)]

    drawing = sales_drawing(days)

    assert (drawing.caption, drawing.head) == ("Sold by week", "Week from")
    assert drawing.series[0].values == [7] * 11 + [3]


def test_percent_of_nothing_is_full():
    assert [percent(1, 4), percent(0, 0), percent(7, 5)] == [25, 100, 100]


def test_only_those_who_run_the_event_see_the_desk(event):
    assert_only_runners(event, [url(event)])


def test_desk_shows_figures_and_a_plot_with_its_numbers(event):
    kind = TicketTypeFactory(event=event, price_minor=123400, currency="EUR")
    sell(kind)

    page = page_of(event)

    assert "€1,234" in page
    assert "<desc" in page
    assert "<details" in page
    assert "1 Mar 2026" in page
    assert "style=" not in page


def test_desk_names_orders_that_wait_for_payment(event):
    kind = TicketTypeFactory(event=event)
    waiting = sell(kind, status=TicketStatus.HELD, order=OrderStatus.OPEN).order_line.order
    sell(kind)

    assert list(desk.open_orders(event)) == [waiting]
    assert waiting.reference in page_of(event)


@pytest.mark.parametrize(
    ("fields", "has_type", "next_step"),
    [
        ({"draft": True}, False, "Set up tickets"),
        ({"draft": True}, True, "Publish …"),
        ({}, True, "Share this link"),
        ({"start_at": timezone.now() + timedelta(hours=5)}, True, "Open the door"),
        ({"past": True}, True, "Who came"),
        (
            {"status": "canceled", "canceled_at": timezone.now()},
            True,
            "This event is canceled",
        ),
    ],
)
def test_desk_says_what_comes_next(fields, has_type, next_step):
    event = EventFactory(**fields)
    if has_type:
        TicketTypeFactory(event=event)

    page = page_of(event)

    steps = ["Set up tickets", "Publish …", "Share this link", "Open the door", "Who came"]
    assert next_step in page
    assert [step for step in steps if step in page] == [step for step in steps if step == next_step]


@pytest.mark.parametrize("rows", [1, 3])
def test_desk_costs_the_same_whatever_was_sold(event, rows):
    client = client_of("organizer", event)
    for number in range(rows):
        kind = TicketTypeFactory(event=event, quotas=[QuotaFactory(event=event)])
        sell(kind, at=NOON + timedelta(days=number))
        sell(kind, status=TicketStatus.HELD, order=OrderStatus.OPEN)
        event.log.create(action="event_changed")

    with CaptureQueriesContext(connection) as queries:
        client.get(url(event))

    assert len(queries) == 12
