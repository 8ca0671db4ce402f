"""The buyer's page behind the secret link, in every state an order can be in."""

from datetime import timedelta
from uuid import uuid4

import icalendar
import pypdfium2
import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from events.models import EventStatus
from orders.models import OrderStatus, PaymentStatus
from tests.factories.events import EventFactory
from tests.factories.orders import OrderFactory, OrderLineFactory, PaymentFactory
from tests.factories.ticketing import QuotaFactory, TicketFactory, TicketTypeFactory
from ticketing.models import Quota, TicketStatus

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def event():
    return EventFactory(online=True, title_en="Zero knowledge", title_zh_hans="零知识")


def make_order(event, count=1, *, ticket_status=TicketStatus.VALID, price=0, **fields):
    order = OrderFactory(chapter=event.chapter, total_minor=price * count, **fields)
    line = OrderLineFactory(order=order, unit_price_minor=price, quantity=count)
    kind = TicketTypeFactory(event=event, price_minor=price)
    for number in range(count):
        TicketFactory(
            ticket_type=kind,
            order_line=line,
            status=ticket_status,
            holder_name=f"Holder {number}",
            canceled_at=timezone.now() if ticket_status == TicketStatus.CANCELED else None,
        )
    return order


@pytest.fixture
def paid(event):
    return make_order(event, 2, paid=True)


@pytest.fixture
def waiting(event):
    return make_order(event, price=5000, ticket_status=TicketStatus.HELD)


def url(order, name="order-detail"):
    return reverse(f"checkout:{name}", args=[order.public_id])


def get(client, order, name="order-detail", query="", **headers):
    return client.get(url(order, name) + query, headers={**ENGLISH, **headers})


def text(response):
    return " ".join(response.content.decode().split())


def test_a_paid_order_shows_its_codes_and_the_link_to_join(client, paid, event):
    page = get(client, paid)

    assert text(page).count('<svg class="qr"') == 2
    assert "Holder 0" in text(page)
    assert event.online_url in text(page)
    assert "Asia/Shanghai (UTC+8)" in text(page)


def test_the_secret_stays_secret(client, paid):
    page = get(client, paid)

    assert "no-store" in page["Cache-Control"]
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert page["Referrer-Policy"] == "same-origin"


NAMES = [
    "order-detail",
    "order-pay",
    "order-cancel",
    "order-correct",
    "order-pdf",
    "order-calendar",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_guessed_link_opens_nothing(client, paid, name):
    guessed = reverse(f"checkout:{name}", args=[uuid4()])
    answer = client.post(guessed) if name == "order-pay" else client.get(guessed)

    assert answer.status_code == 404


def test_a_waiting_order_shows_no_code_and_offers_to_pay(client, waiting, event):
    page = get(client, waiting)

    assert "Pay now" in text(page)
    assert "Your places are held until" in text(page)
    assert '<svg class="qr"' not in text(page)
    assert event.online_url not in text(page)


def test_a_waiting_order_gives_out_no_tickets(client, waiting):
    assert get(client, waiting, "order-pdf").status_code == 404
    assert get(client, waiting, "order-calendar").status_code == 404


def test_after_a_failed_try_one_may_try_again(client, waiting):
    PaymentFactory(order=waiting, status=PaymentStatus.FAILED)

    page = get(client, waiting)

    assert "The last try did not go through, and nothing was charged." in text(page)
    assert "Try again: ¥50" in text(page)


def test_an_overdue_order_may_still_be_paid_while_nobody_took_its_places(client, waiting):
    waiting.hold_until = timezone.now() - timedelta(minutes=1)
    waiting.save()

    page = get(client, waiting)

    assert "Your time to pay is over" in text(page)
    assert "Pay now" in text(page)


def test_back_before_the_webhook_the_page_waits_and_looks_again(client, waiting, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"  # the gateway does not answer either
    PaymentFactory(order=waiting)

    page = get(client, waiting, query="?returned=1")
    last = get(client, waiting, query="?returned=1&look=12")

    assert "Your payment is being confirmed" in text(page)
    assert "look=2" in text(page)
    assert "Look again" in text(page)
    assert "hx-trigger" not in text(last).partition('id="order-state"')[2][:200]
    assert "It takes longer than usual." in text(last)


def test_the_waiting_page_moves_on_once_it_is_paid(client, paid):
    plain = get(client, paid, query="?returned=1")
    asked = get(client, paid, query="?returned=1", hx_request="true")

    assert plain.url == paid.get_absolute_url()
    assert asked["HX-Redirect"] == paid.get_absolute_url()


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (OrderStatus.EXPIRED, "This order expired"),
        (OrderStatus.CANCELED, "This order was canceled"),
    ],
)
def test_an_ended_order_leads_to_a_new_one(client, event, status, words):
    order = make_order(event, 2, price=5000, status=status, ticket_status=TicketStatus.CANCELED)
    kind = event.ticket_types.get()

    page = get(client, order)

    assert words in text(page)
    assert (
        f"{reverse('checkout:order-new', args=[event.slug])}?quantity-{kind.public_id}=2"
        in text(page)
    )


def test_a_canceled_event_is_said_loudly(client, paid, event):
    event.status, event.canceled_at = EventStatus.CANCELED, timezone.now()
    event.cancel_reason = "The hall is flooded."
    event.save()

    page = get(client, paid)

    assert 'role="alert"' in text(page)
    assert "This event does not take place. The hall is flooded." in text(page)
    assert event.online_url not in text(page)


def test_the_page_costs_the_same_for_one_ticket_and_ten(client, event, django_assert_num_queries):
    for count in (1, 10):
        order = make_order(event, count, paid=True)
        get(client, order)  # the event's signing key is made when first needed
        with django_assert_num_queries(6):
            get(client, order)


def test_the_pdf_has_a_page_for_each_good_ticket(client, paid):
    ticket = paid.lines.get().tickets.first()
    ticket.status, ticket.canceled_at = TicketStatus.CANCELED, timezone.now()
    ticket.save()

    answer = get(client, paid, "order-pdf")

    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    assert len(pypdfium2.PdfDocument(answer.content)) == 1


def test_the_calendar_entry_has_the_link_to_join(client, paid, event):
    calendar = icalendar.Calendar.from_ical(get(client, paid, "order-calendar").content)

    [entry] = calendar.walk("VEVENT")
    assert (calendar["METHOD"], entry["LOCATION"]) == ("PUBLISH", event.online_url)


def test_a_corrected_address_gets_the_tickets(client, paid, django_capture_on_commit_callbacks):
    first, second = (ticket.public_id for ticket in paid.lines.get().tickets.all())
    data = {
        "name": "Ada Example",
        "email": "Right@example.com",
        f"holder-{first}": "Ada Example",
        f"holder-{second}": "Holder 1",
    }

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(url(paid, "order-correct"), data, headers=ENGLISH)

    paid.refresh_from_db()
    assert answer.url == paid.get_absolute_url()
    assert paid.email == "right@example.com"
    assert [message.to for message in mail.outbox] == [["right@example.com"]]
    assert "Ada Example" in mail.outbox[0].body
    names = paid.lines.get().tickets.values_list("holder_name", flat=True)
    assert list(names) == ["Ada Example", "Holder 1"]


def test_a_correction_that_changes_nothing_mails_nothing(
    client, paid, django_capture_on_commit_callbacks
):
    holders = {f"holder-{t.public_id}": t.holder_name for t in paid.lines.get().tickets.all()}

    with django_capture_on_commit_callbacks(execute=True):
        client.post(url(paid, "order-correct"), {"name": paid.name, "email": paid.email, **holders})

    assert mail.outbox == []


def test_a_wrong_correction_is_kept_and_explained(client, paid):
    page = client.post(url(paid, "order-correct"), {"name": "", "email": "x@"}, headers=ENGLISH)

    assert page.status_code == 200
    assert 'value="x@"' in text(page)


def test_an_unpaid_order_is_canceled_after_a_question(client, event):
    quota = QuotaFactory(event=event)
    order = make_order(event, price=5000, ticket_status=TicketStatus.HELD)
    event.ticket_types.get().quotas.set([quota])
    Quota.objects.update(taken=1)

    asked = get(client, order, "order-cancel")
    answer = client.post(url(order, "order-cancel"))

    order.refresh_from_db()
    assert "Cancel this order?" in text(asked)
    assert answer.url == order.get_absolute_url()
    assert order.status == OrderStatus.CANCELED
    assert Quota.objects.get().taken == 0


def test_a_paid_order_cannot_be_canceled_by_its_link(client, paid):
    client.post(url(paid, "order-cancel"))

    paid.refresh_from_db()
    assert paid.status == OrderStatus.PAID


def test_paying_while_the_gateway_is_down_keeps_the_order(client, waiting, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"

    page = client.post(url(waiting, "order-pay"), headers=ENGLISH, follow=True)

    assert "The payment service does not answer right now." in text(page)
    waiting.refresh_from_db()
    assert waiting.status == OrderStatus.OPEN


def test_a_slip_in_the_address_is_pointed_out(client, event):
    order = make_order(event, paid=True, email="ada@gmial.com")

    assert "Did you mean ada@gmail.com?" in text(get(client, order))
