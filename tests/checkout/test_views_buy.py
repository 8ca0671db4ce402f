"""From the ticket panel to an order: what a buyer types is kept, what they get is right."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from events.models import EventStatus
from orders.models import Order, OrderStatus
from tests.factories.events import EventFactory
from tests.factories.ticketing import QuotaFactory, TicketTypeFactory
from ticketing.models import Quota, Ticket

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def event():
    return EventFactory(title_en="Zero knowledge", title_zh_hans="零知识")


def url(event, query=""):
    return reverse("checkout:order-new", args=[event.slug]) + query


def body(kind, count=1, *holders, **changes):
    names = {f"holder-{kind.public_id}-{n}": name for n, name in enumerate(holders)}
    return {
        "name": "Ada Example",
        "email": "Ada@Example.com",
        "client_key": str(uuid4()),
        "expected_total": str(kind.price_minor * count),
        f"quantity-{kind.public_id}": str(count),
        **names,
        **changes,
    }


def post(client, event, data):
    return client.post(url(event), data, headers=ENGLISH)


def text(response):
    return " ".join(response.content.decode().split())


def test_a_free_order_is_a_paid_one_at_once(client, event, django_capture_on_commit_callbacks):
    kind = TicketTypeFactory(event=event)

    with django_capture_on_commit_callbacks(execute=True):
        response = post(client, event, body(kind, 2, "", "Bob Example"))

    order = Order.objects.get()
    assert response.url == order.get_absolute_url()
    assert order.status == OrderStatus.PAID
    assert (order.email, order.language) == ("ada@example.com", "en")
    assert list(Ticket.objects.values_list("holder_name", flat=True)) == [
        "Ada Example",
        "Bob Example",
    ]
    assert [message.to for message in mail.outbox] == [["ada@example.com"]]


def test_the_panel_s_form_opens_the_checkout_with_the_chosen_tickets(client, event):
    kind = TicketTypeFactory(event=event, price_minor=12800, name_en="Early bird")

    page = client.get(url(event, f"?quantity-{kind.public_id}=2"), headers=ENGLISH)

    assert page.status_code == 200
    assert "2 × Early bird" in text(page)
    assert "Pay ¥256" in text(page)
    assert "Asia/Shanghai (UTC+8)" in text(page)
    assert page["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


def test_nothing_chosen_leads_back_to_the_event(client, event):
    TicketTypeFactory(event=event)

    response = client.get(url(event))

    assert response.url == event.get_absolute_url()


def test_a_double_click_is_one_order(client, event):
    kind = TicketTypeFactory(event=event)
    data = body(kind)

    first, second = post(client, event, data), post(client, event, data)

    assert first.url == second.url
    assert Order.objects.count() == 1


def test_a_link_cannot_choose_the_key_of_the_order(client, event):
    kind = TicketTypeFactory(event=event)
    key = str(uuid4())

    page = client.get(url(event, f"?quantity-{kind.public_id}=1&client_key={key}"))

    assert f'name="client_key" value="{key}"' not in text(page)


def test_a_form_changed_after_back_is_a_new_order(client, event):
    kind = TicketTypeFactory(event=event)
    data = body(kind)

    first = post(client, event, data)
    second = post(client, event, {**data, "email": "other@example.com"})

    assert first.url != second.url


def test_what_was_typed_survives_a_mistake(client, event):
    kind = TicketTypeFactory(event=event)

    page = post(client, event, body(kind, 2, "", "Bob Example", email="ada@example"))

    assert page.status_code == 200
    assert 'value="Ada Example"' in text(page)
    assert 'value="ada@example"' in text(page)
    assert 'value="Bob Example"' in text(page)
    assert not Order.objects.exists()


def test_a_new_price_is_shown_before_it_is_paid(client, event):
    kind = TicketTypeFactory(event=event, price_minor=0)
    data = body(kind)
    kind.price_minor = 5000
    kind.save()

    page = post(client, event, data)

    assert "The price has changed to ¥50." in text(page)
    assert 'name="expected_total" value="5000"' in text(page)
    assert data["client_key"] in text(page)
    assert not Order.objects.exists()


def test_sold_out_while_typing_says_what_is_left(client, event):
    quota = QuotaFactory(event=event, size=5)
    kind = TicketTypeFactory(event=event, quotas=[quota])
    Quota.objects.update(taken=3)

    page = post(client, event, body(kind, 3))

    assert "Only 2 places are left." in text(page)
    assert 'aria-invalid="true"' in text(page)
    assert not Order.objects.exists()


def test_over_the_limit_is_said_at_the_field(client, event):
    kind = TicketTypeFactory(event=event, max_per_order=2, name_en="Standard")

    page = post(client, event, body(kind, 3))

    assert "“Standard” can be bought 1 to 2 at a time." in text(page)
    assert not Order.objects.exists()


def test_a_closed_sale_is_said_when_the_page_opens_and_when_it_is_sent(client, event):
    kind = TicketTypeFactory(
        event=event, name_en="Standard", sales_end_at=timezone.now() - timedelta(minutes=1)
    )
    words = "“Standard” is not on sale right now."

    assert words in text(client.get(url(event, f"?quantity-{kind.public_id}=1"), headers=ENGLISH))
    assert words in text(post(client, event, body(kind)))
    assert not Order.objects.exists()


def test_a_type_that_was_withdrawn_does_not_fall_off_silently(client, event):
    kept, gone = TicketTypeFactory.create_batch(2, event=event)
    gone.retired_at = timezone.now()
    gone.save()

    page = post(client, event, {**body(kept), **body(gone)})

    assert "This ticket is no longer offered." in text(page)
    assert not Order.objects.exists()


def test_two_currencies_are_refused_in_words(client, event):
    yuan = TicketTypeFactory(event=event, price_minor=100)
    euro = TicketTypeFactory(event=event, price_minor=100, currency="EUR")

    page = post(client, event, {**body(yuan), **body(euro), "expected_total": "200"})

    assert "different currencies" in text(page)
    assert not Order.objects.exists()


def test_a_hidden_type_needs_its_own_link(client, event):
    kind = TicketTypeFactory(event=event, is_public=False)

    without = post(client, event, body(kind))
    with_link = post(client, event, body(kind, show=kind.public_id))

    assert without.status_code == 200
    assert with_link.url == Order.objects.get().get_absolute_url()


def test_a_canceled_event_sells_nothing_and_says_so(client, event):
    kind = TicketTypeFactory(event=event)
    event.status, event.canceled_at = EventStatus.CANCELED, timezone.now()
    event.cancel_reason = "The hall is flooded."
    event.save()

    page = post(client, event, body(kind))

    assert page.status_code == 409
    assert "The hall is flooded." in text(page)
    assert not Order.objects.exists()


def test_an_unpublished_event_is_not_there(client):
    kind = TicketTypeFactory(event=EventFactory(draft=True))

    assert client.get(url(kind.event, f"?quantity-{kind.public_id}=1")).status_code == 404
    assert post(client, kind.event, body(kind)).status_code == 404


def test_update_draws_the_page_anew_and_orders_nothing(client, event):
    kind = TicketTypeFactory(event=event, price_minor=1000)

    page = post(client, event, body(kind, 3, "Cyd Example", update="1", email=""))

    assert "Pay ¥30" in text(page)
    assert text(page).count(f'name="holder-{kind.public_id}-') == 3
    assert 'value="Cyd Example"' in text(page)
    assert "This field is required" not in text(page)
    assert not Order.objects.exists()


def test_a_likely_slip_in_the_address_is_a_hint_not_a_wall(client, event):
    kind = TicketTypeFactory(event=event)

    hint = post(client, event, body(kind, update="1", email="ada@gmial.com"))
    taken = post(client, event, body(kind, use_email="ada@gmail.com", email="ada@gmial.com"))
    ordered = post(client, event, body(kind, email="ada@gmial.com"))

    assert 'value="ada@gmail.com"' in text(hint)
    assert 'name="email" value="ada@gmail.com"' in text(taken)
    assert ordered.url == Order.objects.get().get_absolute_url()


def test_a_gateway_that_is_down_costs_the_buyer_nothing(client, event, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    kind = TicketTypeFactory(event=event, price_minor=1000)

    response = client.post(url(event), body(kind), headers=ENGLISH, follow=True)

    order = Order.objects.get()
    assert order.status == OrderStatus.OPEN
    assert response.redirect_chain == [(order.get_absolute_url(), 302)]
    assert "The payment service does not answer right now." in text(response)
    assert "Pay now" in text(response) or "Try again" in text(response)


@pytest.mark.parametrize("junk", ["-1", "x", "9" * 30, "１", ""])
def test_odd_quantities_count_as_none(client, event, junk):
    kind = TicketTypeFactory(event=event)

    assert client.get(url(event, f"?quantity-{kind.public_id}={junk}")).status_code == 302
    page = post(client, event, {**body(kind), f"quantity-{kind.public_id}": junk})
    assert page.status_code == 200
    assert not Order.objects.exists()


def test_the_page_costs_the_same_for_one_type_and_many(client, event, django_assert_num_queries):
    client.get(url(event))  # warm what is cached for good
    for count in (1, 3):
        kinds = TicketTypeFactory.create_batch(
            count, event=event, quotas=[QuotaFactory(event=event)]
        )
        query = "&".join(f"quantity-{kind.public_id}=1" for kind in kinds)
        with django_assert_num_queries(4):
            client.get(url(event, f"?{query}"))


def test_placing_an_order_costs_the_same_for_one_ticket_and_ten(
    client, event, django_assert_num_queries
):
    kind = TicketTypeFactory(event=event, quotas=[QuotaFactory(event=event, size=50)])
    post(client, event, body(kind))
    for count in (1, 10):
        with django_assert_num_queries(19):
            post(client, event, body(kind, count))
