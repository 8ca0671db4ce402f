from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import ApiToken
from events.models import Event, EventStatus
from orders.models import Order
from tests.factories.events import EventFactory
from tests.factories.ticketing import QuotaFactory, TicketFactory, TicketTypeFactory
from ticketing import qr
from ticketing.models import CheckIn, TicketStatus
from ticketing.services.tickets import reissue_ticket

pytestmark = pytest.mark.django_db

TYPES = "events/zk-night/ticket-types/"
SCANS = "events/zk-night/check-ins/"
ATTENDEES = "events/zk-night/attendees/"


def states(caller, **query) -> list[tuple]:
    found = caller.get(TYPES, **query).json()["results"]
    return [(kind["on_sale"], kind["state"], kind["places_left"]) for kind in found]


def scan(caller, code, nonce=None, **fields):
    return caller.post(SCANS, {"code": code, "nonce": str(nonce or uuid4()), **fields})


def test_ticket_type_says_price_places_and_limits(anonymous, event):
    hall = QuotaFactory(event=event, size=30, taken=4)
    kind = TicketTypeFactory(
        event=event, quotas=[hall], price_minor=12_800, sales_end_at=event.end_at
    )

    assert anonymous.get(TYPES).json() == {
        "results": [
            {
                "id": kind.public_id,
                "name": {"zh-hans": "普通票", "en": "Standard"},
                "description": {"zh-hans": None, "en": None},
                "price": {"amount_minor": 12_800, "currency": "CNY"},
                "on_sale": True,
                "state": "on_sale",
                "places_left": 26,
                "min_per_order": 1,
                "max_per_order": 10,
                "sales_start_at": None,
                "sales_end_at": "2036-05-10T09:00:00Z",
            }
        ]
    }


def test_ticket_type_says_why_it_is_not_on_sale(anonymous, event):
    now = timezone.now()
    TicketTypeFactory(event=event, sales_start_at=now + timedelta(days=1))
    TicketTypeFactory(event=event, sales_end_at=now)
    TicketTypeFactory(event=event, quotas=[QuotaFactory(event=event, size=1, taken=1)])
    TicketTypeFactory(event=event)

    assert states(anonymous) == [
        (False, "soon", None),
        (False, "ended", None),
        (False, "sold_out", 0),
        (True, "on_sale", None),
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"status": EventStatus.CANCELED, "canceled_at": timezone.now()},
        {"start_at": timezone.now() - timedelta(days=2), "end_at": timezone.now()},
    ],
)
def test_nothing_is_on_sale_for_an_event_that_is_off(anonymous, event, fields):
    TicketTypeFactory(event=event)
    Event.objects.update(**fields)

    assert states(anonymous) == [(False, "event_closed", None)]


def test_hidden_type_needs_its_id(anonymous, event):
    hidden = TicketTypeFactory(event=event, is_public=False)

    assert states(anonymous) == []
    assert states(anonymous, show=hidden.public_id) == [(True, "on_sale", None)]


@pytest.mark.parametrize("count", [1, 6])
def test_ticket_types_cost_three_queries_however_many(
    anonymous, event, count, django_assert_num_queries
):
    for _ in range(count):
        TicketTypeFactory(event=event, quotas=[QuotaFactory(event=event)])

    with django_assert_num_queries(3):
        assert len(states(anonymous)) == count


def test_check_in_admits_and_says_whom(steward, event):
    ticket = TicketFactory(ticket_type__event=event, holder_name="林晓舟")
    nonce = uuid4()

    response = scan(steward, qr.token_for(ticket), nonce, gate="North")

    made = CheckIn.objects.get()
    assert response.status_code == 201
    assert response.json() == {
        "nonce": str(nonce),
        "at": made.at.isoformat().replace("+00:00", "Z"),
        "gate": "North",
        "ticket": {
            "label": ticket.label,
            "holder_name": "林晓舟",
            "ticket_type": {"zh-hans": "普通票", "en": "Standard"},
        },
    }
    assert (made.ticket, made.by) == (ticket, ApiToken.objects.get().user)


def test_same_nonce_is_the_same_scan(steward, event):
    ticket, nonce = TicketFactory(ticket_type__event=event), uuid4()

    answers = [scan(steward, ticket.label, nonce) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert CheckIn.objects.count() == 1


def test_second_scan_is_told_since_when_and_where(steward, event):
    ticket = TicketFactory(ticket_type__event=event, holder_name="Lin")
    first = scan(steward, ticket.label, gate="B").json()

    response = scan(steward, ticket.label, gate="C")

    assert response.status_code == 409
    body = response.json()
    since = body["params"]["since"]
    assert body == {
        "code": "already_checked_in",
        "detail": f"Already in since {since} at gate B.",
        "fields": {"code": [f"Already in since {since} at gate B."]},
        "params": {
            "since": since,
            "gate": "B",
            "at": first["at"],
            "ticket": {"label": ticket.label, "holder_name": "Lin", "ticket_type": "Standard"},
        },
    }


def refusal(response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def test_each_refusal_has_its_code(steward, event):
    unpaid = TicketFactory(ticket_type__event=event, status=TicketStatus.HELD)
    canceled = TicketFactory(
        ticket_type__event=event, status=TicketStatus.CANCELED, canceled_at=timezone.now()
    )
    elsewhere = TicketFactory(ticket_type__event=EventFactory())
    replaced = TicketFactory(ticket_type__event=event)
    old = qr.token_for(replaced)
    reissue_ticket(ticket=replaced, by=ApiToken.objects.get().user)

    assert refusal(scan(steward, unpaid.label)) == (409, "ticket_unpaid")
    assert refusal(scan(steward, canceled.label)) == (409, "ticket_canceled")
    assert refusal(scan(steward, qr.token_for(elsewhere))) == (409, "other_event")
    assert refusal(scan(steward, old)) == (409, "ticket_replaced")
    assert refusal(scan(steward, "C1:FORGED")) == (409, "unknown_ticket")
    assert not CheckIn.objects.exists()


def test_order_of_several_names_those_to_choose_from(steward, event):
    first = TicketFactory(ticket_type__event=event, holder_name="Ada")
    second = TicketFactory(
        ticket_type=first.ticket_type, order_line=first.order_line, holder_name="Lin"
    )

    response = scan(steward, first.order_line.order.reference)

    assert refusal(response) == (409, "ticket_ambiguous")
    assert response.json()["params"]["tickets"] == [
        {"label": ticket.label, "holder_name": name, "ticket_type": "Standard"}
        for ticket, name in ((first, "Ada"), (second, "Lin"))
    ]


def test_nobody_enters_an_event_that_is_canceled(steward, event):
    ticket = TicketFactory(ticket_type__event=event)
    Event.objects.update(status=EventStatus.CANCELED, canceled_at=timezone.now())

    assert refusal(scan(steward, ticket.label)) == (409, "event_not_open")


def test_undo_lets_the_ticket_in_again_but_not_by_the_old_nonce(steward, event):
    ticket, nonce = TicketFactory(ticket_type__event=event), uuid4()
    scan(steward, ticket.label, nonce)

    undone = [steward.delete(f"{SCANS}{nonce}/").status_code for _ in range(2)]

    assert undone == [204, 204]
    assert refusal(scan(steward, ticket.label, nonce)) == (409, "scan_undone")
    assert scan(steward, ticket.label).status_code == 201


def test_undo_reaches_no_other_event(steward, event):
    other = TicketFactory(ticket_type__event=EventFactory(chapter=event.chapter))
    nonce = uuid4()
    steward.post(
        f"events/{other.event.slug}/check-ins/", {"code": other.label, "nonce": str(nonce)}
    )

    assert steward.delete(f"{SCANS}{nonce}/").status_code == 404
    assert CheckIn.objects.get().undone_at is None


def test_scan_without_nonce_or_with_a_broken_one_is_named(steward, event):
    response = steward.post(SCANS, {"code": "", "nonce": "7"})

    assert response.status_code == 400
    assert sorted(response.json()["fields"]) == ["code", "nonce"]


def test_check_in_costs_four_queries_beside_the_token(steward, event, django_assert_num_queries):
    tickets = [TicketFactory(ticket_type__event=event) for _ in range(2)]
    codes = qr.tokens_for(tickets)
    scan(steward, codes[0])  # notes that the token was used, and learns the event's key

    with django_assert_num_queries(4 + 1 + 2):  # and a transaction's begin and end
        assert scan(steward, codes[1]).status_code == 201


def test_attendees_are_listed_without_what_opens_the_door(organizer, event):
    ticket = TicketFactory(ticket_type__event=event, holder_name="林晓舟")
    order = Order.objects.get()

    response = organizer.get(ATTENDEES)

    [found] = response.json()["results"]
    assert found == {
        "id": ticket.public_id,
        "label": ticket.label,
        "holder_name": "林晓舟",
        "ticket_type": {"zh-hans": "普通票", "en": "Standard"},
        "status": "valid",
        "created_at": ticket.created_at.isoformat().replace("+00:00", "Z"),
        "checked_in_at": None,
        "order": {"reference": order.reference, "name": order.name, "email": order.email},
    }
    text = response.content.decode()
    assert ticket.code not in text
    assert qr.token_for(ticket) not in text
    assert str(order.public_id) not in text


def test_attendees_are_found_by_name_and_status(organizer, event):
    TicketFactory(ticket_type__event=event, holder_name="林晓舟")
    TicketFactory(ticket_type__event=event, holder_name="Ada", status=TicketStatus.HELD)
    TicketFactory(ticket_type__event=EventFactory(chapter=event.chapter), holder_name="林外")

    def names(**query) -> list[str]:
        return [
            found["holder_name"] for found in organizer.get(ATTENDEES, **query).json()["results"]
        ]

    assert names() == ["林晓舟", "Ada"]
    assert names(search="晓舟") == ["林晓舟"]
    assert names(status="held") == ["Ada"]
    assert names(status="canceled") == []


def test_attendees_are_paged(organizer, event):
    tickets = [TicketFactory(ticket_type__event=event) for _ in range(3)]

    first = organizer.get(ATTENDEES, page_size="2").json()
    second = organizer.get(first["next"].removeprefix("http://testserver/api/v1/")).json()

    assert [row["label"] for row in first["results"] + second["results"]] == [
        ticket.label for ticket in tickets
    ]
    assert (first["previous"], second["next"]) == (None, None)


@pytest.mark.parametrize("count", [1, 12])
def test_attendees_cost_three_queries_however_many(
    organizer, event, count, django_assert_num_queries
):
    for _ in range(count):
        TicketFactory(ticket_type__event=event)
    organizer.get("events/")  # notes that the token was used

    with django_assert_num_queries(3):
        assert len(organizer.get(ATTENDEES).json()["results"]) == count
