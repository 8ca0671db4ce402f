"""The one way through the door, for the helper's page, the API and a device with a network.

What a device decided without one is recorded by `offline.py`. Each scan leaves one row: a CheckIn,
or a Refusal.
"""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Min
from django.db.models.functions import Coalesce
from django.utils import formats, timezone
from django.utils.translation import pgettext

from accounts.models import User
from events.models import Event
from ticketing import errors
from ticketing.models import (
    CheckIn,
    CheckInKind,
    CheckInList,
    Device,
    Refusal,
    Ticket,
)
from ticketing.services import doors, finding, tally
from ticketing.services.doors import PlannedGate, PlannedList
from ticketing.services.finding import Found
from ticketing.verdicts import Facts, KnownTicket, Verdict, decide


@dataclass(frozen=True)
class Scan:
    """Who scanned, where and when. `device_at` is the device's own time, not corrected."""

    event: Event
    nonce: str
    by: User | None = None
    device: Device | None = None
    gate: PlannedGate = doors.NOWHERE
    device_at: datetime | None = None
    clock_offset_ms: int = 0
    at: datetime = field(default_factory=timezone.now)

    def row(self) -> dict[str, object]:
        """What a CheckIn and a Refusal have in common."""
        return {
            "event_id": self.event.pk,
            "nonce": self.nonce,
            "by": self.by,
            "device": self.device,
            "gate_id": self.gate.pk,
            "gate_name": self.gate.name,
            "device_at": self.device_at,
            "clock_offset_ms": self.clock_offset_ms,
            "at": self.at,
        }


def check_in(
    *,
    event: Event,
    code: str,
    nonce: str,
    by: User | None = None,
    gate: str = "",
    device: Device | None = None,
    device_at: datetime | None = None,
    clock_offset_ms: int = 0,
) -> CheckIn:
    """Admit the ticket that `code` names: a QR code's text, a label, or the order's reference.

    `nonce` is the scanner's name for this scan: sent again, it answers with the same CheckIn.
    Of two scans at once one admits, for the write itself is the check. A device stands at its
    own gate, a helper at the one that they name. Raises TicketRefused, and logs that.
    """
    plan = doors.plan_of(event)
    at_gate = plan.gate(device.gate_id) if device else plan.gate_called(gate.strip())
    scan = Scan(event, nonce, by, device, at_gate, device_at, clock_offset_ms)
    found = finding.find(event, code.strip()) if event.is_published else Found()
    lists = plan.candidates(at_gate)
    verdict = decide(_facts(scan, found, lists))
    if verdict.kind != "in" or found.ticket is None:
        return _refuse(scan, found, verdict)
    chosen = next(each for each in lists if each.known.id == verdict.list)
    try:
        made = _admit(found.ticket, scan=scan, chosen=chosen, is_first=not verdict.is_reentry)
    except IntegrityError:
        return _known_scan(found.ticket, scan, chosen)
    if made is None:
        raise errors.ScanAgain(ticket=found.ticket)
    return made


def _facts(scan: Scan, found: Found, lists: list[PlannedList]) -> Facts:
    ticket, known = found.ticket, None
    if ticket:
        known = KnownTicket(ticket.status, ticket.ticket_type_id, found.is_replaced)
    return Facts(
        event=scan.event.status,
        now_ms=doors.milliseconds(scan.at) or 0,
        lists=[each.known for each in lists],
        ticket=known,
        admissions=[each.known for each in found.admissions],
        signature=found.signature,
        type=found.type,
        matches=max(1, len(found.choices)),
        is_complete=True,
    )


@transaction.atomic
def _admit(
    ticket: Ticket, *, scan: Scan, chosen: PlannedList, is_first: bool = True
) -> CheckIn | None:
    """None when the ticket is no longer what was read. IntegrityError when the nonce was used
    before, or somebody else came in with it on this list: the constraint is the last word."""
    waiting = Ticket.objects.valid().filter(pk=ticket.pk, code=ticket.code)
    if not waiting.update(checked_in_at=Coalesce("checked_in_at", scan.at)):
        return None
    ticket.checked_in_at = ticket.checked_in_at or scan.at
    kind = CheckInKind.COUNTED if is_first else CheckInKind.REENTRY
    on_list = CheckInList(pk=chosen.pk, public_id=chosen.known.id, name=chosen.name)
    return CheckIn.objects.create(
        ticket=ticket, list=on_list, kind=kind, received_at=scan.at, **scan.row()
    )


def _known_scan(ticket: Ticket, scan: Scan, chosen: PlannedList) -> CheckIn:
    """The same scan, come again; or another one of this ticket that was quicker."""
    if known := CheckIn.objects.filter(nonce=scan.nonce).select_related("ticket").first():
        if known.ticket_id != ticket.pk:
            raise errors.ScanAgain(ticket=ticket)
        return known
    standing = CheckIn.objects.counted().filter(ticket=ticket, list_id=chosen.pk).first()
    if not standing:
        raise errors.ScanAgain(ticket=ticket)
    if chosen.known.reentry:
        return _admit(ticket, scan=scan, chosen=chosen, is_first=False) or standing
    refusal = already_in(standing, ticket, scan.event)
    _log(scan, ticket, refusal.code)
    raise refusal


def _refuse(scan: Scan, found: Found, verdict: Verdict) -> CheckIn:
    """Raises, unless the scan is one that admitted when it first came."""
    ticket = found.ticket
    if known := ticket and ticket.check_ins.filter(nonce=scan.nonce).first():
        return known
    refusal = _refusal(scan, found, verdict)
    if verdict.kind != "choose":
        _log(scan, ticket, refusal.code)
    raise refusal


def _log(scan: Scan, ticket: Ticket | None, reason: str) -> None:
    """A scan that comes again is refused anew, and counted once."""
    row = Refusal(ticket=ticket, reason=reason, received_at=scan.at, **scan.row())
    Refusal.objects.bulk_create([row], ignore_conflicts=True)


SIMPLE: dict[str, type[errors.TicketRefused]] = {
    each.code: each
    for each in (
        errors.UnknownTicket,
        errors.TicketReplaced,
        errors.TicketUnpaid,
        errors.TicketCanceled,
        errors.NotOnList,
        errors.TooLate,
    )
}


def _refusal(scan: Scan, found: Found, verdict: Verdict) -> errors.TicketRefused:
    """The verdict as a sentence."""
    match verdict.reason:
        case "event_not_open":
            return errors.EventIsCanceled() if scan.event.is_canceled else errors.EventNotOpen()
        case "other_event":
            return errors.OtherEvent(event=found.other_event)
        case "ticket_ambiguous":
            return errors.TicketAmbiguous(tickets=found.choices)
        case "too_early":
            opens = datetime.fromtimestamp((verdict.opens_ms or 0) / 1000, ZoneInfo("UTC"))
            return errors.TooEarly(
                ticket=found.ticket, opens=time_of_day(opens, scan.event.time_zone)
            )
        case "already_checked_in" if found.ticket:
            return already_in(found.standing(verdict.list), found.ticket, scan.event)
    return SIMPLE[verdict.reason](ticket=found.ticket)


def already_in(standing: CheckIn, ticket: Ticket, event: Event) -> errors.AlreadyCheckedIn:
    since = time_of_day(standing.at, event.time_zone)
    return errors.AlreadyCheckedIn(check_in=standing, ticket=ticket, since=since)


def time_of_day(moment: datetime, zone: str) -> str:
    """`19:02`, with the date before it on any other day."""
    local, today = moment.astimezone(ZoneInfo(zone)), timezone.localdate(timezone=ZoneInfo(zone))
    text = formats.date_format(local, pgettext("time format", "H:i"))
    if local.date() == today:
        return text
    return f"{formats.date_format(local, pgettext('date format', 'D, j M Y'))} {text}"


@transaction.atomic
def undo_check_in(
    *, check_in: CheckIn, by: User | None = None, at: datetime | None = None
) -> CheckIn:
    """Take an admission back, so that the ticket admits again. Safe to repeat.

    If another stood beside it as a conflict or a re-entry, the oldest of these counts from now on:
    that person is in.
    """
    Ticket.objects.select_for_update().get(pk=check_in.ticket_id)
    standing = CheckIn.objects.standing().filter(pk=check_in.pk)
    kind = standing.values_list("kind", flat=True).first()
    if standing.update(undone_at=at or timezone.now(), undone_by=by):
        if kind == CheckInKind.COUNTED:
            tally.take_back(check_in)
            _promote(check_in)
        note_first_admission(check_in.ticket_id)
    check_in.refresh_from_db(fields=["undone_at", "undone_by"])
    return check_in


def _promote(undone: CheckIn) -> None:
    others = CheckIn.objects.standing().filter(ticket=undone.ticket_id, list=undone.list_id)
    if next_one := others.order_by("at", "pk").first():
        CheckIn.objects.filter(pk=next_one.pk).update(kind=CheckInKind.COUNTED)
        tally.add(next_one)


def note_first_admission(ticket_id: int) -> None:
    """Put `checked_in_at` right, and let devices hear of the ticket. Call it under its lock."""
    counted = CheckIn.objects.counted().filter(ticket=ticket_id)
    first = counted.aggregate(at=Min("at"))["at"]
    Ticket.objects.filter(pk=ticket_id).update(checked_in_at=first)
