"""What a device keeps of an event: a snapshot, and afterwards what changed.

Why no change is missed. The database itself numbers each change of a ticket (`Ticket.changed`),
whoever makes it. On PostgreSQL the number is the id of the transaction. Transactions commit in
another order than they begin, so the highest number that was read says little: a lower one may
still be on its way. But the oldest transaction that is still at work is known (`pg_snapshot_xmin`),
and every lower one has ended and is visible to the query that comes after. A walk notes that
floor before its first page, goes through all changes by (number, pk), and the next walk begins
at the floor again. What lies above it is sent twice now and then, which harms nobody, and nobody
waits for anybody. On SQLite there is one writer at a time, and the next number is the next.

Admissions and retired codes travel with their ticket: whoever writes one touches its row.
"""

import base64
from collections import defaultdict
from datetime import datetime
from typing import Any, NamedTuple, Self

from django.core.cache import cache
from django.db import connection
from django.db.models import Max, Q
from django.utils import timezone

from events.models import Event
from ticketing.models import (
    CheckIn,
    Device,
    DoorSettings,
    Gate,
    RetiredCode,
    SigningKey,
    Ticket,
    TicketStatus,
    TicketType,
)
from ticketing.names import encrypt_name
from ticketing.queries.shell import page_version
from ticketing.services.doors import lists_of, milliseconds
from ticketing.services.keys import load_signer

STATUSES: dict[str, int] = {TicketStatus.HELD: 0, TicketStatus.VALID: 1, TicketStatus.CANCELED: 2}
VERSION_KEPT = 30  # seconds
HIGHEST = 2**63 - 1  # of a bigint
FIELDS = (
    "pk", "changed", "code", "code_hash", "label", "ticket_type_id", "status", "holder_name",
    "checked_in_at",
)  # fmt: skip


class Cursor(NamedTuple):
    """Where a device is. `floor` is 0 between two walks; `has_names` as it was chosen then."""

    has_names: bool
    changed: int = 0
    pk: int = 0
    floor: int = 0

    @classmethod
    def read(cls, text: str) -> Self | None:
        """None for what is none of ours."""
        try:
            has_names, changed, pk, floor = (int(part) for part in text.split("."))
        except ValueError:
            return None
        if not all(0 <= part <= HIGHEST for part in (changed, pk, floor)):
            return None
        return cls(bool(has_names), changed, pk, floor)

    def __str__(self) -> str:
        return f"{self.has_names:d}.{self.changed}.{self.pk}.{self.floor}"


class Page(NamedTuple):
    """`is_reset`: what the device holds is not continued by this."""

    is_reset: bool
    cursor: str
    has_more: bool
    rows: list[list[Any]]
    names: list[str] | None


def page(event: Event, *, cursor: str, limit: int, has_names: bool) -> Page:
    """The changes after `cursor`; four queries at most, whatever the event's size."""
    given = Cursor.read(cursor)
    is_reset = given is None or given.has_names != has_names
    here = Cursor(has_names) if given is None or is_reset else given
    floor = here.floor or _floor(event)
    found = _changes(event, here, limit + 1)
    has_more = len(found) > limit
    found = found[:limit]
    return Page(
        is_reset,
        str(_next(here, floor, found, has_more)),
        has_more,
        _rows(found),
        [each["holder_name"] for each in found] if has_names else None,
    )


def _next(here: Cursor, floor: int, found: list[dict[str, Any]], has_more: bool) -> Cursor:
    """Without news the cursor stays the same, and so the answer's ETag."""
    if has_more:
        return here._replace(changed=found[-1]["changed"], pk=found[-1]["pk"], floor=floor)
    return here._replace(changed=floor, pk=0, floor=0) if found or here.floor else here


def _floor(event: Event) -> int:
    """Every change with a lower number is visible from now on."""
    if connection.vendor == "postgresql":
        with connection.cursor() as db:
            db.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            return int(db.fetchone()[0])
    highest = Ticket.objects.filter(event=event).aggregate(highest=Max("changed"))["highest"]
    return (highest or 0) + 1


def _changes(event: Event, here: Cursor, limit: int) -> list[dict[str, Any]]:
    later = Q(changed__gt=here.changed) | Q(pk__gt=here.pk)
    rows = Ticket.objects.filter(later, event=event, changed__gte=here.changed)
    return list(rows.order_by("changed", "pk").values(*FIELDS)[:limit])


def _rows(found: list[dict[str, Any]]) -> list[list[Any]]:
    admissions = _admissions([each["pk"] for each in found if each["checked_in_at"]])
    retired = _retired([each["pk"] for each in found])
    return [_row(each, admissions[each["pk"]], retired[each["pk"]]) for each in found]


def _row(ticket: dict[str, Any], admissions: list[Any], retired: list[str]) -> list[Any]:
    row = [
        ticket["code_hash"],
        ticket["label"],
        ticket["ticket_type_id"],
        STATUSES[ticket["status"]],
        encrypt_name(ticket["holder_name"], code=ticket["code"]),
    ]
    if admissions or retired:
        row.append(admissions)
    if retired:
        row.append(retired)
    return row


def _admissions(pks: list[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    rows = (
        CheckIn.objects.counted().filter(ticket__in=pks).order_by("pk")
        if pks
        else CheckIn.objects.none()
    )
    for pk, list_id, at, gate in rows.values_list("ticket", "list__public_id", "at", "gate_name"):
        found[pk].append([list_id, milliseconds(at), gate])
    return found


def _retired(pks: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = RetiredCode.objects.filter(ticket__in=pks).order_by("pk")
    for pk, digest in rows.values_list("ticket", "digest"):
        found[pk].append(digest[: Ticket.HASH_LENGTH])
    return found


def door_of(device: Device, chosen: DoorSettings) -> dict[str, Any]:
    """What the device has to know beside the tickets; sent whole each time, for it is small."""
    event = device.event
    lists = lists_of(event)
    ids = {each.pk: each.public_id for each in lists}
    gates = Gate.objects.filter(event=event)
    return {
        "event": {
            "slug": event.slug,
            "title": event.title,
            "status": event.status,
            "start_ms": milliseconds(event.start_at),
            "end_ms": milliseconds(event.end_at),
            "time_zone": event.time_zone,
        },
        "keys": _keys(event),
        "types": _types(event, chosen),
        "lists": [
            {
                "id": each.public_id,
                "name": str(each),
                "types": sorted(kind.pk for kind in each.ticket_types.all()),
                "from_ms": milliseconds(each.valid_from_at),
                "until_ms": milliseconds(each.valid_until_at),
                "reentry": each.allows_reentry,
            }
            for each in lists
        ],
        "gates": [
            {
                "id": gate.public_id,
                "name": str(gate),
                "list": gate.list_id and ids.get(gate.list_id),
            }
            for gate in gates
        ],
        "device": {
            "id": device.public_id,
            "name": device.name,
            "gate": device.gate.public_id if device.gate else None,
        },
        "settings": {"names": chosen.keeps_names, "walk_ins": chosen.allows_walk_ins},
        "page_version": newest_version(),
    }


def newest_version() -> str:
    """Of the scanner's page; made from all its files, so it is kept for a while."""
    return cache.get_or_set("door-page-version", page_version, VERSION_KEPT) or ""


def _keys(event: Event) -> list[dict[str, Any]]:
    """Retired ones too: what they signed still opens the door. The first is made here if need be,
    or the phone could not read the first ticket that is sold after this."""
    rows = SigningKey.objects.filter(event=event).order_by("pk")
    if not rows:
        load_signer(event_id=event.pk)
        rows = rows.all()
    return [
        {
            "id": key.key_id,
            "public": base64.urlsafe_b64encode(bytes(key.public_key)).decode().rstrip("="),
            "retired": key.retired_at is not None,
        }
        for key in rows
    ]


def _types(event: Event, chosen: DoorSettings) -> list[dict[str, Any]]:
    now = timezone.now()
    return [
        {
            "id": kind.pk,
            "name": kind.name,
            "price_minor": kind.price_minor,
            "currency": kind.currency,
            "walk_in": chosen.allows_walk_ins and _is_sold_singly(kind, now),
        }
        for kind in TicketType.objects.filter(event=event)
    ]


def _is_sold_singly(kind: TicketType, now: datetime) -> bool:
    begun = kind.sales_start_at is None or kind.sales_start_at <= now
    over = kind.sales_end_at is not None and kind.sales_end_at <= now
    return begun and not over and kind.retired_at is None and kind.min_per_order == 1
