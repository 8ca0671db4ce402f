"""What an organizer does with one ticket. Safe to repeat; all of it is logged.

Lock order: Order, then quotas by pk, then the ticket, then its pass.
"""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.effects import after_commit
from core.ids import secret_code
from events.services import log
from orders.models import Order
from ticketing import errors, tasks
from ticketing.models import RetiredCode, Ticket, TicketStatus
from ticketing.services import passes, stock


def _lock_order(ticket: Ticket) -> None:
    lines = Order.objects.filter(lines__tickets=ticket.pk)
    list(Order.objects.select_for_update().filter(pk__in=lines.values("pk")).values_list("pk"))


def _lock_ticket(ticket: Ticket) -> Ticket:
    rows = Ticket.objects.select_for_update(of=("self",)).select_related("event", "ticket_type")
    return rows.get(pk=ticket.pk)


@transaction.atomic
def reissue_ticket(*, ticket: Ticket, by: User | None, revision: int | None = None) -> Ticket:
    """Give the ticket a new code and mail it; the old one is refused at the door from now on.

    `revision` is how often the ticket had been reissued when the person looked at it: a form
    sent twice reissues once. Raises TicketClosed.
    """
    _lock_order(ticket)
    ticket = _lock_ticket(ticket)
    if ticket.status == TicketStatus.CANCELED:
        raise errors.TicketClosed
    if revision is not None and ticket.retired_codes.count() != revision:
        return ticket
    RetiredCode.objects.create(ticket=ticket, digest=RetiredCode.digest_of(ticket.code))
    ticket.code = secret_code()
    ticket.save(update_fields=["code"])
    log.record(event=ticket.event, by=by, action="ticket_reissued", target=ticket.label)
    if ticket.status == TicketStatus.VALID:
        after_commit(tasks.send_reissued.delay, ticket.pk)
    return ticket


@transaction.atomic
def cancel_ticket(*, ticket: Ticket, by: User | None, reason: str = "") -> Ticket:
    """End a paid ticket; its place is free at once, and its buyer is told, with `reason`. A pass
    that it was had for gets its use back, if the event has not started.

    Moves no money. Raises TicketAdmitted, TicketNotPaid (a held one falls with its order),
    StockMoved.
    """
    _lock_order(ticket)
    status = Ticket.objects.values_list("status", flat=True).get(pk=ticket.pk)
    if status == TicketStatus.HELD:
        raise errors.TicketNotPaid
    if status == TicketStatus.VALID:
        stock.give_back({ticket.ticket_type_id: 1})  # before the ticket: quotas come first
    ticket = _lock_ticket(ticket)
    if status == TicketStatus.CANCELED:
        return ticket
    if ticket.checked_in_at:
        raise errors.TicketAdmitted  # and the place given back above is taken again
    ticket.status, ticket.canceled_at = TicketStatus.CANCELED, timezone.now()
    ticket.save(update_fields=["status", "canceled_at"])
    passes.give_back_in_time([ticket.pk], ticket.canceled_at)
    changes = {"reason": ["", reason]} if reason else {}
    log.record(
        event=ticket.event, by=by, action="ticket_canceled", target=ticket.label, changes=changes
    )
    after_commit(tasks.send_canceled.delay, ticket.pk, reason)
    return ticket


@transaction.atomic
def rename_holder(*, ticket: Ticket, by: User | None, name: str) -> Ticket:
    """Put another name on a ticket. The log says that, not the names. Raises TicketClosed."""
    _lock_order(ticket)
    ticket = _lock_ticket(ticket)
    if ticket.status == TicketStatus.CANCELED:
        raise errors.TicketClosed
    if ticket.holder_name != name:
        ticket.holder_name = name
        ticket.save(update_fields=["holder_name"])
        log.record(event=ticket.event, by=by, action="ticket_renamed", target=ticket.label)
    return ticket
