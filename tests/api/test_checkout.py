"""Orders over the API: placed, paid, read."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import ApiToken
from api.models import IdempotentAnswer
from checkout.services.orders import place_order
from events.models import LogEntry
from orders.models import Channel, Order, OrderStatus, Payment
from tests.api.caller import Caller, caller_of
from tests.factories.events import EventFactory
from tests.factories.orders import PaymentFactory
from tests.factories.ticketing import QuotaFactory, TicketTypeFactory
from ticketing import qr
from ticketing.models import Quota, Ticket
from ticketing.services.sales import Selection, Wish

pytestmark = pytest.mark.django_db


def wish(kind, *holders: str, **fields) -> dict:
    wanted = [{"ticket_type": kind.public_id, "holder_name": name} for name in holders or ["Lin"]]
    return {"tickets": wanted, "name": "Lin", "email": "Lin@Example.com", **fields}


@pytest.fixture
def free(event):
    return TicketTypeFactory(event=event, quotas=[QuotaFactory(event=event, size=3)])


@pytest.fixture
def paid(event):
    hall = QuotaFactory(event=event, size=3)
    return TicketTypeFactory(event=event, quotas=[hall], price_minor=12_800)


def place(kind, **fields) -> Order:
    fields = {"email": "lin@example.com", "name": "Lin", "language": "en", **fields}
    return place_order(wishes=[Wish(kind.event, [Selection(kind.public_id, "Lin")])], **fields)


def test_free_order_needs_no_token_and_is_paid_at_once(anonymous, event, free):
    response = anonymous.order(event, wish(free, "Ada", "林晓舟"))

    order = Order.objects.get()
    tickets = list(Ticket.objects.order_by("pk"))
    assert response.status_code == 201
    body = response.json()
    codes = [ticket.pop("qr") for ticket in body["tickets"]]
    assert body == {
        "id": str(order.public_id),
        "reference": order.reference,
        "status": "paid",
        "url": f"http://testserver/orders/{order.public_id}/",
        "payment_url": None,
        "join_url": None,
        "total": {"amount_minor": 0, "currency": "CNY"},
        "event": "zk-night",
        "course": None,
        "email": "lin@example.com",
        "name": "Lin",
        "language": "en",
        "created_at": order.created_at.isoformat().replace("+00:00", "Z"),
        "hold_until": order.hold_until.isoformat().replace("+00:00", "Z"),
        "paid_at": order.paid_at.isoformat().replace("+00:00", "Z"),
        "tickets": [
            {
                "id": ticket.public_id,
                "label": ticket.label,
                "ticket_type": free.public_id,
                "name": {"zh-hans": "普通票", "en": "Standard"},
                "holder_name": holder,
                "status": "valid",
            }
            for ticket, holder in zip(tickets, ["Ada", "林晓舟"], strict=True)
        ],
        "seats": [],
    }
    assert [qr.read_token(code).code for code in codes] == [ticket.code for ticket in tickets]
    assert (order.channel, order.placed_by) == (Channel.API, None)


def test_order_with_a_token_belongs_to_its_person(stranger, event, free):
    stranger.order(event, wish(free))

    assert Order.objects.get().placed_by == ApiToken.objects.get().user


def test_ticket_without_a_name_gets_the_buyers(anonymous, event, free):
    anonymous.order(event, wish(free) | {"tickets": [{"ticket_type": free.public_id}]})

    assert Ticket.objects.get().holder_name == "Lin"


def test_language_of_mails_follows_the_request_unless_it_is_named(anonymous, event, free):
    languages = [
        anonymous.order(event, wish(free, **fields)).json()["language"]
        for fields in ({}, {"language": "zh-hans"})
    ]

    assert languages == ["en", "zh-hans"]


@pytest.mark.django_db(transaction=True)
def test_order_that_costs_something_leads_to_a_payment_page(anonymous, event, paid, gateway):
    placed = anonymous.order(event, wish(paid)).json()

    payment = Payment.objects.get()
    assert placed["status"] == "open"
    assert placed["payment_url"] == payment.checkout_url
    assert [ticket["qr"] for ticket in placed["tickets"]] == [None]
    assert anonymous.get(f"orders/{placed['id']}/").json() == placed

    gateway.press(payment)
    gateway.deliver()

    after = anonymous.get(f"orders/{placed['id']}/").json()
    assert (after["status"], after["payment_url"]) == ("paid", None)
    assert qr.read_token(after["tickets"][0]["qr"]).code == Ticket.objects.get().code


def test_gateway_that_is_down_keeps_the_places_and_the_key(anonymous, event, paid, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    key = str(uuid4())

    answers = [anonymous.order(event, wish(paid), key) for _ in range(2)]

    assert [(a.status_code, a.json()["code"], a["Retry-After"]) for a in answers] == [
        (503, "gateway_unavailable", "5")
    ] * 2
    assert Order.objects.get().status == OrderStatus.OPEN
    assert Quota.objects.get().taken == 1


def test_organizer_marks_an_order_paid_as_it_is_placed(organizer, event, paid):
    body = wish(paid, mark_paid={"provider": "bank", "note": "Transfer of 3 May"})

    response = organizer.order(event, body)

    assert response.status_code == 201
    assert response.json()["status"] == "paid"
    payment = Payment.objects.get()
    assert (payment.provider, payment.status, payment.note) == (
        "bank",
        "succeeded",
        "Transfer of 3 May",
    )
    assert payment.recorded_by == ApiToken.objects.get().user
    assert LogEntry.objects.get(action="order_marked_paid").target == Order.objects.get().reference


def test_nobody_marks_an_order_paid_online(organizer, event, paid):
    response = organizer.order(event, wish(paid, mark_paid={"provider": "stripe"}))

    assert response.status_code == 400
    assert list(response.json()["fields"]) == ["mark_paid.provider"]
    assert not Order.objects.exists()


def test_hidden_type_is_sold_to_those_who_were_given_its_id(anonymous, event):
    hidden = TicketTypeFactory(event=event, is_public=False)

    refused = anonymous.order(event, wish(hidden))
    sold = anonymous.order(event, wish(hidden, show=hidden.public_id))

    assert (refused.status_code, refused.json()["code"]) == (400, "unknown_ticket_type")
    assert sold.status_code == 201


def refusal(response) -> tuple:
    body = response.json()
    return response.status_code, body["code"], body.get("params")


def test_refusals_change_nothing(anonymous, event, free, paid):
    limited = TicketTypeFactory(event=event, max_per_order=1)
    closed = TicketTypeFactory(event=event, sales_end_at=timezone.now())
    order = anonymous.order

    assert refusal(order(event, wish(free, *"ABCD"))) == (409, "sold_out", {"left": 3})
    assert refusal(order(event, wish(paid, expected_total_minor=1))) == (
        409,
        "price_changed",
        {"total": "¥128"},
    )
    assert refusal(order(event, wish(limited, "A", "B"))) == (
        400,
        "outside_limits",
        {"ticket_type": "Standard", "least": 1, "most": 1},
    )
    assert refusal(order(event, wish(closed))) == (
        409,
        "ticket_type_not_on_sale",
        {"ticket_type": "Standard"},
    )
    assert refusal(order(EventFactory(past=True), wish(free))) == (409, "not_on_sale", None)
    assert not Order.objects.exists()
    assert not IdempotentAnswer.objects.exists()
    assert set(Quota.objects.values_list("taken", flat=True)) == {0}


def test_every_wrong_field_is_named_by_its_path(anonymous, event, free):
    body = {
        "tickets": [
            {"ticket_type": free.public_id},
            {"ticket_type": "x" * 17, "holder_name": "\u0000"},
        ],
        "email": "lin at example",
        "name": " ",
        "time_zone": "Mars/Olympus",
        "language": "tlh",
        "expected_total_minor": -1,
    }

    response = anonymous.order(event, body)

    assert response.status_code == 400
    assert response.json()["code"] == "invalid"
    assert sorted(response.json()["fields"]) == [
        "email",
        "expected_total_minor",
        "language",
        "name",
        "tickets.1.holder_name",
        "tickets.1.ticket_type",
        "time_zone",
    ]


@pytest.mark.parametrize("tickets", [[], [{}], "all", [1], None, [{"ticket_type": "x"}] * 101])
def test_tickets_of_another_shape_are_refused(anonymous, event, tickets):
    response = anonymous.order(event, {"tickets": tickets, "name": "Lin", "email": "l@example.com"})

    assert response.status_code == 400
    assert all(path.startswith("tickets") for path in response.json()["fields"])


def test_order_shows_the_payment_page_only_while_it_lives(anonymous, paid):
    order = place(paid)
    live = PaymentFactory(order=order, checkout_url="https://pay.example.com/1")
    path = f"orders/{order.public_id}/"

    assert anonymous.get(path).json()["payment_url"] == "https://pay.example.com/1"
    Payment.objects.filter(pk=live.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert anonymous.get(path).json()["payment_url"] is None


def test_link_to_join_is_for_ticket_holders_only(anonymous):
    event = EventFactory(online=True)
    free, paid = TicketTypeFactory(event=event), TicketTypeFactory(event=event, price_minor=100)
    bought, unpaid = place(free), place(paid)

    links = [
        anonymous.get(f"orders/{order.public_id}/").json()["join_url"] for order in (bought, unpaid)
    ]

    assert links == ["https://example.com/join", None]


@pytest.mark.parametrize("count", [1, 3])
def test_reading_an_order_costs_three_queries_however_many_tickets(
    anonymous, event, free, count, django_assert_num_queries
):
    placed = anonymous.order(event, wish(free, *["Lin"] * count)).json()

    with django_assert_num_queries(3):
        assert len(anonymous.get(f"orders/{placed['id']}/").json()["tickets"]) == count


def reads_and_writes(event, kind, count: int) -> tuple[int, int]:
    caller = Caller()
    with CaptureQueriesContext(connection) as queries:
        assert caller.order(event, wish(kind, *["Lin"] * count)).status_code == 201
    told = [query["sql"].split()[0] for query in queries]
    return told.count("SELECT"), len([verb for verb in told if verb in {"INSERT", "UPDATE"}])


def test_ordering_reads_twelve_times_at_most_however_many_tickets(anonymous, event, free):
    anonymous.order(event, wish(TicketTypeFactory(event=event)))  # makes the event's key

    one, three = (reads_and_writes(event, free, count) for count in (1, 2))

    assert one == three
    assert one[0] <= 12


def test_a_person_of_several_tokens_is_one_intent(event, free):
    callers = [caller_of()]
    callers.append(caller_of(ApiToken.objects.get().user))
    key = str(uuid4())

    references = {caller.order(event, wish(free), key).json()["reference"] for caller in callers}

    assert len(references) == Order.objects.count() == 1
