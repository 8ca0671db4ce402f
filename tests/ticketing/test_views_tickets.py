import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories.accounts import UserFactory
from tests.factories.ticketing import QuotaFactory, TicketFactory, TicketTypeFactory
from tests.ticketing.personas import assert_only_runners, client_of
from ticketing.models import TicketStatus
from ticketing.services import door

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket():
    hall = QuotaFactory(taken=1)
    return TicketFactory(
        ticket_type=TicketTypeFactory(event=hall.event, quotas=[hall]), holder_name="林小满"
    )


@pytest.fixture
def organizer(ticket):
    return client_of("organizer", ticket.event)


def url(ticket, name="ticket-detail"):
    return reverse(f"ticketing:{name}", args=[ticket.event.slug, ticket.public_id])


ACTIONS = ("ticket-reissue", "ticket-cancel", "ticket-rename")


def test_only_those_who_run_the_event_see_and_change_a_ticket(ticket):
    assert_only_runners(ticket.event, [url(ticket, name) for name in ("ticket-detail", *ACTIONS)])


def test_a_ticket_of_another_event_is_not_there(ticket, organizer):
    other = TicketFactory(ticket_type__event__chapter=ticket.event.chapter)
    address = reverse("ticketing:ticket-detail", args=[ticket.event.slug, other.public_id])

    assert organizer.get(address).status_code == 404


def test_page_shows_holder_order_and_history_but_never_the_code(ticket, organizer):
    helper = UserFactory(name="Door Helper")
    check_in = door.check_in(
        event=ticket.event, code=ticket.label, by=helper, nonce="n1", gate="North"
    )
    door.undo_check_in(check_in=check_in, by=helper)

    page = organizer.get(url(ticket)).content.decode()

    order = ticket.order_line.order
    for said in (
        "林小满",
        ticket.label,
        order.reference,
        order.email,
        "North",
        "Door Helper",
        "undone",
    ):
        assert said in page
    assert ticket.code not in page
    assert str(order.public_id) not in page


def test_asking_changes_nothing_until_it_is_confirmed(ticket, organizer):
    code = ticket.code

    pages = [organizer.get(url(ticket, name)).status_code for name in ACTIONS]

    ticket.refresh_from_db()
    assert pages == [200, 200, 200]
    assert (ticket.code, ticket.status) == (code, TicketStatus.VALID)


def test_reissue_twice_by_a_double_click_is_once(ticket, organizer):
    for _ in range(2):
        response = organizer.post(url(ticket, "ticket-reissue"), {"revision": "0"})

    assert response.headers["Location"] == url(ticket)
    assert ticket.retired_codes.count() == 1


def test_cancel_with_a_reason_frees_the_place(ticket, organizer):
    organizer.post(url(ticket, "ticket-cancel"), {"reason": "Booked twice"})

    ticket.refresh_from_db()
    assert ticket.status == TicketStatus.CANCELED
    assert ticket.ticket_type.quotas.get().taken == 0
    page = organizer.get(url(ticket)).content.decode()
    assert "Booked twice" in page
    assert url(ticket, "ticket-cancel") not in page


def test_cancel_of_somebody_inside_says_what_to_do(ticket, organizer):
    ticket.checked_in_at = timezone.now()
    ticket.save()

    response = organizer.post(url(ticket, "ticket-cancel"), {"reason": ""})

    assert "Undo the check-in first" in response.content.decode()
    ticket.refresh_from_db()
    assert ticket.status == TicketStatus.VALID


def test_rename(ticket, organizer):
    organizer.post(url(ticket, "ticket-rename"), {"name": " Mei Example "})
    ticket.refresh_from_db()
    assert ticket.holder_name == "Mei Example"

    response = organizer.post(url(ticket, "ticket-rename"), {"name": ""})
    assert list(response.context["form"].errors) == ["name"]


@pytest.mark.parametrize("rows", [1, 3])
def test_page_costs_the_same_whatever_happened(ticket, organizer, rows):
    for number in range(rows):
        helper = UserFactory()
        made = door.check_in(event=ticket.event, code=ticket.label, by=helper, nonce=f"n{number}")
        door.undo_check_in(check_in=made, by=helper)
        ticket.event.log.create(action="ticket_renamed", target=ticket.label, by=helper)

    with CaptureQueriesContext(connection) as captured:
        organizer.get(url(ticket))

    assert len(captured) == 6
