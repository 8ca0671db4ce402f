from datetime import timedelta

import pytest

from events.errors import EndsBeforeStart, NotOfThisEvent
from events.models import LogEntry, Room, Talk
from events.services import agenda as services
from tests.factories.accounts import UserFactory
from tests.factories.events import START, EventFactory, RoomFactory, SpeakerFactory, TalkFactory

pytestmark = pytest.mark.django_db


def last_line(event) -> tuple[str, str, dict]:
    entry = LogEntry.objects.filter(event=event).first()
    return entry.action, entry.target, entry.changes


def times(**changes) -> dict:
    return {"start_at": START, "end_at": START + timedelta(minutes=30)} | changes


def test_save_talk_adds_one_with_its_people():
    event, by = EventFactory(), UserFactory()
    room, speaker = RoomFactory(event=event), SpeakerFactory(event=event)

    talk = services.save_talk(
        event=event,
        by=by,
        speakers=[speaker],
        room=room,
        title_en="Rollups",
        tags=["l2"],
        **times(),
    )

    talk.refresh_from_db()
    assert (talk.event, talk.room, talk.tags, list(talk.speakers.all())) == (
        event, room, ["l2"], [speaker],
    )  # fmt: skip
    assert last_line(event) == ("talk_added", "Rollups", {})
    event.refresh_from_db()
    assert "rollups" in event.search_text


def test_save_talk_finds_people_and_rooms_by_name_and_adds_the_unknown():
    event = EventFactory()
    ada = SpeakerFactory(event=event, name_zh_hans="", name_en="Ada Beispiel")

    talk = services.save_talk(
        event=event, by=UserFactory(), title_en="Rollups", room="大厅",
        speakers=["ada BEISPIEL", "林小满", "Ada Beispiel"], **times(),
    )  # fmt: skip

    lin = event.speakers.get(name_zh_hans="林小满")
    assert set(talk.speakers.all()) == {ada, lin}
    assert talk.room == event.rooms.get(name_zh_hans="大厅")
    assert event.speakers.count() == 2


def test_save_talk_changes_one_and_says_what():
    event = EventFactory()
    ada, lin = (
        SpeakerFactory(event=event, name_en="Ada"),
        SpeakerFactory(event=event, name_en="Lin"),
    )
    talk = TalkFactory(event=event, title_zh_hans="", title_en="Old")
    talk.speakers.set([ada])

    services.save_talk(
        event=event, by=UserFactory(), talk=talk, speakers=[lin], title_en="New", **times()
    )

    action, target, changes = last_line(event)
    assert (action, target) == ("talk_changed", "New")
    assert changes["title_en"] == ["Old", "New"]
    assert set(changes) == {"title_en", "speakers"}


def test_save_talk_that_changes_nothing_leaves_no_line():
    talk = TalkFactory()

    services.save_talk(event=talk.event, by=UserFactory(), talk=talk, speakers=[], **times())

    assert not LogEntry.objects.exists()


def test_save_talk_that_ends_before_it_starts_is_refused():
    event = EventFactory()

    with pytest.raises(EndsBeforeStart):
        services.save_talk(
            event=event, by=UserFactory(), speakers=[], title_en="x",
            **times(end_at=START - timedelta(minutes=1)),
        )  # fmt: skip

    assert not Talk.objects.exists()


def test_save_talk_with_what_belongs_to_another_event_is_refused():
    event, by = EventFactory(), UserFactory()
    mine = TalkFactory(event=event)

    for wrong in (
        {"talk": TalkFactory(), "speakers": []},
        {"talk": mine, "speakers": [SpeakerFactory()]},
        {"talk": mine, "speakers": [], "room": RoomFactory()},
    ):
        with pytest.raises(NotOfThisEvent):
            services.save_talk(event=event, by=by, title_en="Stolen", **wrong)

    assert not Talk.objects.filter(title_en="Stolen").exists()


def test_delete_talk_is_told_by_name():
    talk = TalkFactory(title_zh_hans="", title_en="Farewell")

    services.delete_talk(talk=talk, by=UserFactory())

    assert not Talk.objects.exists()
    assert last_line(talk.event) == ("talk_deleted", "Farewell", {})


def test_rooms_come_in_the_order_they_were_made():
    event, by = EventFactory(), UserFactory()

    for name in ("Hall", "Attic"):
        services.save_room(event=event, by=by, name_en=name)

    assert [room.name_en for room in event.rooms.all()] == ["Hall", "Attic"]


def test_save_room_renames_it():
    room = RoomFactory(name_en="Hall")

    services.save_room(event=room.event, by=UserFactory(), room=room, name_en="Great Hall")

    room.refresh_from_db()
    assert room.name_en == "Great Hall"
    assert last_line(room.event)[2] == {"name_en": ["Hall", "Great Hall"]}


def test_save_room_of_another_event_is_refused():
    with pytest.raises(NotOfThisEvent):
        services.save_room(event=EventFactory(), by=UserFactory(), room=RoomFactory(), name_en="x")


def test_delete_room_leaves_its_talks():
    room = RoomFactory()
    talk = TalkFactory(event=room.event, room=room)

    services.delete_room(room=room, by=UserFactory())

    talk.refresh_from_db()
    assert talk.room is None
    assert not Room.objects.exists()


def test_a_speaker_can_be_searched_for_until_deleted():
    event, by = EventFactory(), UserFactory()

    speaker = services.save_speaker(event=event, by=by, name_en="Ada Beispiel")
    event.refresh_from_db()
    assert "ada beispiel" in event.search_text

    services.delete_speaker(speaker=speaker, by=by)
    event.refresh_from_db()
    assert "ada" not in event.search_text
