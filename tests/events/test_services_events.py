from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from community.models import Chapter
from events.errors import (
    Conflict,
    EndsBeforeStart,
    EventIsCanceled,
    EventIsOver,
    EventNotReady,
    NeverPublished,
)
from events.models import AttendanceMode, Event, EventStatus, LogEntry
from events.services import events as services
from events.services.search import refresh_search_text
from tests.factories.accounts import UserFactory
from tests.factories.community import ChapterFactory, CityFactory
from tests.factories.events import (
    START,
    EventFactory,
    RoomFactory,
    SpeakerFactory,
    TalkFactory,
    VenueFactory,
)

pytestmark = pytest.mark.django_db


def fields(**changes) -> dict:
    return {
        "title_zh_hans": "零知识之夜",
        "title_en": "Zero Knowledge Night",
        "start_at": START,
        "end_at": START + timedelta(hours=2),
        "attendance_mode": AttendanceMode.ONLINE,
    } | changes


def actions(event: Event) -> list[str]:
    return list(LogEntry.objects.filter(event=event).values_list("action", flat=True))


def test_create_event_makes_a_draft_with_an_address_from_its_title():
    chapter, by = ChapterFactory(), UserFactory()

    event = services.create_event(chapter=chapter, by=by, **fields())

    assert (event.status, event.slug, event.time_zone) == (
        EventStatus.DRAFT, "zero-knowledge-night", "Asia/Shanghai",
    )  # fmt: skip
    assert event.created_by == by
    assert actions(event) == ["event_created"]


def test_create_event_without_an_english_title_takes_chapter_and_day():
    chapter, by = ChapterFactory(slug="shenzhen"), UserFactory()

    slugs = [
        services.create_event(chapter=chapter, by=by, **fields(title_en="")).slug for _ in range(2)
    ]

    assert slugs == ["shenzhen-2036-05-10", "shenzhen-2036-05-10-2"]


def test_create_event_that_ends_before_it_starts_is_refused():
    with pytest.raises(EndsBeforeStart):
        services.create_event(
            chapter=ChapterFactory(), by=UserFactory(), **fields(end_at=START - timedelta(hours=1))
        )

    assert Event.objects.count() == 0


def test_update_event_writes_what_differs_and_logs_it():
    event, by = EventFactory(title_en="Old"), UserFactory()

    saved = services.update_event(event=event, by=by, version=0, title_en="New", summary_en="")

    assert (saved.title_en, saved.version, saved.sequence) == ("New", 1, 1)
    entry = LogEntry.objects.get(event=event)
    assert (entry.by, entry.action, entry.changes) == (
        by, "event_changed", {"title_en": ["Old", "New"]},
    )  # fmt: skip


def test_update_event_moves_its_agenda_along_by_the_clock_on_the_wall():
    berlin = ZoneInfo("Europe/Berlin")
    winter = datetime(2036, 3, 20, 19, 0, tzinfo=berlin)
    event = EventFactory(time_zone="Europe/Berlin", start_at=winter)
    talk = TalkFactory(event=event, start_at=winter + timedelta(minutes=30))
    summer = datetime(2036, 4, 17, 18, 0, tzinfo=berlin)

    services.update_event(
        event=event, by=UserFactory(), version=0, move_agenda=True,
        start_at=summer, end_at=summer + timedelta(hours=3),
    )  # fmt: skip

    talk.refresh_from_db()
    assert talk.start_at == summer + timedelta(minutes=30)
    assert talk.end_at - talk.start_at == timedelta(minutes=30)


def test_update_event_to_another_zone_keeps_the_hours_of_its_talks():
    event = EventFactory()
    talk = TalkFactory(event=event)
    at_two = datetime(2036, 5, 10, 14, 0, tzinfo=ZoneInfo("Asia/Tokyo"))

    services.update_event(
        event=event, by=UserFactory(), version=0, move_agenda=True, time_zone="Asia/Tokyo",
        start_at=at_two, end_at=at_two + timedelta(hours=3),
    )  # fmt: skip

    talk.refresh_from_db()
    assert talk.start_at == at_two


def test_update_event_leaves_the_agenda_where_it_is_unless_asked():
    talk = TalkFactory()

    services.update_event(
        event=talk.event, by=UserFactory(), version=0, start_at=START + timedelta(hours=1)
    )

    talk.refresh_from_db()
    assert talk.start_at == START


def test_update_event_that_no_calendar_shows_keeps_the_sequence():
    event = EventFactory()

    saved = services.update_event(
        event=event, by=UserFactory(), version=0, description_en="Bring a notebook."
    )

    assert (saved.version, saved.sequence) == (1, 0)


def test_update_event_that_changes_nothing_writes_nothing():
    event = EventFactory(title_en="Same")

    saved = services.update_event(event=event, by=UserFactory(), version=0, title_en="Same")

    assert (saved.version, actions(event)) == (0, [])


def test_update_event_with_an_old_version_names_who_saved_and_changes_nothing():
    event, ming, li = EventFactory(), UserFactory(name="Ming"), UserFactory()
    services.update_event(event=event, by=ming, version=0, title_en="Ming's")

    with pytest.raises(Conflict) as refusal:
        services.update_event(event=event, by=li, version=0, title_en="Li's")

    assert str(refusal.value) == "Ming saved this event while you were editing it."
    event.refresh_from_db()
    assert event.title_en == "Ming's"


def test_update_event_to_end_before_its_start_changes_nothing():
    event = EventFactory()

    with pytest.raises(EndsBeforeStart):
        services.update_event(event=event, by=UserFactory(), version=0, end_at=event.start_at)

    event.refresh_from_db()
    assert event.end_at == START + timedelta(hours=3)


def test_publish_event_once():
    event, by = EventFactory(draft=True), UserFactory()

    first = services.publish_event(event=event, by=by)
    again = services.publish_event(event=event, by=by)

    assert first.is_published
    assert first.published_at == again.published_at
    assert actions(event) == ["event_published"]


def test_publish_event_names_everything_that_is_missing():
    event = EventFactory(draft=True, past=True, venue=None, title_zh_hans="", title_en="")

    with pytest.raises(EventNotReady) as refusal:
        services.publish_event(event=event, by=UserFactory())

    assert list(map(str, refusal.value.params["missing"])) == [
        "It has no title.", "Its date is in the past.", "It has no venue.",
    ]  # fmt: skip
    event.refresh_from_db()
    assert event.status == EventStatus.DRAFT


def test_doubts_do_not_forbid_to_publish():
    event = EventFactory(draft=True, online=True, online_url="", title_zh_hans="")

    assert list(map(str, services.doubts_about(event))) == [
        "There is no link to join online yet.",
        "The description is empty.",
        "There is no title in Chinese.",
    ]
    assert services.publish_event(event=event, by=UserFactory()).is_published


def test_unpublish_event_hides_it_and_keeps_when_it_first_came_out():
    event, by = EventFactory(), UserFactory()
    published_at = event.published_at

    services.unpublish_event(event=event, by=by)

    event.refresh_from_db()
    assert (event.status, event.published_at) == (EventStatus.DRAFT, published_at)
    assert actions(event) == ["event_unpublished"]


def test_cancel_event_keeps_the_first_reason_and_moves_the_calendar():
    event, by = EventFactory(), UserFactory()

    services.cancel_event(event=event, by=by, reason="Typhoon")
    saved = services.cancel_event(event=event, by=by, reason="Something else")

    assert (saved.status, saved.cancel_reason, saved.sequence) == (
        EventStatus.CANCELED, "Typhoon", 1,
    )  # fmt: skip
    assert actions(event) == ["event_canceled"]


@pytest.mark.parametrize(
    ("made_with", "refusal"), [({"draft": True}, NeverPublished), ({"past": True}, EventIsOver)]
)
def test_cancel_event_that_nobody_waits_for_is_refused(made_with, refusal):
    event = EventFactory(**made_with)
    status = event.status

    with pytest.raises(refusal):
        services.cancel_event(event=event, by=UserFactory(), reason="")

    event.refresh_from_db()
    assert event.status == status


@pytest.mark.parametrize("verb", ["publish_event", "unpublish_event", "update_event"])
def test_a_canceled_event_stays_as_it_is(verb):
    event = services.cancel_event(event=EventFactory(), by=UserFactory(), reason="")
    more = {"version": event.version, "title_en": "Back"} if verb == "update_event" else {}

    with pytest.raises(EventIsCanceled):
        getattr(services, verb)(event=event, by=UserFactory(), **more)


def test_duplicate_event_copies_texts_agenda_and_people():
    event, by = (
        EventFactory(source_key="opass:1", cover="covers/a.jpg", description_en="Hi"),
        UserFactory(),
    )
    room, speaker = RoomFactory(event=event, key="r1"), SpeakerFactory(event=event, key="s1")
    talk = TalkFactory(
        event=event, key="t1", room=room, tags=["zk"], video_url="https://example.com/v"
    )
    talk.speakers.set([speaker])

    copy = services.duplicate_event(event=event, by=by, start_at=START + timedelta(days=7))

    assert (copy.status, copy.title_en, copy.description_en, copy.cover.name) == (
        EventStatus.DRAFT, event.title_en, "Hi", "covers/a.jpg",
    )  # fmt: skip
    assert (copy.start_at, copy.end_at) == (
        START + timedelta(days=7),
        START + timedelta(days=7, hours=3),
    )
    assert (copy.source_key, copy.created_by, copy.published_at) == ("", by, None)
    twin = copy.talks.get()
    assert (twin.title_zh_hans, twin.tags, twin.key, twin.video_url) == (
        talk.title_zh_hans, ["zk"], "", "",
    )  # fmt: skip
    assert twin.public_id != talk.public_id
    assert (twin.room, twin.room.event, twin.room.name_en) == (copy.rooms.get(), copy, room.name_en)
    assert [person.name_en for person in twin.speakers.all()] == [speaker.name_en]
    assert (event.talks.get(), event.rooms.get(), event.speakers.get()) == (talk, room, speaker)


def test_duplicate_event_keeps_the_clock_on_the_wall_over_daylight_saving():
    berlin = ZoneInfo("Europe/Berlin")
    winter = datetime(2036, 3, 20, 19, 0, tzinfo=berlin)
    event = EventFactory(time_zone="Europe/Berlin", start_at=winter)
    TalkFactory(event=event, start_at=winter + timedelta(minutes=30))

    copy = services.duplicate_event(
        event=event, by=UserFactory(), start_at=datetime(2036, 4, 17, 19, 0, tzinfo=berlin)
    )

    talk = copy.talks.get()
    assert talk.start_at == datetime(2036, 4, 17, 17, 30, tzinfo=UTC)


def test_duplicate_event_costs_the_same_however_long_the_agenda(django_assert_max_num_queries):
    event = EventFactory()
    room, speaker = RoomFactory(event=event), SpeakerFactory(event=event)
    for _ in range(20):
        TalkFactory(event=event, room=room).speakers.set([speaker])

    with django_assert_max_num_queries(20):
        copy = services.duplicate_event(event=event, by=UserFactory(), start_at=START)

    assert copy.talks.filter(speakers__isnull=False).count() == 20


@pytest.mark.parametrize(
    "text", ["零知识", "ZERO ｋnowledge", "night 深圳", "tea shenzhen", "小满"]
)
def test_search_finds_either_language_place_chapter_and_people(text):
    chapter = ChapterFactory(name_zh_hans="指北深圳")
    venue = VenueFactory(name_en="Tea house", city=CityFactory(name_en="Shenzhen"))
    event = services.create_event(chapter=chapter, by=UserFactory(), **fields(venue=venue))
    TalkFactory(event=event).speakers.set([SpeakerFactory(event=event, name_zh_hans="林小满")])
    refresh_search_text(event)
    EventFactory()

    assert list(Event.objects.search(text)) == [event]


def test_search_needs_every_word():
    services.create_event(chapter=ChapterFactory(), by=UserFactory(), **fields())

    assert not Event.objects.search("zero rollups").exists()


def test_search_text_is_bounded_and_keeps_the_title():
    event = EventFactory(title_en="Marathon")
    for _ in range(100):
        TalkFactory(event=event, title_zh_hans=f"{_}" + "长" * 220)

    refresh_search_text(event)

    assert len(event.search_text) == 20_000
    assert "marathon" in event.search_text


def test_visible_to_a_stranger_is_what_is_public():
    EventFactory(draft=True)
    public = EventFactory()

    assert list(Event.objects.visible_to(UserFactory())) == [public]
    assert Chapter.objects.count() == 2
