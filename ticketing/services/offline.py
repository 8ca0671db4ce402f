"""What devices decided without a network, as they hand it in.

Nothing that walked in is refused afterwards: it is recorded, and marked. Whoever was recorded
first on a list that admits once counts; any other admission of that ticket there is a conflict,
whatever its time, since by now nobody can tell who held the ticket rightly.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from ticketing.models import (
    CheckIn,
    CheckInKind,
    Device,
    Refusal,
    RetiredCode,
    Ticket,
    TicketStatus,
)
from ticketing.services import door, doors
from ticketing.services.doors import Plan, PlannedList

REMARKS = {TicketStatus.HELD: "ticket_unpaid", TicketStatus.CANCELED: "ticket_canceled"}
UNKNOWN = "unknown_ticket"


class Outcome(StrEnum):
    """What became of a scan that was handed in. All are final: the device may forget it."""

    COUNTED = "counted"
    REENTRY = "reentry"
    CONFLICT = "conflict"
    LOGGED = "logged"
    KNOWN = "known"
    UNDONE = "undone"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class QueuedScan:
    """One scan as the device kept it. `hash` is of the code that was shown, as
    `Ticket.code_hash`; what was typed has a `label`. `is_undo` names an earlier scan."""

    nonce: str
    device_at: datetime
    clock_offset_ms: int = 0
    kind: str = "in"
    reason: str = ""
    hash: str = ""
    label: str = ""
    list: str = ""
    gate: str = ""
    undone_at: datetime | None = None
    is_undo: bool = False


@dataclass(frozen=True)
class Result:
    nonce: str
    outcome: Outcome
    remark: str = ""


@dataclass(frozen=True)
class Known:
    """What the server knows of a whole batch: a few queries, however many scans."""

    nonces: set[str]
    by_label: dict[str, Ticket]
    by_hash: dict[str, Ticket]
    by_old_hash: dict[str, Ticket]
    gates: dict[str, Any]

    def ticket(self, scan: QueuedScan) -> Ticket | None:
        return (
            self.by_hash.get(scan.hash)
            or self.by_old_hash.get(scan.hash)
            or self.by_label.get(scan.label)
        )

    def remark(self, scan: QueuedScan, ticket: Ticket) -> str:
        if scan.hash and scan.hash != ticket.code_hash:
            return "ticket_replaced"
        return REMARKS.get(TicketStatus(ticket.status), "")


def record_scans(*, device: Device, scans: Sequence[QueuedScan]) -> list[Result]:
    """Record each in a transaction of its own, in their order, and say what became of it.

    Safe to repeat as a whole or in parts: a nonce is recorded once.
    """
    plan = doors.plan_of(device.event)
    known = _look_up(device, scans)
    results = []
    for scan in scans:
        results.append(_record(device, scan, known, plan))
        known.nonces.add(scan.nonce)
    return results


def _look_up(device: Device, scans: Iterable[QueuedScan]) -> Known:
    labels, hashes = {scan.label for scan in scans}, {scan.hash for scan in scans}
    here = Ticket.objects.filter(event=device.event_id)
    found = list(here.filter(Q(label__in=labels - {""}) | Q(code_hash__in=hashes - {""})))
    by_hash = {ticket.code_hash: ticket for ticket in found}
    gates = device.event.gates.all()
    return Known(
        _known_nonces(device, [scan.nonce for scan in scans if not scan.is_undo]),
        {ticket.label: ticket for ticket in found},
        by_hash,
        _replaced(device, hashes - set(by_hash) - {""}),
        {gate.public_id: doors.PlannedGate(gate.pk, gate.name, gate.list_id) for gate in gates},
    )


def _known_nonces(device: Device, nonces: list[str]) -> set[str]:
    rows = CheckIn.objects.filter(event=device.event_id, nonce__in=nonces)
    lost = Refusal.objects.filter(event=device.event_id, nonce__in=nonces, walked_in=True)
    return {*rows.values_list("nonce", flat=True), *lost.values_list("nonce", flat=True)}


def _replaced(device: Device, hashes: set[str]) -> dict[str, Ticket]:
    """By the hash of a code that a reissue replaced."""
    if not hashes:
        return {}
    meant = Q()
    for each in hashes:
        meant |= Q(digest__startswith=each)
    rows = RetiredCode.objects.filter(meant, ticket__event=device.event_id)
    return {row.digest[: Ticket.HASH_LENGTH]: row.ticket for row in rows.select_related("ticket")}


def _record(device: Device, queued: QueuedScan, known: Known, plan: Plan) -> Result:
    if queued.is_undo:
        return _undo(device, queued)
    if queued.nonce in known.nonces:
        return _known(device, queued)
    scan = _scan(device, queued, known, plan)
    ticket = known.ticket(queued)
    if queued.kind == "in" and ticket:
        return _admit(scan, queued, ticket, known.remark(queued, ticket), _list(plan, queued, scan))
    if queued.kind == "in":
        return _lost(scan)
    row = Refusal(ticket=ticket, reason=queued.reason, **scan.row())
    Refusal.objects.bulk_create([row], ignore_conflicts=True)
    return Result(queued.nonce, Outcome.LOGGED)


def _lost(scan: door.Scan) -> Result:
    """Somebody walked in whose ticket nobody knows. The same scan may have been refused before,
    with an answer that never reached the device."""
    fields = scan.row() | {"reason": UNKNOWN, "walked_in": True}
    Refusal.objects.update_or_create(nonce=scan.nonce, defaults=fields)
    return Result(scan.nonce, Outcome.UNKNOWN)


def _known(device: Device, queued: QueuedScan) -> Result:
    """A scan that came before: only that it was undone since may be news."""
    if queued.undone_at:
        return _undo(device, queued)
    return Result(queued.nonce, Outcome.KNOWN)


def _scan(device: Device, queued: QueuedScan, known: Known, plan: Plan) -> door.Scan:
    """With the time by our clock; a device whose clock ran wild lets nobody in tomorrow."""
    at = queued.device_at - timedelta(milliseconds=queued.clock_offset_ms)
    return door.Scan(
        device.event,
        queued.nonce,
        device=device,
        gate=known.gates.get(queued.gate) or plan.gate(device.gate_id),
        device_at=queued.device_at,
        clock_offset_ms=queued.clock_offset_ms,
        at=min(at, timezone.now()),
    )


def _list(plan: Plan, queued: QueuedScan, scan: door.Scan) -> PlannedList:
    """The list that the device named; one that was deleted meanwhile had nobody on it."""
    return plan.list_with(queued.list) or plan.candidates(scan.gate)[0]


@transaction.atomic
def _admit(
    scan: door.Scan, queued: QueuedScan, ticket: Ticket, remark: str, chosen: PlannedList
) -> Result:
    """The ticket's row is locked first, as for every admission: so looking before writing is safe
    here, and the constraint stands behind it."""
    rows = Ticket.objects.filter(pk=ticket.pk)
    rows.update(checked_in_at=Coalesce("checked_in_at", scan.at))
    if CheckIn.objects.filter(nonce=queued.nonce).exists():  # the same batch, sent twice at once
        return Result(queued.nonce, Outcome.KNOWN)
    kind = _kind(ticket, chosen)
    CheckIn.objects.create(
        ticket=ticket,
        list_id=chosen.pk,
        kind=kind,
        is_offline=True,
        remark=remark,
        undone_at=queued.undone_at,
        **scan.row(),
    )
    if queued.undone_at:
        door.note_first_admission(ticket.pk)
        return Result(queued.nonce, Outcome.UNDONE, remark)
    return Result(queued.nonce, Outcome(kind.value), remark)


def _kind(ticket: Ticket, chosen: PlannedList) -> CheckInKind:
    counted = CheckIn.objects.counted().filter(ticket=ticket, list_id=chosen.pk)
    if not counted.exists():
        return CheckInKind.COUNTED
    return CheckInKind.REENTRY if chosen.known.reentry else CheckInKind.CONFLICT


def _undo(device: Device, queued: QueuedScan) -> Result:
    """Only what this device admitted itself."""
    made = CheckIn.objects.filter(event=device.event_id, device=device, nonce=queued.nonce).first()
    if made is None:
        return Result(queued.nonce, Outcome.UNKNOWN)
    door.undo_check_in(check_in=made)
    return Result(queued.nonce, Outcome.UNDONE)
