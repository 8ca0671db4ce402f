from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from orders.models import Channel, OrderStatus, Payment, PaymentStatus, Provider
from tests.factories.events import EventFactory
from tests.factories.orders import OrderFactory, OrderLineFactory, PaymentFactory
from tests.factories.ticketing import QuotaFactory, TicketFactory, TicketTypeFactory
from tests.ticketing.personas import assert_only_runners, client_of
from ticketing.models import Ticket, TicketStatus

pytestmark = pytest.mark.django_db

STATUS = {OrderStatus.PAID: TicketStatus.VALID, OrderStatus.OPEN: TicketStatus.HELD}


@pytest.fixture
def hall():
    return QuotaFactory(size=2)


@pytest.fixture
def kind(hall):
    return TicketTypeFactory(event=hall.event, price_minor=1250, currency="EUR", quotas=[hall])


@pytest.fixture
def organizer(kind):
    return client_of("organizer", kind.event)


def place(kind, *, status=OrderStatus.OPEN, tickets=1, **fields):
    """An order of that status with its tickets; what takes a place is counted in the quota."""
    now = timezone.now()
    order = OrderFactory(
        chapter=kind.event.chapter,
        status=status,
        currency=kind.currency,
        total_minor=kind.price_minor * tickets,
        paid_at=now if status == OrderStatus.PAID else None,
        closed_at=None if status in STATUS else now,
        **fields,
    )
    line = OrderLineFactory(order=order, unit_price_minor=kind.price_minor, quantity=tickets)
    ticket_status = STATUS.get(status, TicketStatus.CANCELED)
    for _ in range(tickets):
        TicketFactory(
            ticket_type=kind,
            order_line=line,
            status=ticket_status,
            canceled_at=None if status in STATUS else now,
        )
        kind.quotas.update(taken=kind.quotas.get().taken + (status in STATUS))
    return order


def url(name, kind, *args):
    return reverse(f"checkout:{name}", args=[kind.event.slug, *args])


def pay_by_hand(organizer, kind, order, **typed):
    data = {"provider": "bank", "note": "Statement 7"} | typed
    return organizer.post(url("order-mark-paid", kind, order.reference), data)


def test_only_those_who_run_the_event_look_after_its_orders(kind):
    order = place(kind)

    assert_only_runners(
        kind.event,
        [
            url("order-list", kind),
            url("order-manage", kind, order.reference),
            url("order-mark-paid", kind, order.reference),
            url("order-resend", kind, order.reference),
        ],
    )


def test_an_order_of_another_event_of_the_chapter_is_not_there(kind, organizer):
    other = TicketTypeFactory(event=EventFactory(chapter=kind.event.chapter))
    order = OrderLineFactory(order__chapter=kind.event.chapter).order
    TicketFactory(ticket_type=other, order_line=order.lines.get())

    for name in ("order-manage", "order-mark-paid", "order-resend"):
        assert organizer.get(url(name, kind, order.reference)).status_code == 404
    assert order.reference not in organizer.get(url("order-list", kind)).content.decode()


def test_list_has_each_order_once_and_searches_and_filters(kind, organizer):
    two = place(kind, tickets=2, name="周予安", email="zhou@example.com")
    lapsed = place(kind, status=OrderStatus.EXPIRED)

    def listed(**filters) -> list[str]:
        page = organizer.get(url("order-list", kind), filters).context["page"]
        return [ticket.order_line.order.reference for ticket in page.rows]

    assert listed() == [lapsed.reference, two.reference]
    assert listed(status="expired") == [lapsed.reference]
    for words in ("予安", "ZHOU@", two.reference.lower()):
        assert listed(q=words) == [two.reference]
    assert listed(q="nobody") == []


def test_list_says_that_nothing_was_ordered(kind, organizer):
    assert "Nothing has been ordered yet" in organizer.get(url("order-list", kind)).content.decode()


def test_page_shows_what_was_ordered_paid_and_done_but_not_the_secret_link(kind, organizer):
    order = place(kind, status=OrderStatus.PAID, tickets=2, channel=Channel.DESK)
    PaymentFactory(
        order=order,
        provider=Provider.CASH,
        status=PaymentStatus.SUCCEEDED,
        note="In the red envelope",
        succeeded_at=timezone.now(),
    )
    kind.event.log.create(action="order_resent", target=order.reference)

    page = organizer.get(url("order-manage", kind, order.reference)).content.decode()

    labels = [ticket.label for ticket in kind.tickets.all()]
    for said in (*labels, order.email, "€25", "Cash", "In the red envelope", "Ordered"):
        assert said in page
    assert "sent the tickets of the order" in page
    assert str(order.public_id) not in page


def test_marking_paid_makes_tickets_valid_with_who_and_why(kind, organizer):
    order = place(kind)

    response = pay_by_hand(organizer, kind, order)

    assert response.headers["Location"] == url("order-manage", kind, order.reference)
    order.refresh_from_db()
    assert order.status == OrderStatus.PAID
    assert kind.tickets.get().status == TicketStatus.VALID
    payment = Payment.objects.get()
    assert (payment.provider, payment.note, payment.amount_minor) == ("bank", "Statement 7", 1250)
    assert payment.recorded_by is not None
    assert [entry.action for entry in kind.event.log.all()] == ["order_marked_paid"]


def test_marking_paid_twice_is_refused_and_pays_once(kind, organizer):
    order = place(kind)

    pay_by_hand(organizer, kind, order)
    response = pay_by_hand(organizer, kind, order)

    assert "already paid" in response.content.decode()
    assert Payment.objects.count() == 1


def test_an_expired_order_comes_back_while_places_remain(kind, hall, organizer):
    order = place(kind, status=OrderStatus.EXPIRED, tickets=2)

    pay_by_hand(organizer, kind, order)

    order.refresh_from_db()
    hall.refresh_from_db()
    assert (order.status, hall.taken) == (OrderStatus.PAID, 2)


def test_an_expired_order_whose_places_are_gone_stays_as_it_is(kind, hall, organizer):
    order = place(kind, status=OrderStatus.EXPIRED, tickets=2)
    place(kind)

    response = pay_by_hand(organizer, kind, order)

    assert "1 left" in response.content.decode()
    order.refresh_from_db()
    hall.refresh_from_db()
    assert (order.status, hall.taken) == (OrderStatus.EXPIRED, 1)
    assert not Payment.objects.exists()


@pytest.mark.parametrize("typed", [{"provider": "stripe"}, {"provider": ""}])
def test_only_bank_and_cash_are_marked_by_hand(kind, organizer, typed):
    order = place(kind)

    response = pay_by_hand(organizer, kind, order, **typed)

    assert list(response.context["form"].errors) == ["provider"]
    order.refresh_from_db()
    assert order.is_open


def test_resending_mails_once_more_and_asks_first(
    kind, organizer, mailoutbox, django_capture_on_commit_callbacks
):
    order = place(kind, status=OrderStatus.PAID, confirmation_sent_at=timezone.now())
    address = url("order-resend", kind, order.reference)

    with django_capture_on_commit_callbacks(execute=True):
        asked = organizer.get(address).content.decode()
        assert mailoutbox == []
        organizer.post(address)

    assert order.email in asked
    assert [mail.to for mail in mailoutbox] == [[order.email]]


@pytest.mark.parametrize(
    ("status", "offered"),
    [
        (OrderStatus.OPEN, "order-mark-paid"),
        (OrderStatus.EXPIRED, "order-mark-paid"),
        (OrderStatus.PAID, "order-resend"),
    ],
)
def test_page_offers_what_can_be_done(kind, organizer, status, offered):
    order = place(kind, status=status)

    page = organizer.get(url("order-manage", kind, order.reference)).content.decode()

    addresses = [url(name, kind, order.reference) for name in ("order-mark-paid", "order-resend")]
    found = [address for address in addresses if address in page]
    assert found == [url(offered, kind, order.reference)]


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_cost_the_same_whatever_is_listed(kind, hall, organizer, rows):
    hall.size = 100
    hall.save()
    order = place(kind, tickets=rows)
    for number in range(rows):
        place(kind)
        at = timezone.now() + timedelta(minutes=number)
        PaymentFactory(order=order, status=PaymentStatus.FAILED, failed_at=at)

    with CaptureQueriesContext(connection) as of_list:
        organizer.get(url("order-list", kind))
    with CaptureQueriesContext(connection) as of_page:
        organizer.get(url("order-manage", kind, order.reference))

    assert (len(of_list), len(of_page)) == (4, 10)


def test_nothing_is_offered_for_an_order_without_a_valid_ticket(kind, organizer):
    order = place(kind, status=OrderStatus.PAID)
    Ticket.objects.update(status=TicketStatus.CANCELED, canceled_at=timezone.now())

    page = organizer.get(url("order-manage", kind, order.reference)).content.decode()

    names = ("order-mark-paid", "order-resend", "order-refund")
    addresses = [url(name, kind, order.reference) for name in names]
    assert [address for address in addresses if address in page] == []
