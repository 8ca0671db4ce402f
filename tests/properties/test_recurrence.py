"""Classes that come again are right in every zone, whatever its clocks do meanwhile."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, strategies as st

from core.recurrence import (
    DAYS,
    MOST,
    TooManyTimes,
    daily_rule,
    instant,
    monthly_rule,
    occurrences,
    shifted,
    wall_clock,
    weekly_rule,
)

at = datetime.fromisoformat  # what a clock shows, without a zone
ZONES = ["Asia/Shanghai", "Europe/Berlin", "America/New_York"]
zones = st.sampled_from(ZONES)
# To the minute, as people plan; from 2024 to 2031 each zone's clocks change some 14 times
locals_ = st.datetimes(at("2024-01-01T00:00"), at("2031-01-01T00:00")).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)
counts = st.integers(1, 60)
BERLIN_SPRING = at("2026-03-28T02:30")  # the night after, there is no half past two
NEW_YORK_AUTUMN = at("2026-10-31T01:30")  # the night after, there are two half past ones


def exists(local: datetime, zone: str) -> bool:
    return wall_clock(instant(local, zone), zone) == local


@given(locals_, zones)
def test_the_wall_clock_survives_the_way_through_utc(local, zone):
    moment = instant(local, zone)

    assert moment.tzinfo == UTC
    if exists(local, zone):
        assert wall_clock(moment, zone) == local
    else:  # skipped: the offset before the change, so an hour later by the new clock
        assert wall_clock(moment, zone) == local + timedelta(hours=1)


@given(locals_, zones, counts, st.sampled_from([1, 2]), st.sets(st.integers(0, 6)))
@example(BERLIN_SPRING, "Europe/Berlin", 8, 1, set())
@example(NEW_YORK_AUTUMN, "America/New_York", 8, 1, set())
def test_each_class_of_a_week_is_at_the_same_hour_on_a_chosen_day(
    first, zone, count, every, weekdays
):
    rule = weekly_rule(first, weekdays=weekdays, every=every, count=count)

    times = occurrences(rule, first, zone)

    assert len(times) == count
    assert times == sorted(set(times))
    assert times[0] == instant(first, zone)
    for moment in times:
        local = wall_clock(moment, zone)
        planned = datetime.combine(local.date(), first.time())
        assert local == planned or not exists(planned, zone)
        assert local.weekday() in weekdays | {first.weekday()}
        monday, origin = (
            day - timedelta(days=day.weekday()) for day in (local.date(), first.date())
        )
        assert (monday - origin).days % (7 * every) == 0


@given(locals_, zones, counts)
@example(BERLIN_SPRING, "Europe/Berlin", 3)
@example(NEW_YORK_AUTUMN, "America/New_York", 3)
def test_daily_classes_skip_no_day_and_double_none(first, zone, count):
    times = occurrences(daily_rule(count=count), first, zone)

    days = [wall_clock(moment, zone).date() for moment in times]
    assert days == [first.date() + timedelta(days=n) for n in range(count)]


@given(locals_, zones, st.integers(1, 24))
def test_monthly_classes_are_once_in_each_month_on_the_same_weekday(first, zone, count):
    times = occurrences(monthly_rule(first, count=count), first, zone)

    days = [wall_clock(moment, zone).date() for moment in times]
    months = [day.year * 12 + day.month for day in days]
    assert {day.weekday() for day in days} == {first.weekday()}
    assert months == list(range(months[0], months[0] + count))
    weeks = {(day.day - 1) // 7 for day in days}
    assert len(weeks) == 1 or weeks == {3, 4}


@given(locals_, zones, st.integers(1, 120))
def test_the_last_day_counts(first, zone, days):
    until = first.date() + timedelta(days=days)

    times = occurrences(daily_rule(until=until), first, zone)

    assert wall_clock(times[-1], zone).date() == until
    assert len(times) == days + 1


@given(locals_, zones, st.integers(-40, 40), st.integers(-12, 12))
@example(BERLIN_SPRING - timedelta(days=6), "Europe/Berlin", 7, 0)
def test_a_move_is_one_on_the_wall_clock(local, zone, days, hours):
    by = timedelta(days=days, hours=hours)

    moved = shifted(instant(local, zone), by, zone)

    aim = wall_clock(instant(local, zone), zone) + by
    assert moved == instant(aim, zone)
    if exists(aim, zone):
        assert wall_clock(moved, zone) == aim


@given(locals_, zones, zones)
def test_another_zone_keeps_what_the_clock_shows(local, zone, other):
    moved = shifted(instant(local, zone), timedelta(0), zone, other)

    shown = wall_clock(instant(local, zone), zone)
    assert moved == instant(shown, other)


@pytest.mark.parametrize(
    ("zone", "before", "after", "hours"),
    [
        ("Europe/Berlin", at("2026-03-24T19:00"), at("2026-03-31T19:00"), 167),  # spring
        ("Europe/Berlin", at("2026-10-20T19:00"), at("2026-10-27T19:00"), 169),  # autumn
        ("America/New_York", at("2026-03-03T19:00"), at("2026-03-10T19:00"), 167),
        ("America/New_York", at("2026-10-27T19:00"), at("2026-11-03T19:00"), 169),
        ("Asia/Shanghai", at("2026-03-24T19:00"), at("2026-03-31T19:00"), 168),
    ],
)
def test_a_week_over_the_change_of_clocks_has_an_hour_less_or_more(zone, before, after, hours):
    first, second = occurrences(weekly_rule(before, count=2), before, zone)

    assert second == after.replace(tzinfo=ZoneInfo(zone))
    assert second - first == timedelta(hours=hours)


def test_a_skipped_time_is_later_and_a_doubled_one_the_first():
    spring = instant(at("2026-03-29T02:30"), "Europe/Berlin")
    autumn = instant(at("2026-10-25T02:30"), "Europe/Berlin")

    assert spring == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 3:30 in summer time
    assert autumn == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # still in summer time


def test_the_weekday_of_the_first_is_always_one():
    tuesday = at("2026-03-03T19:00")

    assert weekly_rule(tuesday, weekdays=[3], count=4) == (
        f"FREQ=WEEKLY;INTERVAL=1;BYDAY={DAYS[1]},{DAYS[3]};COUNT=4"
    )


def test_a_rule_that_never_ends_is_refused():
    first = at("2026-03-03T19:00")

    assert len(occurrences(daily_rule(count=MOST), first, "UTC")) == MOST
    for rule in (daily_rule(), daily_rule(count=MOST + 1)):
        with pytest.raises(TooManyTimes):
            occurrences(rule, first, "UTC")
