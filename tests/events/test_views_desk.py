"""The page on which everybody who helps a chapter begins."""

import pytest
from django.urls import reverse

from community.models import Role
from events.models import Event
from events.services import events as services
from tests.factories.accounts import UserFactory
from tests.factories.community import MembershipFactory
from tests.factories.events import EventFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english(client, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


@pytest.fixture
def event():
    return EventFactory()


@pytest.fixture
def organizer(client, event):
    member = MembershipFactory(chapter=event.chapter, role=Role.ORGANIZER)
    client.force_login(member.user)
    return member.user


def test_desk_of_somebody_without_a_chapter(client):
    client.force_login(UserFactory())

    response = client.get(reverse("events:desk"))

    assert "You do not help run a chapter yet" in response.text


def test_desk_shelves_and_search(client, event, organizer):
    draft = EventFactory(chapter=event.chapter, draft=True)
    past = EventFactory(chapter=event.chapter, past=True)
    EventFactory()

    def shown(**query) -> list[Event]:
        return list(client.get(reverse("events:desk"), query).context["page"])

    assert shown() == [event]
    assert shown(show="drafts") == [draft]
    assert shown(show="past") == [past]
    assert shown(chapter="elsewhere") == []
    services.update_event(event=event, by=organizer, version=0, title_en="Merkle Trees")
    assert shown(q="merkle") == [event]
    assert shown(q="verkle") == []


def test_desk_of_a_door_helper_shows_no_draft_and_no_way_to_make_one(client, event):
    EventFactory(chapter=event.chapter, draft=True)
    client.force_login(MembershipFactory(chapter=event.chapter, role=Role.STEWARD).user)

    response = client.get(reverse("events:desk"))

    assert list(response.context["page"]) == [event]
    assert list(client.get(reverse("events:desk"), {"show": "drafts"}).context["page"]) == []
    assert "New event" not in response.text


@pytest.mark.parametrize("count", [1, 3])
def test_desk_costs_the_same_however_much_it_lists(client, count, django_assert_num_queries):
    user = UserFactory()
    for _ in range(count):
        event = EventFactory()
        MembershipFactory(chapter=event.chapter, user=user, role=Role.OWNER)
    client.force_login(user)

    with django_assert_num_queries(5):  # session, person, chapters, number of events, events
        client.get(reverse("events:desk"))
