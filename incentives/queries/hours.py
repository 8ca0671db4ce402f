"""How long people helped at events: what leads wrote down, and what the door saw of them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Max, Min
from django.db.models.functions import TruncHour

from accounts.models import User
from events.models import Event
from incentives.models import HelperShift
from ticketing.models import CheckIn

LONGEST_LULL = timedelta(hours=2)  # between two admissions of one spell at the door
Span = tuple[datetime, datetime]


class AtDoor(NamedTuple):
    """One spell of a person at an event's door, from the first admission they made to the last:
    whoever admits nobody for long has left."""

    event_id: int
    user_id: int
    start_at: datetime
    end_at: datetime
    admissions: int


class Helped(NamedTuple):
    """What one person did at one event. `time` counts each minute once, whichever source
    knows of it."""

    event: Event
    user: User
    time: timedelta
    shifts: list[HelperShift]
    at_door: list[AtDoor]

    @property
    def hours(self) -> int:
        """Whole ones, as policies and reviewers count."""
        return int(self.time / timedelta(hours=1))

    @property
    def minutes(self) -> int:
        """Beyond the whole hours."""
        return int(self.time / timedelta(minutes=1)) % 60


def helped(*, event: Event | None = None, user: User | None = None) -> list[Helped]:
    """Of one event, of one person, or of one person at one event: the newest event first, then
    who helped longest. Four queries at most."""
    limits = {"event": event, "user": user}
    shifts = HelperShift.objects.filter(**{k: v for k, v in limits.items() if v})
    spells = _at_door(event=event, user=user)
    parts: defaultdict[tuple[int, int], tuple[list[HelperShift], list[AtDoor]]]
    parts = defaultdict(lambda: ([], []))
    for shift in shifts.order_by("start_at", "pk"):
        parts[shift.event_id, shift.user_id][0].append(shift)
    for spell in spells:
        parts[spell.event_id, spell.user_id][1].append(spell)
    events = {event.pk: event} if event else _events({pk for pk, _user in parts})
    users = User.objects.in_bulk({pk for _event, pk in parts})
    rows = [
        Helped(events[where], users[who], _length(written, seen), written, seen)
        for (where, who), (written, seen) in parts.items()
    ]
    return sorted(rows, key=lambda row: (row.event.start_at, row.time, -row.user.pk), reverse=True)


def total(user: User) -> timedelta:
    """All the time that a person has helped, for a policy's threshold."""
    return sum((row.time for row in helped(user=user)), timedelta(0))


def _events(pks: set[int]) -> dict[int, Event]:
    return Event.objects.select_related("chapter").in_bulk(pks)


def _length(shifts: list[HelperShift], spells: list[AtDoor]) -> timedelta:
    written = [(shift.start_at, shift.end_at) for shift in shifts]
    return covered([*written, *((spell.start_at, spell.end_at) for spell in spells)])


def covered(spans: Iterable[Span]) -> timedelta:
    """How long at least one of the spans lasts."""
    whole, until = timedelta(0), None
    for start_at, end_at in sorted(spans):
        begin = start_at if until is None else max(start_at, until)
        if end_at > begin:
            whole += end_at - begin
            until = end_at
    return whole


def _at_door(*, event: Event | None, user: User | None) -> list[AtDoor]:
    """Read by the hour, so that a long door costs no more than a short one."""
    made = CheckIn.objects.filter(undone_at=None, by__isnull=False).order_by()
    if event:
        made = made.filter(event=event)
    if user:
        made = made.filter(by=user)
    hours = (
        made.annotate(hour=TruncHour("at", tzinfo=UTC))
        .values("event_id", "by_id", "hour")
        .annotate(first=Min("at"), last=Max("at"), many=Count("pk"))
        .order_by("event_id", "by_id", "hour")
    )
    spells: list[AtDoor] = []
    for row in hours:
        seen = AtDoor(row["event_id"], row["by_id"], row["first"], row["last"], row["many"])
        if spells and _goes_on(spells[-1], seen):
            before = spells.pop()
            many = before.admissions + seen.admissions
            seen = before._replace(end_at=seen.end_at, admissions=many)
        spells.append(seen)
    return spells


def _goes_on(before: AtDoor, after: AtDoor) -> bool:
    same = (before.event_id, before.user_id) == (after.event_id, after.user_id)
    return same and after.start_at - before.end_at <= LONGEST_LULL
