"""What an organizer sets up for an event's door, and what the door reads of it at each scan."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models.deletion import ProtectedError
from django.utils import formats
from django.utils.translation import pgettext

from accounts.models import User
from events.models import Event
from events.services import log
from ticketing import errors
from ticketing.models import CheckInList, DoorSettings, Gate, TicketType
from ticketing.verdicts import KnownList

PLAN_KEPT = 5  # seconds: for processes that do not share a cache with whoever changed it


@dataclass(frozen=True)
class PlannedList:
    pk: int
    name: str
    known: KnownList


@dataclass(frozen=True)
class PlannedGate:
    pk: int | None
    name: str
    list_pk: int | None = None


@dataclass(frozen=True)
class Plan:
    """An event's lists in order of preference, and its gates."""

    lists: Sequence[PlannedList]
    gates: Sequence[PlannedGate]

    def candidates(self, gate: PlannedGate) -> list[PlannedList]:
        """The gate's own list, else all."""
        own = [each for each in self.lists if each.pk == gate.list_pk]
        return own or list(self.lists)

    def gate(self, pk: int | None) -> PlannedGate:
        return next((gate for gate in self.gates if gate.pk == pk), NOWHERE)

    def gate_called(self, name: str) -> PlannedGate:
        """A gate by its name; what is no gate's name is kept as it was typed."""
        wanted = name.casefold()
        found = [gate for gate in self.gates if gate.name.casefold() == wanted]
        return found[0] if found else PlannedGate(None, name)

    def list_with(self, public_id: str) -> PlannedList | None:
        return next((each for each in self.lists if each.known.id == public_id), None)


NOWHERE = PlannedGate(None, "")


def plan_of(event: Event) -> Plan:
    """Kept for some seconds, so that a scan need not read what hardly ever changes."""
    plan = cache.get(_key(event))
    if plan is None:
        plan = _read_plan(event)
        cache.set(_key(event), plan, PLAN_KEPT)
    return plan


def forget_plan(event: Event) -> None:
    """At once for this transaction, and once more after it for whoever read in between."""
    cache.delete(_key(event))
    transaction.on_commit(lambda: cache.delete(_key(event)))


def _key(event: Event) -> str:
    return f"door-plan-{event.pk}"


def _read_plan(event: Event) -> Plan:
    gates = Gate.objects.filter(event=event)
    return Plan(
        tuple(_planned(lists_of(event))),
        tuple(PlannedGate(gate.pk, gate.name, gate.list_id) for gate in gates),
    )


def lists_of(event: Event) -> list[CheckInList]:
    """With their ticket types, those that say most about time and type first: of two that are
    open the narrower one is meant. The first look makes one for everybody."""
    found = list(CheckInList.objects.filter(event=event).prefetch_related("ticket_types"))
    if not found:
        made, _created = CheckInList.objects.get_or_create(event=event, name="")
        found = [made]
    return sorted(found, key=_breadth)


def _breadth(each: CheckInList) -> tuple[bool, bool, int]:
    is_always = each.valid_from_at is None and each.valid_until_at is None
    return is_always, not each.ticket_types.all(), each.pk


def _planned(lists: Iterable[CheckInList]) -> Iterable[PlannedList]:
    for each in lists:
        known = KnownList(
            id=each.public_id,
            types=tuple(sorted(kind.pk for kind in each.ticket_types.all())),
            from_ms=milliseconds(each.valid_from_at),
            until_ms=milliseconds(each.valid_until_at),
            reentry=each.allows_reentry,
        )
        yield PlannedList(each.pk, each.name, known)


def milliseconds(moment: datetime | None) -> int | None:
    """Since the epoch, as devices count."""
    return None if moment is None else int(moment.timestamp() * 1000)


def gates_of(event: Event) -> list[Gate]:
    """The first look makes one, so that a phone has somewhere to stand."""
    gates = Gate.objects.filter(event=event).select_related("list")
    found = list(gates)
    if not found:
        Gate.objects.get_or_create(event=event, name="")
        found = list(gates.all())
    return found


@transaction.atomic
def save_list(*, check_in_list: CheckInList, ticket_types: Iterable[TicketType], by: User) -> None:
    """Write a new or changed list. Raises ListNameTaken."""
    _write(check_in_list, errors.ListNameTaken)
    check_in_list.ticket_types.set(ticket_types)
    _changed(check_in_list.event, by, "door_list_saved", str(check_in_list))


@transaction.atomic
def delete_list(*, check_in_list: CheckInList, by: User) -> None:
    """Its gates work through whichever list is open from then on. Raises ListInUse."""
    name, event = str(check_in_list), check_in_list.event
    try:
        check_in_list.delete()
    except ProtectedError:
        raise errors.ListInUse from None
    _changed(event, by, "door_list_deleted", name)


@transaction.atomic
def make_daily_lists(*, event: Event, by: User) -> list[CheckInList]:
    """One list for each day of the event, in its time zone, admitting once a day. Repeatable:
    a day whose list has its name already is left as it is. A list for everybody that nobody
    came in on gives way."""
    made = []
    for name, start, end in days_of(event):
        fields = {"valid_from_at": start, "valid_until_at": end}
        each, is_new = CheckInList.objects.get_or_create(event=event, name=name, defaults=fields)
        if is_new:
            made.append(each)
    unused = CheckInList.objects.filter(event=event, name="", check_ins=None)
    unused.delete()
    if made:
        _changed(event, by, "door_lists_made", str(len(made)))
    return made


def days_of(event: Event) -> list[tuple[str, datetime, datetime]]:
    """(name, begin, end) of its days; the first begins and the last ends with a margin of hours
    for those who come early and stay late. A day runs from 5 to 5, for evenings end after midnight."""
    zone = ZoneInfo(event.time_zone)
    first, last = event.start_at.astimezone(zone), event.end_at.astimezone(zone)
    days, day = [], (first - DAY_BREAK).date()
    while day <= (last - DAY_BREAK).date():
        start = datetime(day.year, day.month, day.day, tzinfo=zone) + DAY_BREAK
        name = formats.date_format(day, pgettext("name of a day's list", "D, j M"))
        days.append((name, start, start + timedelta(days=1)))
        day += timedelta(days=1)
    return days


DAY_BREAK = timedelta(hours=5)


@transaction.atomic
def save_gate(*, gate: Gate, by: User) -> None:
    """Raises GateNameTaken."""
    _write(gate, errors.GateNameTaken)
    _changed(gate.event, by, "door_gate_saved", str(gate))


@transaction.atomic
def delete_gate(*, gate: Gate, by: User) -> None:
    """What happened there keeps its name; its devices stand nowhere until they are moved."""
    name, event = str(gate), gate.event
    gate.delete()
    _changed(event, by, "door_gate_deleted", name)


def settings_of(event: Event) -> DoorSettings:
    """The row, or one with everything off that is not stored."""
    return DoorSettings.objects.filter(event=event).first() or DoorSettings(event=event)


@transaction.atomic
def change_settings(
    *, event: Event, keeps_names: bool, allows_walk_ins: bool, by: User
) -> DoorSettings:
    fields = {"keeps_names": keeps_names, "allows_walk_ins": allows_walk_ins}
    changed, _created = DoorSettings.objects.update_or_create(event=event, defaults=fields)
    log.record(event=event, by=by, action="door_settings_changed")
    return changed


def _write(row: CheckInList | Gate, taken: type[errors.DomainError]) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise taken from None


def _changed(event: Event, by: User, action: str, target: str) -> None:
    log.record(event=event, by=by, action=action, target=target)
    forget_plan(event)
