from datetime import UTC, datetime, timedelta

import pytest

from events.schedules import ScheduleError, Text, read_schedule
from tests.events.schedule_samples import SHANGHAI, encode, frab, frab_talk

pytestmark = pytest.mark.usefixtures("english")


def read(document):
    return read_schedule(encode(document), zone=SHANGHAI)


def told(schedule):
    return [str(entry) for entry in schedule.skipped]


def test_frab_talk_is_read():
    schedule = read(frab(frab_talk(1, tags=["p2p", "p2p"])))

    [talk] = schedule.talks
    assert (schedule.key, schedule.title, schedule.time_zone) == (
        "nodes30",
        Text(en="Nodes 2030"),
        "Europe/Berlin",
    )
    assert (talk.key, talk.title, talk.kind) == ("talk-1", Text(en="Talk 1"), Text(en="Nodes"))
    assert talk.abstract == Text(en="Short.\n\nLong.")
    assert talk.start_at == datetime(2030, 5, 4, 8, 0, tzinfo=UTC)
    assert talk.end_at - talk.start_at == timedelta(minutes=45)
    assert (talk.room, talk.speakers, talk.tags) == ("room-attic", ("ADA",), ("p2p",))
    assert schedule.speakers[0].bio == Text(en="Writes.")
    assert schedule.skipped == ()


def test_frab_clock_time_after_midnight_belongs_to_the_night_of_its_day():
    schedule = read(
        frab(frab_talk(1, date=None, start="23:30"), frab_talk(2, date=None, start="00:30"))
    )

    assert [talk.start_at for talk in schedule.talks] == [
        datetime(2030, 5, 4, 21, 30, tzinfo=UTC),
        datetime(2030, 5, 4, 22, 30, tzinfo=UTC),
    ]


def test_frab_two_rooms_with_one_guid_stay_two():
    rooms = [{"name": "Attic", "guid": "same"}, {"name": "Cellar", "guid": "same"}]
    days = [{"date": "2030-05-04", "rooms": {"Attic": [frab_talk(1)], "Cellar": [frab_talk(2)]}}]

    schedule = read(frab(rooms=rooms, days=days))

    assert [room.name.en for room in schedule.rooms] == ["Attic", "Cellar"]
    assert [talk.room for talk in schedule.talks] == [room.key for room in schedule.rooms]


def test_frab_speaker_of_two_talks_is_one_person():
    schedule = read(frab())

    assert [speaker.name.en for speaker in schedule.speakers] == ["Ada Example"]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"duration": "soon"}, '"soon" is not a length in hours and minutes'),
        (
            {"date": "2030-13-04T09:00:00+02:00"},
            '"2030-13-04T09:00:00+02:00" is not a date and time',
        ),
        ({"date": None, "start": None}, "it has no date and time"),
    ],
)
def test_frab_unusable_talk_is_skipped_with_place_and_reason(fields, reason):
    schedule = read(frab(frab_talk(1), frab_talk(2, **fields)))

    assert len(schedule.talks) == 1
    place = 'schedule.conference.days[0].rooms["Attic"][1] "Talk 2"'
    assert told(schedule) == [f"{place}: {reason}"]


def test_frab_zone_that_contradicts_the_times_is_reported():
    schedule = read(frab(time_zone_name="UTC"))

    assert schedule.time_zone == "UTC"
    place = "schedule.conference.time_zone_name"
    reason = "the times are written with another offset; they are shown in UTC"
    assert told(schedule) == [f"{place}: {reason}"]


def test_frab_unknown_zone_is_reported_and_chosen_by_the_offsets():
    schedule = read(frab(time_zone_name="Mars/Olympus"))

    assert (schedule.time_zone, schedule.zone_is_named) == ("Etc/GMT-2", False)
    assert told(schedule)[0] == (
        'schedule.conference.time_zone_name: the time zone "Mars/Olympus" is unknown'
    )


def test_frab_chinese_title_is_kept_as_chinese():
    assert read(frab(frab_talk(1, title="零知识证明"))).talks[0].title == Text(en="零知识证明")
    assert read(frab(frab_talk(1, title="零知识证明", language="zh"))).talks[0].title == Text(
        zh="零知识证明"
    )


def test_frab_without_days_names_the_place():
    with pytest.raises(ScheduleError, match=r"^schedule\.conference.days: A list is expected here"):
        read({"schedule": {"conference": {}}})
