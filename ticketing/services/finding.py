"""What a scan may mean: a QR code's text, a ticket's label, an order's reference."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import F, FilteredRelation, Q, QuerySet

from core.ids import REFERENCE_LENGTH
from events.models import Event
from ticketing import errors, qr
from ticketing.models import CheckIn, CheckInKind, RetiredCode, Ticket, TicketStatus
from ticketing.services.doors import milliseconds
from ticketing.verdicts import Admission

# What references never hold, read as the character of `core.ids.READABLE` it most resembles
LOOK_ALIKES = str.maketrans("0O1IL2Z5S8BUV", "QQ777776633WY")


class Standing(NamedTuple):
    """A counted admission, and on which list, as the rule knows it."""

    check_in: CheckIn
    known: Admission


@dataclass(frozen=True)
class Found:
    """What the server knows about one scan; the words are those of `verdicts.Facts`."""

    ticket: Ticket | None = None
    admissions: list[Standing] = field(default_factory=list)
    is_replaced: bool = False
    signature: str = ""
    type: int | None = None
    other_event: str = ""
    choices: list[Ticket] = field(default_factory=list)

    def standing(self, list_id: str | None) -> CheckIn:
        """The admission that the rule told of."""
        here = [each for each in self.admissions if each.known.list == list_id]
        return min(here, key=lambda each: each.known.at_ms).check_in


def find(event: Event, text: str) -> Found:
    return _scanned(event, text) if text.startswith(qr.PREFIX) else _typed(event, text)


def with_admissions(tickets: QuerySet[Ticket]) -> QuerySet[Any]:
    """The tickets with their counted admissions in the same query: a row for each of them."""
    counted = Q(check_ins__undone_at=None, check_ins__kind=CheckInKind.COUNTED)
    return (
        tickets.select_related("ticket_type")
        .annotate(
            counted=FilteredRelation("check_ins", condition=counted),
            in_pk=F("counted__pk"),
            in_at=F("counted__at"),
            in_gate=F("counted__gate_name"),
            in_nonce=F("counted__nonce"),
            in_list=F("counted__list__public_id"),
        )
        .order_by("pk", "in_at")
    )


def _admissions(rows: Iterable[Any]) -> list[Standing]:
    found = []
    for row in rows:
        if row.in_pk:
            made = CheckIn(
                pk=row.in_pk,
                ticket=row,
                event_id=row.event_id,
                at=row.in_at,
                gate_name=row.in_gate,
                nonce=row.in_nonce,
            )
            at_ms = milliseconds(row.in_at) or 0
            found.append(Standing(made, Admission(row.in_list, at_ms, row.in_gate)))
    return found


def _scanned(event: Event, text: str) -> Found:
    try:
        token = qr.read_token(text)
    except errors.UnknownTicket:
        return Found(signature="bad")
    if token.event_id != event.pk:
        title = Event.objects.get(pk=token.event_id).title
        return Found(signature="other_event", other_event=title)
    known: dict[str, Any] = {"signature": "good", "type": token.ticket_type_id}
    rows = list(with_admissions(Ticket.objects.filter(event=event, code=token.code)))
    if rows:
        return Found(rows[0], _admissions(rows), **known)
    digest = RetiredCode.digest_of(token.code)
    retired = RetiredCode.objects.filter(ticket__event=event, digest=digest)
    if found := retired.select_related("ticket__ticket_type").first():
        return Found(found.ticket, is_replaced=True, **known)
    return Found(**known)


def readings(text: str) -> list[tuple[str, str]]:
    """(reference, number) as typed and as probably meant; the number is empty without one."""
    typed = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper())
    reference, number = typed[:REFERENCE_LENGTH], typed[REFERENCE_LENGTH:]
    return [(reference, number), (reference.translate(LOOK_ALIKES), number)]


def _typed(event: Event, text: str) -> Found:
    read = readings(text)
    if read[0][1]:
        meant = Q(label__in=[f"{reference}-{number}" for reference, number in read])
    else:
        meant = Q(order_line__order__reference__in=[reference for reference, _ in read])
    rows = list(with_admissions(Ticket.objects.filter(meant)).select_related("event"))
    tickets = {row.pk: row for row in rows}
    here = [ticket for ticket in tickets.values() if ticket.event_id == event.pk]
    if not here:
        title = rows[0].event.title if rows else ""
        return Found(signature="other_event" if rows else "", other_event=title)
    standing = [ticket for ticket in here if ticket.status != TicketStatus.CANCELED] or here
    if len(standing) > 1:
        return Found(choices=standing)
    [ticket] = standing
    return Found(ticket, _admissions(row for row in rows if row.pk == ticket.pk))
