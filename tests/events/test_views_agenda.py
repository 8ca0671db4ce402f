"""The editor of an event's agenda in the browser. Who may open it: test_views_manage."""

from datetime import timedelta

import pytest
from django.urls import reverse

from community.models import Role
from events.models import LogEntry
from tests.factories.community import MembershipFactory
from tests.factories.events import START, EventFactory, RoomFactory, SpeakerFactory, TalkFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return EventFactory()


@pytest.fixture
def organizer(client, event, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    member = MembershipFactory(chapter=event.chapter, role=Role.ORGANIZER)
    client.force_login(member.user)
    return member.user


def test_pieces_of_another_event_are_not_found(client, event, organizer):
    other = TalkFactory()
    room, speaker = RoomFactory(event=other.event), SpeakerFactory(event=other.event)

    for name, key in (("talk", other.public_id), ("room", room.pk), ("speaker", speaker.pk)):
        for verb in ("edit", "delete"):
            url = reverse(f"events:{name}-{verb}", args=[event.slug, key])
            assert client.post(url).status_code == 404


def talk_typed(**changes) -> dict:
    return {
        "title_zh_hans": "",
        "title_en": "Rollups",
        "start_at": "2036-05-10T14:30",
        "end_at": "2036-05-10T15:00",
        "room": "Attic",
        "speakers": "Ada Beispiel\n\n林小满",
        "tags": "l2, zk，l2",
        "language": "en",
    } | changes


def test_a_talk_is_added_with_who_and_where_as_typed(client, event, organizer):
    response = client.post(reverse("events:talk-create", args=[event.slug]), talk_typed())

    assert response.url == reverse("events:agenda-edit", args=[event.slug])
    talk = event.talks.get()
    assert (talk.start_at, talk.room.name, talk.tags) == (
        START + timedelta(minutes=30), "Attic", ["l2", "zk"],
    )  # fmt: skip
    assert {str(person) for person in talk.speakers.all()} == {"Ada Beispiel", "林小满"}


def test_a_talk_opened_and_saved_as_it_is_changes_nothing(client, event, organizer):
    talk = TalkFactory(event=event, room=RoomFactory(event=event), tags=["zk"], language="en")
    talk.speakers.set([SpeakerFactory(event=event)])
    url = reverse("events:talk-edit", args=[event.slug, talk.public_id])
    form = client.get(url).context["form"]
    shown = {name: form[name].value() or "" for name in form.fields}

    client.post(url, shown | {"start_at": "2036-05-10T14:00", "end_at": "2036-05-10T14:30"})

    assert not LogEntry.objects.exists()
    assert (event.rooms.count(), event.speakers.count()) == (1, 1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title_en": ""}, "title_zh_hans"),
        ({"end_at": "2036-05-10T14:00"}, "end_at"),
        ({"start_at": "2036-05-11T14:30", "end_at": "2036-05-11T15:30"}, "start_at"),
        ({"start_at": ""}, "start_at"),
    ],
)
def test_a_talk_with_a_wrong_field_is_not_saved(client, event, organizer, wrong, field):
    response = client.post(reverse("events:talk-create", args=[event.slug]), talk_typed(**wrong))

    assert set(response.context["form"].errors) == {field}
    assert "Ada Beispiel" in response.text
    assert not event.talks.exists()
    assert not event.speakers.exists()


@pytest.mark.parametrize("noun", ["talk", "room", "speaker"])
def test_a_piece_is_deleted_only_after_confirming(client, event, organizer, noun):
    thing = {"talk": TalkFactory, "room": RoomFactory, "speaker": SpeakerFactory}[noun](event=event)
    key = thing.public_id if noun == "talk" else thing.pk
    url = reverse(f"events:{noun}-delete", args=[event.slug, key])

    client.get(url)
    assert type(thing).objects.filter(pk=thing.pk).exists()

    client.post(url)
    assert not type(thing).objects.filter(pk=thing.pk).exists()


@pytest.mark.parametrize("noun", ["room", "speaker"])
def test_a_room_or_speaker_is_added_and_changed(client, event, organizer, noun):
    client.post(reverse(f"events:{noun}-create", args=[event.slug]), {"name_en": "First"})
    thing = getattr(event, f"{noun}s").get()
    url = reverse(f"events:{noun}-edit", args=[event.slug, thing.pk])

    client.post(url, {"name_en": "Second", "position": "4"})

    thing.refresh_from_db()
    assert thing.name_en == "Second"
    empty = client.post(url, {"name_en": ""})
    assert "name_zh_hans" in empty.context["form"].errors


@pytest.mark.parametrize("count", [1, 3])
def test_agenda_editor_costs_the_same_however_long(
    client, event, organizer, count, django_assert_num_queries
):
    for _ in range(count):
        talk = TalkFactory(event=event, room=RoomFactory(event=event))
        talk.speakers.set([SpeakerFactory(event=event)])

    # session, person, event, talks, their speakers, rooms, number of speakers
    with django_assert_num_queries(7):
        client.get(reverse("events:agenda-edit", args=[event.slug]))
