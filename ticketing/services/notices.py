"""Who is told what about an event, and that nobody is told twice.

A notice is claimed first and sent after: two workers never send the same one. A worker that
dies in between leaves a claim without `sent_at`; once the claim is older than LEASE the next
run takes it over. So a crash costs delay. Only a crash in the instant between the mail
server's yes and our note of it makes a second mail, and that is the better mistake: a person
who hears twice that an event is canceled is better off than one who never hears.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from core.reminders import A_DAY_BEFORE, AN_HOUR_BEFORE
from events.models import Event, EventStatus, LogEntry
from orders.models import Order, OrderStatus
from ticketing.models import Notice, NoticeKind, Ticket, TicketStatus

LEASE = timedelta(minutes=15)
# An organizer rarely changes one thing alone: wait until the pen has rested
QUIET = timedelta(minutes=10)


REMINDERS = {NoticeKind.DAY_BEFORE: A_DAY_BEFORE, NoticeKind.HOUR_BEFORE: AN_HOUR_BEFORE}


class Owed(NamedTuple):
    """Orders whose people still have to hear of `event`."""

    kind: NoticeKind
    event: Event
    orders: QuerySet[Order]


def owed(at: datetime) -> Iterator[Owed]:
    """What is owed now, the most urgent first. Some queries an event, none an order."""
    yield from _cancellations(at)
    yield from _changes(at)
    for kind in (NoticeKind.HOUR_BEFORE, NoticeKind.DAY_BEFORE):
        yield from _reminders(kind, at)


def _events(at: datetime) -> QuerySet[Event]:
    return (
        Event.objects.filter(end_at__gt=at).select_related("chapter", "venue").order_by("start_at")
    )


def _unclaimed(event: Event, kind: NoticeKind, at: datetime, done: Q) -> QuerySet[Order]:
    """Paid orders of `event` without a notice that is `done` or just being sent."""
    in_hand = Q(sent_at=None, claimed_at__gt=at - LEASE)
    told = Notice.objects.filter(done | in_hand, order=OuterRef("pk"), event=event, kind=kind)
    return Order.objects.filter(~Exists(told), status=OrderStatus.PAID).select_related("chapter")


def _with_valid_ticket(event: Event) -> Exists:
    return Exists(Ticket.objects.valid().filter(order_line__order=OuterRef("pk"), event=event))


def _cancellations(at: datetime) -> Iterator[Owed]:
    for event in _events(at).filter(status=EventStatus.CANCELED):
        tickets = Ticket.objects.filter(order_line__order=OuterRef("pk"), event=event)
        had_one = tickets.exclude(status=TicketStatus.CANCELED, canceled_at__lt=event.canceled_at)
        done = Q(sent_at__isnull=False)
        orders = _unclaimed(event, NoticeKind.CANCELED, at, done).filter(Exists(had_one))
        yield Owed(NoticeKind.CANCELED, event, orders)


def _changes(at: datetime) -> Iterator[Owed]:
    """Those whom a confirmation or an earlier notice told an older state than the event's now."""
    writing = LogEntry.objects.filter(
        event=OuterRef("pk"), action__startswith="event_", at__gt=at - QUIET
    )
    changed = _events(at).filter(~Exists(writing), status=EventStatus.PUBLISHED, sequence__gt=0)
    for event in changed:
        done = Q(sent_at__isnull=False, sequence__gte=event.sequence)
        orders = _unclaimed(event, NoticeKind.CHANGED, at, done).filter(
            _with_valid_ticket(event), confirmation_sent_at__isnull=False
        )
        yield Owed(NoticeKind.CHANGED, event, orders)


def _reminders(kind: NoticeKind, at: datetime) -> Iterator[Owed]:
    rule = REMINDERS[kind]
    soon = _events(at).filter(
        status=EventStatus.PUBLISHED, start_at__gt=at + rule.stale, start_at__lte=at + rule.ahead
    )
    for event in soon:
        due_at = event.start_at - rule.ahead
        done = Q(sent_at__gt=due_at - rule.slack)
        orders = _unclaimed(event, kind, at, done).filter(
            _with_valid_ticket(event), paid_at__lte=due_at - rule.fresh
        )
        yield Owed(kind, event, orders)


@transaction.atomic
def claim(*, order: Order, event: Event, kind: NoticeKind, at: datetime) -> Notice | None:
    """The right to send one notice, or None when somebody else has it or it was sent."""
    notice, is_new = Notice.objects.get_or_create(
        order=order, event=event, kind=kind, sequence=event.sequence, defaults={"claimed_at": at}
    )
    if is_new:
        return notice
    stale = Notice.objects.filter(pk=notice.pk, sent_at=None, claimed_at__lte=at - LEASE)
    return notice if stale.update(claimed_at=at) else None


@transaction.atomic
def mark_sent(*, notice: Notice) -> None:
    notice.sent_at = timezone.now()
    notice.save(update_fields=["sent_at"])


@transaction.atomic
def give_up(*, notice: Notice) -> None:
    """It could not be sent now; the next run may try."""
    Notice.objects.filter(pk=notice.pk, sent_at=None).update(claimed_at=F("claimed_at") - LEASE)


@transaction.atomic
def record_told(*, order: Order, event: Event) -> None:
    """A confirmation just told these people how `event` stands, as it was read to write it.

    An event that never changed needs no row: only a later `sequence` makes a notice owed.
    """
    if event.sequence:
        Notice.objects.update_or_create(
            order=order,
            event=event,
            kind=NoticeKind.CHANGED,
            sequence=event.sequence,
            defaults={"sent_at": timezone.now()},
        )
