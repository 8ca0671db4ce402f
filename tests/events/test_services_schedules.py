from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings, strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from events.models import Event, EventStatus, LogEntry, Room, Speaker, Talk
from events.schedules import ScheduleError
from events.services.agenda_rows import ChangeKind
from events.services.schedules import NothingInCommon, compare_schedule, import_schedule
from tests.events.schedule_samples import encode, frab, frab_talk, ical, opass, session, vevent
from tests.factories.accounts import UserFactory
from tests.factories.community import ChapterFactory
from tests.factories.events import EventFactory, RoomFactory, SpeakerFactory, TalkFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

WRITES = ("INSERT", "UPDATE", "DELETE")
SAMPLES = {"opass": encode(opass()), "frab": encode(frab()), "ical": ical()}


@pytest.fixture
def chapter():
    return ChapterFactory()


def rows():
    """Every column of all that an import may write."""
    models = (Event, Room, Speaker, Talk, LogEntry, Talk.speakers.through)
    return {model: list(model.objects.order_by("pk").values_list()) for model in models}


def changes(comparison):
    return [(change.kind, str(change.noun), change.name) for change in comparison.changes]


def test_import_makes_a_draft_with_its_agenda(chapter):
    organizer = UserFactory()

    event = import_schedule(encode(opass()), chapter=chapter, name="conf-2030", by=organizer).event

    assert (event.title_en, event.slug, event.status) == (
        "Conf 2030",
        "conf-2030",
        EventStatus.DRAFT,
    )
    assert (event.source_key, event.spoken_language) == ("conf.example.com/2030", "zh")
    assert event.start_at == datetime(2030, 5, 4, 1, 30, tzinfo=UTC)
    assert event.end_at == datetime(2030, 5, 4, 2, 30, tzinfo=UTC)
    first, second = event.talks.all()
    assert (first.title_zh_hans, first.title_en, first.kind_zh_hans) == (
        "第1场",
        "Session 1",
        "区块链",
    )
    assert (first.room.name_en, first.language, first.tags) == ("Hall 1", "zh", ["入门 / Beginner"])
    assert [speaker.name_zh_hans for speaker in second.speakers.all()] == ["林晚"]
    assert "林晚" in event.search_text
    [entry] = event.log.all()
    assert (entry.action, entry.by, entry.changes) == (
        "schedule_imported",
        organizer,
        {"talks": [0, 2]},
    )


@pytest.mark.parametrize("data", SAMPLES.values(), ids=SAMPLES)
def test_second_import_writes_nothing(chapter, data):
    import_schedule(data, chapter=chapter, name="conf")
    before = rows()

    with CaptureQueriesContext(
        connection,
    ) as queries:
        comparison = import_schedule(data, chapter=chapter, name="conf")

    assert comparison.changes == []
    assert rows() == before
    assert not [q["sql"] for q in queries if q["sql"].startswith(WRITES)]
    assert len([q for q in queries if q["sql"].startswith("SELECT")]) <= 6


def test_changed_file_changes_just_that(chapter):
    import_schedule(encode(opass(session(1), session(2), session(3))), chapter=chapter)
    before = {talk.key: (talk.pk, talk.public_id) for talk in Talk.objects.all()}
    untouched = Talk.objects.filter(key="S2").values_list()[0]
    later = session(
        1, start="2030-05-04T09:45:00+08:00", room="R2", speakers=["P1", "P2"], tags=["zh-tw"]
    )

    comparison = import_schedule(encode(opass(later, session(2), session(4))), chapter=chapter)

    assert [
        (
            change.kind,
            change.name,
            [(field.name, field.before, field.after) for field in change.fields],
        )
        for change in comparison.changes
        if change.noun == "talk"
    ] == [
        ("added", "第4场", []),
        (
            "changed",
            "第1场",
            [
                (
                    "start_at",
                    datetime(2030, 5, 4, 1, 30, tzinfo=UTC),
                    datetime(2030, 5, 4, 1, 45, tzinfo=UTC),
                ),
                ("tags", ["入门 / Beginner"], []),
                ("room", "一号厅", "二号厅"),
                ("speakers", ["林晚"], ["林晚", "周行"]),
            ],
        ),
        ("removed", "第3场", []),
    ]
    assert Talk.objects.filter(key="S2").values_list()[0] == untouched
    moved = Talk.objects.get(key="S1")
    assert (moved.pk, moved.public_id) == before["S1"]
    assert (moved.room.name_en, moved.tags) == ("Hall 2", [])
    assert {speaker.name_en for speaker in moved.speakers.all()} == {"Lin Wan", "Zhou Xing"}
    assert set(Talk.objects.values_list("key", flat=True)) == {"S1", "S2", "S4"}


def test_what_vanished_is_removed_and_what_was_made_by_hand_stays(chapter):
    both = opass(session(1), session(2, room="R2", speakers=["P2"]))
    event = import_schedule(encode(both), chapter=chapter).event
    lunch = TalkFactory(event=event, room=Room.objects.get(key="R2"))
    guest = SpeakerFactory(event=event)
    Talk.objects.get(key="S1").speakers.add(guest)
    hall = RoomFactory(event=event)

    import_schedule(encode(opass(session(1))), chapter=chapter)

    assert set(event.talks.values_list("key", flat=True)) == {"S1", ""}
    assert set(event.rooms.all()) == {Room.objects.get(key="R1"), lunch.room, hall}
    assert set(event.speakers.all()) == {Speaker.objects.get(key="P1"), guest}
    assert guest in Talk.objects.get(key="S1").speakers.all()


def test_dry_run_tells_the_same_and_writes_nothing(chapter):
    import_schedule(encode(opass()), chapter=chapter)
    before = rows()
    changed = encode(opass(session(1, room="R2"), session(3)))

    told = compare_schedule(changed, chapter=chapter)

    assert rows() == before
    done = import_schedule(changed, chapter=chapter)
    assert changes(told) == changes(done) != []
    assert told.changes == done.changes


def test_dry_run_of_a_new_event_writes_nothing(chapter):
    told = compare_schedule(encode(opass()), chapter=chapter, name="conf-2030")

    assert told.is_new
    assert changes(told)[0] == (ChangeKind.ADDED, "event", "Conf 2030")
    assert not Event.objects.exists()


def test_broken_file_leaves_everything_as_it_was(chapter):
    import_schedule(encode(opass()), chapter=chapter)
    before = rows()

    with pytest.raises(ScheduleError):
        import_schedule(encode(opass())[:-10], chapter=chapter)

    assert rows() == before


def test_import_that_fails_half_way_leaves_nothing(chapter, monkeypatch):
    def fail(event):
        raise OSError("the disk is full")

    monkeypatch.setattr("events.services.schedules.refresh_search_text", fail)

    with pytest.raises(OSError, match="disk"):
        import_schedule(encode(opass()), chapter=chapter)

    assert not any(rows().values())


def test_named_event_keeps_its_own_fields_and_hears_of_talks_outside(chapter):
    event = EventFactory(chapter=chapter)
    before = Event.objects.filter(pk=event.pk).values(
        "title_en", "start_at", "end_at", "time_zone"
    )[0]

    comparison = import_schedule(encode(frab()), chapter=chapter, event=event)

    assert Event.objects.filter(pk=event.pk).values(*before)[0] == before
    assert event.talks.count() == 2
    assert str(comparison.skipped[-1]) == "2 talks lie outside the event's own times"


def test_each_chapter_has_its_own_event_of_one_source(chapter):
    first = import_schedule(encode(frab()), chapter=chapter).event
    second = import_schedule(encode(frab()), chapter=ChapterFactory()).event

    assert first.pk != second.pk
    assert (first.slug, second.slug) == ("nodes-2030", "nodes-2030-2")


def test_file_without_anything_in_common_does_not_replace_an_agenda(chapter):
    event = import_schedule(encode(frab()), chapter=chapter).event
    other = encode(frab(frab_talk(8), frab_talk(9)))

    with pytest.raises(NothingInCommon, match="nodes-2030"):
        import_schedule(other, chapter=chapter)

    assert set(event.talks.values_list("key", flat=True)) == {"talk-1", "talk-2"}
    import_schedule(other, chapter=chapter, event=event)
    assert set(event.talks.values_list("key", flat=True)) == {"talk-8", "talk-9"}


def test_event_follows_title_and_times_of_its_source(chapter):
    event = import_schedule(encode(frab()), chapter=chapter).event

    later = frab_talk(2, duration="03:00")
    import_schedule(encode(frab(frab_talk(1), later, title="Nodes 30")), chapter=chapter)

    event.refresh_from_db()
    assert (event.title_en, event.sequence, event.slug) == ("Nodes 30", 1, "nodes-2030")
    assert event.end_at == datetime(2030, 5, 4, 12, 0, tzinfo=UTC)


def test_times_that_an_organizer_chose_are_only_widened(chapter):
    event = import_schedule(encode(frab()), chapter=chapter).event
    doors = event.start_at - timedelta(hours=1)
    Event.objects.filter(pk=event.pk).update(start_at=doors)

    import_schedule(encode(frab(frab_talk(1), frab_talk(4))), chapter=chapter)

    event.refresh_from_db()
    assert event.start_at == doors
    assert event.end_at == max(talk.end_at for talk in event.talks.all())


def test_floating_times_follow_the_zone_that_an_organizer_set(chapter):
    data = ical(vevent(1, "DTSTART:20300504T090000", "DURATION:PT1H"), zone="")
    event = import_schedule(data, chapter=chapter, name="meetups").event
    Event.objects.filter(pk=event.pk).update(time_zone="Europe/Berlin")

    import_schedule(data, chapter=chapter, name="meetups")

    assert event.talks.get().start_at == datetime(2030, 5, 4, 7, 0, tzinfo=UTC)


class TestAnySchedule(HypothesisTestCase):
    """Two schedules of any of five sessions, one after the other."""

    sessions = st.lists(
        st.builds(
            session,
            st.integers(1, 5),
            room=st.sampled_from(["R1", "R2", None]),
            speakers=st.lists(st.sampled_from(["P1", "P2"])),
            tags=st.lists(st.sampled_from(["a", "b"])),
            language=st.sampled_from(["English", "Chinese", ""]),
        ),
        min_size=1,
        max_size=5,
    )

    @settings(max_examples=20)
    @given(sessions, sessions)
    def test_import_ends_where_the_file_is_wherever_it_began(self, old, new):
        event = EventFactory()
        import_schedule(encode(opass(*old)), chapter=event.chapter, event=event)
        import_schedule(encode(opass(*new)), chapter=event.chapter, event=event)
        fresh = EventFactory(chapter=event.chapter)
        import_schedule(encode(opass(*new)), chapter=event.chapter, event=fresh)

        assert agenda_of(event) == agenda_of(fresh)
        again = compare_schedule(encode(opass(*new)), chapter=event.chapter, event=event)
        assert again.changes == []


def agenda_of(event):
    columns = ("key", "title_en", "start_at", "end_at", "room__key", "language", "tags", "kind_en")
    talks = list(event.talks.order_by("key").values_list(*columns))
    people = sorted(event.talks.values_list("key", "speakers__key"), key=str)
    rooms = sorted(event.rooms.values_list("key", "name_en"))
    return talks, people, rooms, sorted(event.speakers.values_list("key", "name_en"))
