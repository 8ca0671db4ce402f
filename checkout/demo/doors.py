"""The door of an event with several gates: two phones, and what they did without a network."""

import uuid
from datetime import datetime, timedelta
from random import Random

from checkout.demo.stages import Stage
from ticketing.models import CheckIn, Device, Gate, Refusal, Ticket
from ticketing.services import devices, doors
from ticketing.services.offline import QueuedScan, record_scans

OFFLINE = 9  # people whom the first phone let in while it had no network
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


def set_up_doors(stage: Stage) -> None:
    """A row for each gate that the plan names, and leave to sell there."""
    gates = [name for name in stage.plan.gates if name]
    for name in gates:
        doors.save_gate(gate=Gate(event=stage.event, name=name), by=stage.by)
    if gates:
        doors.change_settings(
            event=stage.event, keeps_names=False, allows_walk_ins=True, by=stage.by
        )


def hand_in(stage: Stage) -> None:
    """The phones of the first two gates come back online: most of it counts, one ticket was let in
    by both, and one that was not paid for was refused."""
    gates = list(stage.event.gates.order_by("pk")[:2])
    if len(gates) < 2:
        return
    chance = Random(f"phones of {stage.plan.slug}")  # noqa: S311  a story, no secret
    names = ("小林的手机", "Bo's phone")
    phones = [_pair(stage, gate, name) for gate, name in zip(gates, names, strict=True)]
    waiting = Ticket.objects.valid().filter(event=stage.event, checked_in_at=None)
    first, *others = chance.sample(list(waiting.order_by("pk")), OFFLINE)
    start = min(stage.start_at, stage.now - 20 * MINUTE)
    scans = [_scan(ticket, start + chance.randrange(600) * SECOND) for ticket in [first, *others]]
    record_scans(device=phones[0], scans=scans)
    late = _scan(first, scans[0].device_at + 4 * MINUTE)
    refused = QueuedScan(
        nonce=str(uuid.uuid4()),
        device_at=start + 2 * MINUTE,
        kind="refused",
        reason="not_synced",
    )
    record_scans(device=phones[1], scans=[late, refused])
    devices.note_contact(device=phones[0], waiting=0, clock_offset_ms=850)
    devices.note_contact(device=phones[1], waiting=2, clock_offset_ms=-187_000)
    _date(stage)


def _pair(stage: Stage, gate: Gate, name: str) -> Device:
    pairing = devices.start_pairing(event=stage.event, gate=gate, device_name=name, by=stage.by)
    device, _secret = devices.pair(token=devices.token_of(pairing))
    return device


def _scan(ticket: Ticket, at: datetime) -> QueuedScan:
    return QueuedScan(nonce=str(uuid.uuid4()), device_at=at, hash=ticket.code_hash)


def _date(stage: Stage) -> None:
    """Both came back online some minutes ago."""
    at = stage.now - 5 * MINUTE
    for model in (CheckIn, Refusal):
        model.objects.filter(event=stage.event, device__isnull=False).update(received_at=at)
