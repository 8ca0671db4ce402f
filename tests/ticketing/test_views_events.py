from datetime import timedelta

import pytest
from django.urls import reverse

from community.models import Role
from events.models import Event, EventStatus
from tests.factories.community import MembershipFactory
from tests.factories.events import START, EventFactory, TalkFactory
from tests.factories.orders import OrderLineFactory
from tests.factories.ticketing import TicketFactory, TicketTypeFactory
from ticketing.models import TicketStatus

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(client, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    event = EventFactory()
    client.force_login(MembershipFactory(chapter=event.chapter, role=Role.ORGANIZER).user)
    return event


def test_duplicate_makes_a_draft_on_the_new_day(client, event):
    TalkFactory(event=event)
    TicketTypeFactory(event=event)

    response = client.post(
        reverse("ticketing:event-duplicate", args=[event.slug]), {"start_at": "2036-05-17T14:00"}
    )

    copy = Event.objects.exclude(pk=event.pk).get()
    assert response.url == reverse("events:event-edit", args=[copy.slug])
    assert (copy.status, copy.start_at) == (EventStatus.DRAFT, START + timedelta(days=7))
    assert (copy.talks.count(), copy.ticket_types.count()) == (1, 1)


@pytest.mark.parametrize("start_at", ["", "soon", "2019-01-01T10:00"])
def test_duplicate_needs_a_day_to_come(client, event, start_at):
    response = client.post(
        reverse("ticketing:event-duplicate", args=[event.slug]), {"start_at": start_at}
    )

    assert set(response.context["form"].errors) == {"start_at"}
    assert Event.objects.count() == 1


def test_cancel_says_how_many_are_mailed_before_it_is_done(client, event):
    url = reverse("ticketing:event-cancel", args=[event.slug])
    kind = TicketTypeFactory(event=event)
    line = OrderLineFactory(order__chapter=event.chapter, quantity=2)
    for number in (1, 2):
        TicketFactory(ticket_type=kind, order_line=line, label=f"TWO-{number}")
    TicketFactory(ticket_type=kind)
    TicketFactory(ticket_type=kind, status=TicketStatus.HELD)

    page = client.get(url)

    assert "2 people who ordered are mailed" in page.text
    assert "for 3 tickets." in page.text
    assert Event.objects.get().status == EventStatus.PUBLISHED


def test_cancel_with_a_reason(client, event):
    response = client.post(
        reverse("ticketing:event-cancel", args=[event.slug]), {"reason": "Typhoon"}
    )

    event.refresh_from_db()
    assert response.url == event.get_absolute_url()
    assert (event.status, event.cancel_reason) == (EventStatus.CANCELED, "Typhoon")


def test_cancel_of_a_past_event_is_refused_in_words(client, event):
    Event.objects.update(start_at=START - timedelta(days=9999), end_at=START - timedelta(days=9998))

    response = client.post(reverse("ticketing:event-cancel", args=[event.slug]), {"reason": ""})

    assert "This event is over." in response.text
    assert Event.objects.get().status == EventStatus.PUBLISHED


def test_an_event_with_tickets_out_is_not_taken_back(client, event):
    TicketFactory(ticket_type__event=event)
    url = reverse("ticketing:event-unpublish", args=[event.slug])

    response = client.post(url, follow=True)

    assert "Tickets are already out." in response.text
    assert Event.objects.get().status == EventStatus.PUBLISHED


def test_an_event_without_tickets_is_taken_back(client, event):
    client.post(reverse("ticketing:event-unpublish", args=[event.slug]))

    assert Event.objects.get().status == EventStatus.DRAFT
