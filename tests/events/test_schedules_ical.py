from datetime import UTC, datetime, timedelta

import pytest

from events.schedules import ScheduleError, Text, read_schedule
from tests.events.schedule_samples import SHANGHAI, ical, vevent

CLOCK = """BEGIN:VTIMEZONE
TZID:Harbor Time
BEGIN:STANDARD
DTSTART:20000101T000000
TZOFFSETFROM:+0530
TZOFFSETTO:+0530
END:STANDARD
END:VTIMEZONE"""

pytestmark = pytest.mark.usefixtures("english")


def read(data):
    return read_schedule(data, zone=SHANGHAI)


def told(schedule):
    return [str(entry) for entry in schedule.skipped]


def start_of(*lines, zone="Asia/Tokyo", before=""):
    data = ical(*filter(None, [before]), vevent(1, *lines), zone=zone)
    return read(data).talks[0].start_at


def test_ical_entry_is_read():
    schedule = read(ical(vevent(1, r"DESCRIPTION:One\, two\nthree", r"CATEGORIES:zk,layer\,two")))

    [talk] = schedule.talks
    assert talk.key == "entry-1@example.com"
    assert talk.title == Text(en="Entry 1")
    assert talk.abstract == Text(en="One, two\nthree")
    assert talk.tags == ("zk", "layer,two")
    assert talk.start_at == datetime(2030, 5, 4, 1, 0, tzinfo=UTC)
    assert talk.end_at == datetime(2030, 5, 4, 1, 45, tzinfo=UTC)
    assert [(room.key, room.name) for room in schedule.rooms] == [("Cellar", Text(en="Cellar"))]
    assert (schedule.title, schedule.time_zone) == (Text(en="Meetups"), "Asia/Tokyo")
    assert schedule.skipped == ()


@pytest.mark.parametrize(
    ("line", "hour"),
    [
        ("DTSTART;TZID=Europe/Berlin:20300504T090000", 7),
        ("DTSTART;TZID=/mozilla.org/20070129_1/Europe/Berlin:20300504T090000", 7),
        ("DTSTART;TZID=Tokyo Standard Time:20300504T090000", 0),
        ("DTSTART:20300504T090000", 0),  # floating: in the calendar's zone
        ("DTSTART;TZID=Nowhere/Land:20300504T100000", 1),
    ],
)
def test_ical_times_stand_in_the_zone_that_they_name(line, hour):
    assert start_of(line, "DURATION:PT1H") == datetime(2030, 5, 4, hour, 0, tzinfo=UTC)


def test_ical_zone_that_the_file_defines_is_used():
    line = "DTSTART;TZID=Harbor Time:20300504T090000"

    assert start_of(line, "DURATION:PT1H", before=CLOCK) == datetime(2030, 5, 4, 3, 30, tzinfo=UTC)


def test_ical_zone_with_a_rule_that_would_run_for_hours_is_not_used():
    clock = CLOCK.replace("END:STANDARD", "RRULE:FREQ=SECONDLY\nEND:STANDARD")
    line = "DTSTART;TZID=Harbor Time:20300504T090000"

    schedule = read(ical(clock, vevent(1, line, "DURATION:PT1H")))

    assert schedule.talks[0].start_at == datetime(2030, 5, 4, 0, 0, tzinfo=UTC)
    assert told(schedule) == [
        'line 15: the time zone "Harbor Time" is unknown: taken as Asia/Tokyo'
    ]


def test_ical_without_any_zone_is_taken_in_the_chapters_and_says_so():
    schedule = read(ical(vevent(1, "DTSTART:20300504T090000", "DURATION:PT1H"), zone=""))

    assert schedule.talks[0].start_at == datetime(2030, 5, 4, 1, 0, tzinfo=UTC)
    assert told(schedule) == [
        "line 5: no time zone: taken as Asia/Shanghai",
        "X-WR-TIMEZONE: no time zone is named; the times are shown in Asia/Shanghai",
    ]


def test_ical_unknown_zone_of_the_calendar_is_reported():
    schedule = read(ical(zone="Mars/Olympus"))

    assert told(schedule)[0] == 'line 4: the time zone "Mars/Olympus" is unknown'


def test_ical_day_without_a_time_lasts_from_midnight_to_midnight():
    lines = [
        "BEGIN:VEVENT",
        "UID:day",
        "SUMMARY:Sprint",
        "DTSTART;VALUE=DATE:20300504",
        "END:VEVENT",
    ]

    [talk] = read(ical("\n".join(lines))).talks

    assert talk.start_at == datetime(2030, 5, 3, 15, 0, tzinfo=UTC)
    assert talk.end_at - talk.start_at == timedelta(days=1)


def test_ical_series_counts_once_and_says_so():
    schedule = read(ical(vevent(1, "RRULE:FREQ=WEEKLY;COUNT=10")))

    assert len(schedule.talks) == 1
    assert told(schedule) == ['line 5 "Entry 1": it repeats: only its first date is taken']


def test_ical_changed_dates_of_a_series_are_entries_of_their_own():
    series = vevent(1, "RRULE:FREQ=DAILY;COUNT=3")
    first = vevent(1, "RECURRENCE-ID:20300504T010000Z", "SUMMARY:Moved")
    later = vevent(1, "RECURRENCE-ID:20300505T010000Z", "SUMMARY:Later")

    schedule = read(ical(series, first, later))

    assert [talk.title.en for talk in schedule.talks] == ["Moved", "Later"]
    assert told(schedule) == ['line 5 "Entry 1": its first date is replaced by line 13 "Moved"']


def test_ical_newer_version_of_an_entry_wins():
    schedule = read(ical(vevent(1, "SEQUENCE:2", "SUMMARY:New"), vevent(1, "SEQUENCE:1")))

    assert [talk.title.en for talk in schedule.talks] == ["New"]
    assert told(schedule) == ['line 13 "Entry 1": it has the same id as line 5 "New"']


def test_ical_two_entries_that_share_an_id_are_both_kept():
    schedule = read(ical(vevent(1), vevent(1, "SUMMARY:Other")))

    assert [talk.title.en for talk in schedule.talks] == ["Entry 1", "Other"]
    assert len({talk.key for talk in schedule.talks}) == 2


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("STATUS:CANCELLED", "it is canceled"),
        ("DTSTART:20301304T090000Z", '"20301304T090000Z" is not a date and time'),
        ("DTEND:20300503T090000Z", "it ends before it starts"),
        ("DTSTART:00010101T090000Z", "the year 1 is out of range"),
    ],
)
def test_ical_unusable_entry_is_skipped_with_line_and_reason(line, reason):
    schedule = read(ical(vevent(1), vevent(2, line)))

    assert [talk.title.en for talk in schedule.talks] == ["Entry 1"]
    assert told(schedule) == [f'line 12 "Entry 2": {reason}']


def test_ical_entry_without_title_is_named_by_its_uid():
    schedule = read(ical(vevent(1), vevent(2).replace("SUMMARY", "X-SUMMARY")))

    assert told(schedule) == ["line 12 UID entry-2@example.com: it has no title or name"]


def test_ical_line_that_is_none_does_not_lose_the_entry():
    schedule = read(ical(vevent(1, "X-RADIUS=49")))

    assert len(schedule.talks) == 1
    assert told(schedule) == ['line 6: "X-RADIUS=49" is no line of a calendar']


def test_ical_folded_lines_and_a_mark_of_the_byte_order_are_read():
    data = b"\xef\xbb\xbf" + ical(vevent(1, "SUMMARY:A ver\r\n y long\r\n\t title"))

    assert read(data).talks[0].title == Text(en="A very long title")


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_ical_any_line_end_will_do(end):
    assert len(read(ical().replace(b"\r\n", end)).talks) == 2


def test_ical_control_characters_do_not_reach_the_talk():
    talk = read(ical(vevent(1, "SUMMARY:A\x00B\x07 C"))).talks[0]

    assert talk.title == Text(en="AB C")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (ical()[:-60], "line 12: BEGIN:VEVENT has no END: the file breaks off or is damaged."),
        (b"BEGIN:VCALENDAR\nEND:VEVENT\n", "line 2: This END belongs to no BEGIN."),
        (b"BEGIN:VCALENDAR\nEND:VCALENDAR\nEND:VCALENDAR", "line 3: This END belongs to no BEGIN."),
        (b"BEGIN:VCALENDAR\nEND:VCALENDAR\n", "There is no talk in this file."),
        (b"BEGIN:A\n" * 100_000, "line 100000: BEGIN:A has no END"),
    ],
)
def test_ical_damaged_file_is_refused_with_its_line(data, message):
    with pytest.raises(ScheduleError) as refused:
        read(data)

    assert str(refused.value).startswith(message)
