"""A buyer gives tickets back: the page that asks, the page that says the sum, and the deed."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from checkout.services.settling import close_order
from orders.models import Refund, RefundReason
from tests.checkout.shop import buy, paid_order, paid_type, pay, state
from ticketing.models import RefundRule, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english(client, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


@pytest.fixture
def kind():
    kind = paid_type(price_minor=12_801)
    RefundRule.objects.create(event=kind.event, hours_before=24, percent=50)
    return kind


def url(order, name="order-return"):
    return reverse(f"checkout:{name}", args=[order.public_id])


def units(order) -> list[str]:
    tickets = Ticket.objects.filter(order_line__order=order).order_by("pk")
    return list(tickets.values_list("public_id", flat=True))


def test_the_sum_is_said_before_anything_happens(client, kind):
    order = paid_order(kind, "Lin", "Mei")

    asked = client.get(url(order))
    page = client.post(url(order), {"units": units(order)})

    assert "¥64" in asked.text
    assert "Return these tickets for ¥128.01?" in page.text  # cut once, not once a ticket
    assert state(order)[2] == ["valid", "valid"]


def test_confirmed_tickets_go_back(client, kind):
    order = paid_order(kind, "Lin", "Mei")

    answer = client.post(url(order), {"units": units(order)[:1], "expected": 6400})

    assert answer.url == order.get_absolute_url()
    assert (Refund.objects.get().amount_minor, Refund.objects.get().reason) == (
        6400,
        RefundReason.BUYER,
    )
    assert state(order)[2:] == (["canceled", "valid"], 1)


def test_a_sum_that_changed_meanwhile_is_asked_again(client, kind):
    order = paid_order(kind)
    RefundRule.objects.update(percent=10)

    page = client.post(url(order), {"units": units(order), "expected": 6400})

    assert "Return these tickets for ¥12.80?" in page.text
    assert not Refund.objects.exists()


def test_nothing_chosen_is_no_return(client, kind):
    order = paid_order(kind, "Lin", "Mei")

    page = client.post(url(order), {"expected": ""})

    assert "Choose at least one." in page.text


def test_somebody_else_s_ticket_is_no_choice(client, kind):
    order, other = paid_order(kind), paid_order(kind)

    client.post(url(order), {"units": units(other), "expected": 6400})

    assert state(other)[2] == ["valid"]


def test_after_the_last_rule_nothing_is_offered(client, kind):
    order = paid_order(kind)
    RefundRule.objects.all().delete()

    page = client.get(url(order))
    order_page = client.get(order.get_absolute_url())

    assert "Nothing can be returned any more" in page.text
    assert "Return tickets" not in order_page.text


@pytest.mark.parametrize("why", ["open", "disputed"])
def test_an_order_that_has_nothing_to_return_leads_back(client, kind, why):
    order = buy(kind) if why == "open" else paid_order(kind)
    order.payments.update(disputed=True)

    answer = client.post(url(order), {"units": units(order), "expected": 6400})

    assert answer.url == order.get_absolute_url()
    assert not Refund.objects.exists()


def test_a_guessed_link_opens_nothing(client):
    assert client.get(reverse("checkout:order-return", args=[uuid4()])).status_code == 404


STATES = [
    ("due", "Goes back to you"),
    ("sent", "On its way back to you"),
    ("succeeded", "Returned on"),
    ("failed", "The organizer was told and takes care of it."),
]


@pytest.mark.parametrize(("status", "words"), STATES)
def test_the_order_s_page_says_where_the_money_is(client, kind, status, words):
    order = paid_order(kind, "Lin", "Mei")
    client.post(url(order), {"units": units(order)[:1], "expected": 6400})
    Refund.objects.update(status=status, closed_at=timezone.now())

    page = client.get(order.get_absolute_url()).text

    assert words in page
    assert "−¥64" in page
    assert "Paid on" in page


def test_the_order_s_page_tells_that_all_tickets_went_back(client, kind):
    order = paid_order(kind)
    client.post(url(order), {"units": units(order), "expected": 6400})

    page = client.get(order.get_absolute_url()).text

    assert "Every ticket of this order was given back." in page
    assert "You are in" not in page


def test_who_paid_twice_reads_so(client, kind):
    order = paid_order(kind)
    pay(order)

    page = client.get(order.get_absolute_url()).text

    assert "Paid twice: all of it goes back to you." in page
    assert "Every ticket" not in page


def test_who_paid_too_late_is_told_why_there_is_no_ticket(client):
    kind = paid_type(size=1)
    late = buy(kind)
    close_order(order=late, status="expired", when=lambda order: True)
    paid_order(kind, email="mei@example.com")
    pay(late)

    page = client.get(late.get_absolute_url()).text

    assert "Your payment came too late" in page
    assert "Nothing was charged" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_ticket_and_three(
    client, kind, count, django_assert_num_queries
):
    order = paid_order(kind, *("Lin", "Mei", "Ada")[:count])

    with django_assert_num_queries(4):  # order, disputes, tickets, rules
        client.get(url(order))
