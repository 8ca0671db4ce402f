"""How an event's door stands at this moment. The number of queries depends on nothing, and what
they read does not grow with the event: admissions are tallied as they settle."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.core.cache import cache
from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMinute
from django.utils import timezone

from events.models import Event
from ticketing.models import CheckIn, CheckInList, DoorTally, Gate, Refusal
from ticketing.queries.door import Counts, counts
from ticketing.services import tally

MINUTE = timedelta(minutes=1)
MINUTES = 60  # of the plot
KEPT = 5  # seconds: helpers' pages and phones ask for the same counts
SHOWN = 20


class Row(NamedTuple):
    """One line of a table: a gate or a list, and how many came in there."""

    name: str
    admitted: int


class Conflict(NamedTuple):
    """A ticket that let two people in; `counted` is None if that one was undone since."""

    twice: CheckIn
    counted: CheckIn | None


@dataclass(frozen=True)
class Board:
    counts: Counts
    gates: list[Row]
    lists: list[Row]
    minutes: list[tuple[datetime, int]]

    @property
    def still_to_come(self) -> int:
        return max(0, self.counts.valid - self.counts.admitted)


def door_counts(event: Event) -> Counts:
    """Admitted and valid tickets; whoever asks again within seconds costs nothing."""
    return cache.get_or_set(f"door-counts-{event.pk}", lambda: counts(event), KEPT) or counts(event)


def board(event: Event) -> Board:
    until = tally.catch_up(event)
    found = [*_tallied(event), *_since(event, until)]
    names = _names(event)
    gates: Counter[str] = Counter()
    lists: Counter[str] = Counter()
    minutes: Counter[datetime] = Counter()
    for each in found:
        gate = names["gate"].get(each["gate_id"]) or each["gate_name"]
        gates[gate] += each["admitted"]
        lists[names["list"].get(each["list_id"], "")] += each["admitted"]
        minutes[each["minute"]] += each["admitted"]
    return Board(
        door_counts(event),
        _table(gates, names["gate"].values()),
        _table(lists, names["list"].values()),
        _last_minutes(minutes),
    )


def _names(event: Event) -> dict[str, dict[int, str]]:
    return {
        "gate": {gate.pk: str(gate) for gate in Gate.objects.filter(event=event)},
        "list": {each.pk: str(each) for each in CheckInList.objects.filter(event=event)},
    }


def _tallied(event: Event) -> QuerySet[DoorTally, dict[str, Any]]:
    """At most a row for each gate, list and minute."""
    rows = DoorTally.objects.filter(event=event).order_by()
    keys = ("gate_id", "gate_name", "list_id", "minute")
    return rows.values(*keys).annotate(admitted=Sum("admitted"))


def _since(event: Event, until: datetime | None) -> QuerySet[CheckIn, dict[str, Any]]:
    """What the server heard of in the last minutes."""
    rows = CheckIn.objects.counted().filter(event=event).order_by()
    if until:
        rows = rows.filter(received_at__gt=until)
    keys = ("gate_id", "gate_name", "list_id")
    return rows.values(*keys, minute=TruncMinute("at")).annotate(admitted=Count("pk"))


def _table(found: Counter[str], all_names: Iterable[str]) -> list[Row]:
    """Where nobody came in yet is a line as well."""
    for name in all_names:
        found.setdefault(name, 0)
    return [Row(name, found[name]) for name in sorted(found) if name or found[name]]


def _last_minutes(found: Counter[datetime]) -> list[tuple[datetime, int]]:
    """The hour up to the latest admission, or up to now while people come in."""
    inside = [minute for minute, admitted in found.items() if admitted]
    if not inside:
        return []
    now = timezone.now().replace(second=0, microsecond=0)
    latest = max(inside)
    last = now if now - latest < MINUTES * MINUTE / 2 else latest
    first = max(min(inside), last - (MINUTES - 1) * MINUTE)
    count = int((last - first) / MINUTE) + 1
    return [(first + number * MINUTE, found[first + number * MINUTE]) for number in range(count)]


def refusals_by_reason(event: Event) -> list[tuple[str, int]]:
    """The most frequent reason first; read from the index on (event, reason) alone."""
    rows = Refusal.objects.filter(event=event).order_by().values_list("reason")
    return sorted(rows.annotate(count=Count("pk")), key=lambda row: (-row[1], row[0]))


def last_refusals(event: Event) -> list[Refusal]:
    rows = Refusal.objects.filter(event=event)
    return list(rows.select_related("ticket__ticket_type", "gate", "device", "by")[:SHOWN])


def conflicts(event: Event) -> list[Conflict]:
    """The latest first. Three queries at most: a conflict has its counted one beside it."""
    related = ("ticket__ticket_type", "list", "gate", "device", "by")
    found = CheckIn.objects.conflicts().filter(event=event).select_related(*related)[:SHOWN]
    beside = CheckIn.objects.counted().filter(ticket__in=[each.ticket_id for each in found])
    counted = {
        (each.ticket_id, each.list_id): each
        for each in beside.select_related("gate", "device", "by")
    }
    return [Conflict(each, counted.get((each.ticket_id, each.list_id))) for each in found]


def count_conflicts(event: Event) -> int:
    return CheckIn.objects.conflicts().filter(event=event).count()


def remarkable(event: Event) -> list[CheckIn]:
    """Who walked in with a ticket that would be refused by now."""
    rows = CheckIn.objects.standing().filter(event=event).exclude(remark="")
    return list(rows.select_related("ticket__ticket_type", "gate", "device")[:SHOWN])


def lost(event: Event) -> list[Refusal]:
    """Who walked in with a ticket that nobody knows."""
    rows = Refusal.objects.filter(event=event, walked_in=True)
    return list(rows.select_related("gate", "device")[:SHOWN])
