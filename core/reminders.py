"""When people are reminded of what begins: the same for events and for classes."""

from datetime import timedelta
from typing import NamedTuple


class Reminder(NamedTuple):
    """`ahead` of the start, no more once `stale` ahead, not to who came `fresh` before it was due.

    A reminder sent up to `slack` before it is due still counts: the start may have moved a little.
    """

    ahead: timedelta
    stale: timedelta
    fresh: timedelta
    slack: timedelta


A_DAY_BEFORE = Reminder(
    ahead=timedelta(days=1),
    stale=timedelta(hours=3),
    fresh=timedelta(hours=2),
    slack=timedelta(hours=6),
)
AN_HOUR_BEFORE = Reminder(
    ahead=timedelta(hours=1),
    stale=timedelta(0),
    fresh=timedelta(minutes=15),
    slack=timedelta(minutes=30),
)
