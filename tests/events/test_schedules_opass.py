from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from events.schedules import ScheduleError, Text, read_schedule
from tests.events.schedule_samples import SHANGHAI, encode, opass, session

pytestmark = pytest.mark.usefixtures("english")


def read(document, zone=SHANGHAI):
    return read_schedule(encode(document), zone=zone)


def told(schedule):
    return [str(entry) for entry in schedule.skipped]


def test_opass_session_is_read_in_both_languages():
    schedule = read(opass(session(1, slide="https://example.com/slides")))

    [talk] = schedule.talks
    assert talk.key == "S1"
    assert talk.title == Text("第1场", "Session 1")
    assert talk.abstract == Text("从零开始", "From zero")
    assert talk.kind == Text("区块链", "Blockchain")
    assert talk.start_at == datetime(2030, 5, 4, 1, 30, tzinfo=UTC)
    assert talk.end_at == datetime(2030, 5, 4, 2, 0, tzinfo=UTC)
    assert (talk.language, talk.room, talk.speakers) == ("zh", "R1", ("P1",))
    assert talk.slides_url == "https://example.com/slides"


def test_opass_tags_that_repeat_the_language_are_left_out():
    assert read(opass(session(1))).talks[0].tags == ("入门 / Beginner",)


def test_opass_rooms_and_people_without_a_talk_are_reported():
    schedule = read(opass())

    assert [room.key for room in schedule.rooms] == ["R1"]
    assert [speaker.name for speaker in schedule.speakers] == [Text("林晚", "Lin Wan")]
    assert told(schedule) == [
        'rooms[1] "二号厅": no talk has it',
        'speakers[1] "周行": no talk has it',
    ]


def test_opass_source_is_known_by_the_address_that_its_sessions_share():
    assert read(opass()).key == "conf.example.com/2030"
    assert read(opass(session(1, uri=None))).key == ""


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"start": None}, '"" is not a date and time'),
        ({"start": "tomorrow"}, '"tomorrow" is not a date and time'),
        ({"start": "9999-05-04T09:00:00+08:00"}, "the year 9999 is out of range"),
        ({"end": "2030-05-03T09:00:00+08:00"}, "it ends before it starts"),
        ({"id": "S1"}, 'it has the same id as sessions[0] "第1场"'),
    ],
)
def test_opass_unusable_session_is_skipped_with_place_and_reason(fields, reason):
    schedule = read(opass(session(1), session(2, **fields)))

    assert [talk.key for talk in schedule.talks] == ["S1"]
    assert f'sessions[1] "第2场": {reason}' in told(schedule)


def test_opass_session_without_title_is_skipped():
    schedule = read(opass(session(1), session(2, zh={"title": " "}, en={})))

    assert "sessions[1]: it has no title or name" in told(schedule)


def test_opass_unknown_room_and_speaker_do_not_lose_the_session():
    schedule = read(opass(session(1, room="R9", speakers=["P1", "P9", "P1"])))

    assert [room.name for room in schedule.rooms] == [Text(en="R9")]
    assert schedule.talks[0].speakers == ("P1",)
    assert 'sessions[0].room: the room "R9" is not in the list of rooms' in told(schedule)
    assert 'sessions[0] "第1场": the speaker "P9" is not in the list of speakers' in told(schedule)


def test_opass_without_ids_has_the_same_keys_in_each_run():
    document = opass(session(1, id=None))

    first, second = read(document), read(document)

    assert first.talks[0].key == second.talks[0].key != ""


def test_opass_texts_that_are_too_long_are_cut_and_reported():
    schedule = read(opass(session(1, en={"title": "x" * 300, "description": "y" * 30_000})))

    assert len(schedule.talks[0].title.en) == 240
    assert len(schedule.talks[0].abstract.en) == 20_000
    assert "sessions[0].en.title: cut to 240 characters" in told(schedule)
    assert "sessions[0].en.description: cut to 20000 characters" in told(schedule)


def test_opass_link_that_is_no_web_address_is_left_out():
    schedule = read(opass(session(1, record="javascript:alert(1)")))

    assert schedule.talks[0].video_url == ""
    assert "sessions[0].record: not a web address, or too long" in told(schedule)


@pytest.mark.parametrize(
    ("zone", "shown"), [("Asia/Taipei", "Asia/Taipei"), ("Europe/Berlin", "Etc/GMT-8")]
)
def test_opass_is_shown_in_a_zone_that_agrees_with_its_offsets(zone, shown):
    schedule = read(opass(), ZoneInfo(zone))

    assert (schedule.time_zone, schedule.zone_is_named) == (shown, False)


def test_opass_wrong_kinds_of_values_are_no_crash():
    odd = {"id": [], "zh": 3, "en": {"title": {}}, "start": 7, "speakers": "P1", "tags": {"a": 1}}

    with pytest.raises(ScheduleError, match="no talk"):
        read(opass(odd, None, 5, [], "x"))


def test_opass_list_of_another_kind_is_named():
    with pytest.raises(ScheduleError, match=r"^rooms: "):
        read(opass(rooms={"R1": "Hall"}))
