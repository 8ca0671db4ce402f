"""Moments that come again: by the clock on the wall of a named zone, not by a number of seconds.

A class at seven in the evening stays at seven when the clocks change. A time that the clocks skip
is read with the offset before the change, one that they show twice is the first of the two, as
RFC 5545 has it.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError

MOST = 200
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class TooManyTimes(DomainError):
    code = "too_many_times"
    message = _("That would be more than %(most)s times. Plan fewer at once.")
    status = 400
    field = "count"

    def __init__(self) -> None:
        super().__init__(most=MOST)


def instant(local: datetime, zone: str) -> datetime:
    """The UTC instant at which the clocks of `zone` show `local` (which is naive)."""
    return local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def wall_clock(moment: datetime, zone: str) -> datetime:
    """What the clocks of `zone` show at `moment`, naive."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def shifted(moment: datetime, by: timedelta, zone: str, new_zone: str = "") -> datetime:
    """`moment`, moved by `by` on the wall clock; with `new_zone` that clock hangs there from now on."""
    return instant(wall_clock(moment, zone) + by, new_zone or zone)


def occurrences(rule: str, first: datetime, zone: str) -> list[datetime]:
    """The UTC instants of `rule` (RFC 5545, without DTSTART) from `first` (naive) on.

    Raises TooManyTimes, also for a rule that never ends.
    """
    found = list(islice(rrulestr(rule, dtstart=first), MOST + 1))
    if len(found) > MOST:
        raise TooManyTimes
    return [instant(local, zone) for local in found]


def weekly_rule(
    first: datetime,
    *,
    weekdays: Collection[int] = (),
    every: int = 1,
    count: int | None = None,
    until: date | None = None,
) -> str:
    """Each or each second week on `weekdays` (Monday is 0), the one of `first` always with them."""
    days = ",".join(DAYS[day] for day in sorted({*weekdays, first.weekday()}))
    return _rule(f"FREQ=WEEKLY;INTERVAL={every};BYDAY={days}", count, until)


def daily_rule(*, count: int | None = None, until: date | None = None) -> str:
    return _rule("FREQ=DAILY", count, until)


def monthly_rule(first: datetime, *, count: int | None = None, until: date | None = None) -> str:
    """The same weekday of each month, the second Tuesday say; the fifth means the last."""
    week = (first.day - 1) // 7 + 1
    nth = week if week < 5 else -1
    return _rule(f"FREQ=MONTHLY;BYDAY={nth:+d}{DAYS[first.weekday()]}", count, until)


def _rule(start: str, count: int | None, until: date | None) -> str:
    """`until` is a day, and it counts."""
    if count is not None:
        return f"{start};COUNT={count}"
    return f"{start};UNTIL={until:%Y%m%d}T235959" if until else start
