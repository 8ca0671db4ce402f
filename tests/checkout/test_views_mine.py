"""My tickets: all of a person's, none of another's."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from orders.models import Order
from tests.factories.accounts import UserFactory
from tests.factories.events import EventFactory
from tests.factories.orders import OrderFactory, OrderLineFactory
from tests.factories.ticketing import TicketFactory

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
URL = "/my/tickets/"


@pytest.fixture
def user(client):
    user = UserFactory(email="ada@example.com")
    EmailAddress.objects.create(user=user, email="ada@example.com", verified=True, primary=True)
    client.force_login(user)
    return user


def buy(title, *, past=False, **order):
    event = EventFactory(title_en=title, past=past)
    return TicketFactory(
        ticket_type__event=event,
        order_line=OrderLineFactory(order=OrderFactory(paid=True, **order)),
    )


def text(client, query=""):
    return " ".join(client.get(f"{URL}{query}", headers=ENGLISH).content.decode().split())


def test_a_stranger_is_asked_to_sign_in(client):
    assert reverse("checkout:my-tickets") == URL
    assert client.get(URL).url.startswith(reverse("account_login"))


def test_what_was_ordered_signed_in_or_with_a_proven_address_is_found(client, user):
    EmailAddress.objects.create(user=user, email="unproven@example.com", verified=False)
    buy("Signed in", placed_by=user, email="work@example.com")
    buy("As a guest", email="ada@example.com")
    buy("Not proven", email="unproven@example.com")
    buy("Somebody else", email="bob@example.com")

    page = text(client)

    assert "Signed in" in page
    assert "As a guest" in page
    assert "Not proven" not in page
    assert "Somebody else" not in page


def test_past_and_coming_ones_are_apart(client, user):
    buy("Long ago", past=True, placed_by=user)
    buy("To come", placed_by=user)

    assert "Long ago" not in text(client)
    assert "To come" in text(client)
    assert "Long ago" in text(client, "?when=past")
    assert "To come" not in text(client, "?when=past")


def test_what_waits_to_be_paid_stands_on_top(client, user):
    order = OrderFactory(placed_by=user, total_minor=5000)
    OrderLineFactory(order=order, unit_price_minor=5000, title_en="Meetup · Standard")
    late = OrderFactory(placed_by=user, hold_until=timezone.now() - timedelta(minutes=1))

    page = text(client)

    assert order.get_absolute_url() in page
    assert late.get_absolute_url() not in page


def test_without_tickets_it_says_how_to_find_them(client, user):
    page = text(client)

    assert "ordered with an e-mail address of yours: ada@example.com" in page
    assert reverse("account_email") in page


def test_the_list_costs_the_same_for_one_order_and_many(client, user, django_assert_num_queries):
    for count in (1, 3):
        for number in range(count):
            buy(f"Event {number}", placed_by=user)
        with django_assert_num_queries(12):
            client.get(URL)


def test_the_list_is_paged(client, user):
    for number in range(21):
        buy(f"Event number {number}", placed_by=user)

    assert Order.objects.count() == 21
    assert text(client).count('class="row-title"') == 20
    assert text(client, "?page=2").count('class="row-title"') == 1
