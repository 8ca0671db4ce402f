import json
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from events.models import Event, Room, Speaker, Talk
from events.schedules import MAX_BYTES, Schedule, ScheduleError, parsed, read_schedule
from tests.events.schedule_samples import (
    SHANGHAI,
    encode,
    frab,
    frab_talk,
    ical,
    opass,
    session,
)

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf \n", "The file is not valid JSON"),
        (b"{", "line 1, column 2: The file is not valid JSON"),
        (b'{"sessions": [\n1,\n]}', "line 3, column 1: The file is not valid JSON"),
        (b'{"sessions": "\xff"}', "line 1, byte 15: The file is not in the encoding UTF-8."),
        (b"[" * 100_000, "The file is nested too deeply."),
        (b'{"sessions": [' + b"9" * 5000 + b"]}", "The file has a number that is too long."),
        (b"[]", "The file is JSON, but"),
        (b'"BEGIN:VCALENDAR"', "The file is JSON, but"),
        (b"<schedule/>", "This is XML or a web page."),
        (b"Monday 9:00 Welcome", "line 1, column 1: The file is not valid JSON"),
        (b'{"sessions": []}', "There is no talk in this file."),
        (b"\x89PNG\r\n\x1a\n", "line 1, byte 1: The file is not in the encoding UTF-8."),
        (b" " * (MAX_BYTES + 1), "The file is larger than 20 MB."),
    ],
)
def test_unusable_file_is_refused_with_a_sentence_and_a_place(data, message):
    with pytest.raises(ScheduleError) as refused:
        read_schedule(data, zone=SHANGHAI)

    assert message in str(refused.value)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_any_marked_encoding_of_unicode_is_read(codec):
    data = json.dumps(opass(), ensure_ascii=False).encode(codec)

    assert read_schedule(data, zone=SHANGHAI).talks[0].title.zh == "第1场"


def test_more_talks_than_we_take_are_refused(monkeypatch):
    monkeypatch.setattr("events.schedules.builder.MAX_TALKS", 1)

    with pytest.raises(ScheduleError, match="more than 1 talks"):
        read_schedule(encode(opass()), zone=SHANGHAI)


def test_more_people_in_a_talk_than_a_page_can_name_are_reported():
    people = [{"code": f"P{number}", "public_name": "Ada"} for number in range(60)]

    schedule = read_schedule(encode(frab(frab_talk(persons=people))), zone=SHANGHAI)

    assert len(schedule.talks[0].speakers) == 50
    assert schedule.skipped[0].reason == "only the first 50 speakers are kept"


def test_a_file_of_nothing_but_rubbish_does_not_fill_the_memory_with_reports():
    with pytest.raises(ScheduleError, match="more than 10000 entries"):
        read_schedule(encode(opass(*[None] * 10_001)), zone=SHANGHAI)


def test_lone_surrogates_and_nul_do_not_reach_the_database():
    data = json.dumps(opass(session(1, en={"title": "A\ud800\x00B"}))).encode()

    assert read_schedule(data, zone=SHANGHAI).talks[0].title.en == "AB"


def test_limits_are_those_of_the_models():
    def longest(model, field):
        return model._meta.get_field(field).max_length

    assert longest(Event, "title") == parsed.EVENT_TITLE_LENGTH
    assert longest(Talk, "title") == parsed.TITLE_LENGTH
    assert longest(Talk, "kind") == parsed.KIND_LENGTH
    assert longest(Talk, "slides_url") == longest(Talk, "video_url") == parsed.URL_LENGTH
    assert min(longest(Room, "name"), longest(Speaker, "name")) >= parsed.NAME_LENGTH
    assert min(longest(model, "key") for model in (Room, Speaker, Talk)) >= parsed.KEY_LENGTH
    assert longest(Event, "source_key") >= parsed.KEY_LENGTH


def check(data: bytes) -> None:
    """Any bytes give a Schedule within the limits, or ScheduleError, and the same one twice."""
    try:
        schedule = read_schedule(data, zone=ZoneInfo("Europe/Berlin"))
    except ScheduleError:
        return
    assert isinstance(schedule, Schedule)
    assert schedule == read_schedule(data, zone=ZoneInfo("Europe/Berlin"))
    for talk in schedule.talks:
        assert talk.title
        assert talk.start_at <= talk.end_at
        assert 0 < len(talk.key) <= parsed.KEY_LENGTH
        assert max(len(talk.title.zh), len(talk.title.en)) <= parsed.TITLE_LENGTH
        "".join([*talk.tags, str(talk.title), str(talk.abstract)]).encode()
    assert len({talk.key for talk in schedule.talks}) == len(schedule.talks)
    assert {talk.room for talk in schedule.talks if talk.room} == {
        room.key for room in schedule.rooms
    }


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    check(data)


@given(st.binary(max_size=300).map(b"BEGIN:VCALENDAR\n".__add__))
def test_any_calendar_is_read_or_refused(data):
    check(data)


SAMPLES = [encode(opass()), encode(frab()), ical()]


@given(st.sampled_from(SAMPLES), st.integers(0, 3000), st.integers(0, 40), st.binary(max_size=40))
def test_damaged_sample_is_read_or_refused(sample, at, length, patch):
    at %= len(sample)
    check(sample[:at] + patch + sample[at + length :])


LINES = st.lists(
    st.one_of(
        st.sampled_from([
            "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VTIMEZONE", "END:VTIMEZONE", "BEGIN:STANDARD",
            "END:STANDARD", "TZID:X", "TZOFFSETTO:+0100", "TZOFFSETFROM:+0100", "SUMMARY:a",
            "DTSTART:20300504T090000", "DTSTART;TZID=X:20300504T090000", "DTSTART:20300504",
            "DTEND;VALUE=DATE:20300505", "DURATION:P1D", "DURATION:-P9W", "UID:u",
            "RECURRENCE-ID:20300504T090000", "RRULE:FREQ=DAILY", "SEQUENCE:²", "X-WR-TIMEZONE:../etc",
            "X-WR-TIMEZONE:Asia", "DTSTART;TZID=\"a,b\",c:20300504T090000", "LOCATION:\\",
        ]),
        st.text(max_size=30),
    ),
    max_size=14,
)  # fmt: skip


@given(LINES)
def test_any_lines_in_a_calendar_are_read_or_refused(lines):
    check(ical("BEGIN:VEVENT", *lines, "END:VEVENT"))


JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=12),
        st.sampled_from(
            ["2030-05-04T09:00:00+08:00", "2030-05-04", "09:00", "1:00:00", "S1", "R1"]
        ),
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.sampled_from(sorted(session())), JSON, st.sampled_from(sorted(opass())), JSON)
def test_any_value_in_a_session_is_read_or_refused(field, value, name, whole):
    check(json.dumps(opass(session(1), session(2, **{field: value}))).encode())
    check(json.dumps(opass(**{name: whole})).encode())


@given(st.sampled_from(["acronym", "title", "time_zone_name", "rooms", "days"]), JSON)
def test_any_value_in_a_conference_is_read_or_refused(field, value):
    check(json.dumps(frab(**{field: value})).encode())
