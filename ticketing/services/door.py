"""The one way through the door, for the page, the API and whatever scans later."""

import re
import unicodedata
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils import formats, timezone
from django.utils.translation import pgettext

from accounts.models import User
from core.ids import REFERENCE_LENGTH
from events.models import Event
from ticketing import errors, qr
from ticketing.models import CheckIn, RetiredCode, Ticket, TicketStatus

# What references never hold, read as the character of `core.ids.READABLE` it most resembles
LOOK_ALIKES = str.maketrans("0O1IL2Z5S8BUV", "QQ777776633WY")


def check_in(*, event: Event, code: str, by: User, nonce: str, gate: str = "") -> CheckIn:
    """Admit the ticket that `code` names: a QR code's text, a label, or the order's reference.

    `nonce` is the scanner's name for this scan: sent again, it answers with the same CheckIn.
    Of two scans at once one admits, for the write itself is the check. Raises TicketRefused.
    """
    if not event.is_published:
        raise errors.EventIsCanceled if event.is_canceled else errors.EventNotOpen
    ticket = _find(event, code.strip())
    _refuse_unless_valid(ticket, event)
    try:
        made = _admit(ticket, by=by, nonce=nonce, gate=gate.strip())
    except IntegrityError:
        return _known_scan(ticket, nonce)
    return made or _standing(ticket, event, nonce)


@transaction.atomic
def undo_check_in(*, check_in: CheckIn, by: User) -> CheckIn:
    """Take an admission back, so that the ticket admits again. Safe to repeat."""
    Ticket.objects.select_for_update().get(pk=check_in.ticket_id)
    standing = CheckIn.objects.filter(pk=check_in.pk, undone_at=None)
    if standing.update(undone_at=timezone.now(), undone_by=by):
        Ticket.objects.filter(pk=check_in.ticket_id).update(checked_in_at=None)
    check_in.refresh_from_db(fields=["undone_at", "undone_by"])
    return check_in


def _find(event: Event, text: str) -> Ticket:
    return _scanned(event, text) if text.startswith(qr.PREFIX) else _typed(event, text)


def _scanned(event: Event, text: str) -> Ticket:
    token = qr.read_token(text)
    if token.event_id != event.pk:
        raise errors.OtherEvent(event=Event.objects.get(pk=token.event_id).title)
    ticket = (
        Ticket.objects.select_related("ticket_type").filter(event=event, code=token.code).first()
    )
    if ticket:
        return ticket
    retired = RetiredCode.objects.filter(
        ticket__event=event, digest=RetiredCode.digest_of(token.code)
    )
    if found := retired.select_related("ticket__ticket_type").first():
        raise errors.TicketReplaced(ticket=found.ticket)
    raise errors.UnknownTicket


def _readings(text: str) -> list[tuple[str, str]]:
    """(reference, number) as typed and as probably meant; the number is empty without one."""
    typed = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper())
    reference, number = typed[:REFERENCE_LENGTH], typed[REFERENCE_LENGTH:]
    return [(reference, number), (reference.translate(LOOK_ALIKES), number)]


def _typed(event: Event, text: str) -> Ticket:
    readings = _readings(text)
    tickets = Ticket.objects.select_related("ticket_type", "event")
    if readings[0][1]:
        named = tickets.filter(
            label__in=[f"{reference}-{number}" for reference, number in readings]
        )
    else:
        named = tickets.filter(
            order_line__order__reference__in=[reference for reference, _ in readings]
        )
    found = list(named)
    here = [ticket for ticket in found if ticket.event_id == event.pk]
    if not here:
        raise errors.OtherEvent(event=found[0].event.title) if found else errors.UnknownTicket
    standing = [ticket for ticket in here if ticket.status != TicketStatus.CANCELED] or here
    if len(standing) > 1:
        raise errors.TicketAmbiguous(tickets=standing)
    return standing[0]


def _refuse_unless_valid(ticket: Ticket, event: Event) -> None:
    if ticket.status == TicketStatus.HELD:
        raise errors.TicketUnpaid(ticket=ticket)
    if ticket.status == TicketStatus.CANCELED:
        raise errors.TicketCanceled(ticket=ticket)


@transaction.atomic
def _admit(ticket: Ticket, *, by: User, nonce: str, gate: str) -> CheckIn | None:
    """None when the ticket is in already, or no longer what was read. IntegrityError when the
    nonce was used before."""
    now = timezone.now()
    waiting = Ticket.objects.valid().filter(pk=ticket.pk, code=ticket.code, checked_in_at=None)
    if not waiting.update(checked_in_at=now):
        return None
    ticket.checked_in_at = now
    return CheckIn.objects.create(
        ticket=ticket, event_id=ticket.event_id, by=by, nonce=nonce, gate=gate, at=now
    )


def _known_scan(ticket: Ticket, nonce: str) -> CheckIn:
    """The same scan, come again after it was undone."""
    known = CheckIn.objects.filter(ticket=ticket, nonce=nonce).first()
    if not known:
        raise errors.ScanAgain(ticket=ticket)
    return known


def _standing(ticket: Ticket, event: Event, nonce: str) -> CheckIn:
    standing = CheckIn.objects.filter(ticket=ticket, undone_at=None).first()
    if not standing:
        raise errors.ScanAgain(ticket=ticket)
    if standing.nonce == nonce:
        return standing
    since = _since(standing.at, event.time_zone)
    raise errors.AlreadyCheckedIn(check_in=standing, ticket=ticket, since=since)


def _since(moment: datetime, zone: str) -> str:
    """`19:02`, with the date before it on any other day."""
    local, today = moment.astimezone(ZoneInfo(zone)), timezone.localdate(timezone=ZoneInfo(zone))
    text = formats.date_format(local, pgettext("time format", "H:i"))
    if local.date() == today:
        return text
    return f"{formats.date_format(local, pgettext('date format', 'D, j M Y'))} {text}"
