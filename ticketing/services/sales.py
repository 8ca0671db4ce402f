"""Tickets as a seller: what checkout asks of everyone who sells.

quote → reserve (take places, write held rows) → activate | release; retake revives what was
released. All but `quote` run inside checkout's transaction, after it locked the Order.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from events.models import AttendanceMode, Event, EventStatus
from events.services import log
from orders.models import LineTerms, Order, OrderLine, SaleKind
from ticketing import errors
from ticketing.models import FreePass, Ticket, TicketStatus, TicketType
from ticketing.services import passes, stock

KIND = "ticket"
REFUNDABLE_AFTER = timedelta(days=7)  # the event's end: so long somebody may still ask for money


class Selection(NamedTuple):
    """One ticket that somebody wants: the type's public_id and who will come."""

    ticket_type: str
    holder_name: str


class QuotedLine(NamedTuple):
    """Tickets of one type; with a pass it is one, for nothing."""

    ticket_type: TicketType
    holders: list[str]
    free_pass: FreePass | None = None

    @property
    def unit_price_minor(self) -> int:
        return 0 if self.free_pass else self.ticket_type.price_minor

    @property
    def total_minor(self) -> int:
        return self.unit_price_minor * len(self.holders)


@dataclass(frozen=True)
class Quote:
    """What a selection costs at this moment; `reserve` takes it."""

    event: Event
    lines: list[QuotedLine]
    currency: str

    @property
    def total_minor(self) -> int:
        return sum(line.total_minor for line in self.lines)

    def reserve(self, order: Order) -> None:
        reserve(order, self)


@dataclass(frozen=True)
class Wish:
    """Tickets of one event that a buyer asks checkout for. `unlocked` names a hidden type.

    `free_pass` is one of the buyer's own: who may use it, the caller asks.
    """

    event: Event
    selections: Sequence[Selection]
    unlocked: str = ""
    free_pass: FreePass | None = None

    @property
    def chapter_id(self) -> int:
        return self.event.chapter_id

    @property
    def words(self) -> list[Any]:
        """What makes it another wish when it differs."""
        used = [self.free_pass.public_id] if self.free_pass else []
        return [*self.selections, *used]

    def quote(self, at: datetime) -> Quote:
        return quote(
            event=self.event,
            selections=self.selections,
            at=at,
            unlocked=self.unlocked,
            free_pass=self.free_pass,
        )


@dataclass(frozen=True)
class Exchange:
    """The same ticket once more, for a pass: whoever bought one may have the money back instead.

    Its type need not be on sale, for its place is given back in the same transaction.
    """

    ticket: Ticket
    free_pass: FreePass

    @property
    def chapter_id(self) -> int:
        return self.ticket.event.chapter_id

    @property
    def words(self) -> list[Any]:
        return [self.ticket.label, self.free_pass.public_id]

    def quote(self, at: datetime) -> Quote:
        kind, event = self.ticket.ticket_type, self.ticket.event
        passes.check(self.free_pass, event, at)
        return Quote(
            event, [QuotedLine(kind, [self.ticket.holder_name], self.free_pass)], kind.currency
        )


def quote(
    *,
    event: Event,
    selections: Sequence[Selection],
    at: datetime,
    unlocked: str = "",
    free_pass: FreePass | None = None,
) -> Quote:
    """Price a selection by the rules in force at `at`; says nothing of places. Two queries at most,
    and one for a pass.

    `unlocked` is the public_id of a hidden type whose link the buyer followed. Raises NotOnSale,
    UnknownTicketType, TypeNotOnSale, OutsideLimits, MixedCurrencies, NothingSelected, and what
    `passes.check` raises.
    """
    if not selections:
        raise errors.NothingSelected
    if event.status != EventStatus.PUBLISHED or event.end_at <= at:
        raise errors.NotOnSale
    holders: dict[str, list[str]] = {}
    for selection in selections:
        holders.setdefault(selection.ticket_type, []).append(selection.holder_name)
    offered = TicketType.objects.offered(unlocked=unlocked)
    offered = offered.filter(event=event, public_id__in=holders)
    lines = [QuotedLine(found, holders[found.public_id]) for found in offered]
    if len(lines) != len(holders):
        raise errors.UnknownTicketType
    for line in lines:
        _check_line(line, at)
    if len({line.ticket_type.currency for line in lines}) > 1:
        raise errors.MixedCurrencies
    if free_pass:
        passes.check(free_pass, event, at)
        lines = _with_pass(lines, free_pass)
    return Quote(event, lines, lines[0].ticket_type.currency)


def _with_pass(lines: list[QuotedLine], free_pass: FreePass) -> list[QuotedLine]:
    """One of the dearest tickets on a line of its own. What is free anyway costs no pass."""
    dearest = max(lines, key=lambda line: line.ticket_type.price_minor)
    if not dearest.ticket_type.price_minor:
        return lines
    place = lines.index(dearest)
    first, *rest = dearest.holders
    split = [QuotedLine(dearest.ticket_type, [first], free_pass)]
    if rest:
        split.append(QuotedLine(dearest.ticket_type, rest))
    return [*lines[:place], *split, *lines[place + 1 :]]


def _check_line(line: QuotedLine, at: datetime) -> None:
    kind = line.ticket_type
    started = kind.sales_start_at is None or kind.sales_start_at <= at
    if not started or (kind.sales_end_at is not None and kind.sales_end_at <= at):
        raise errors.TypeNotOnSale(ticket_type=kind.name)
    if not kind.min_per_order <= len(line.holders) <= kind.max_per_order:
        raise errors.OutsideLimits(
            ticket_type=kind.name, least=kind.min_per_order, most=kind.max_per_order
        )


def _titles(line: QuotedLine, event: Event) -> dict[str, str]:
    """The line's words in every language, so that a receipt reads in the reader's."""
    titles = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            words = [event.title, line.ticket_type.name]
            if line.free_pass:
                words.append(_("free pass"))
            titles[f"title_{language.replace('-', '_')}"] = " · ".join(words)
    return titles


def reserve(order: Order, quoted: Quote) -> None:
    """Take the places and write the lines and held tickets.

    Whether the event is still published is asked once more under the stock's locks, at which
    an organizer who takes it back has to wait. Raises SoldOut, StockMoved, NotOnSale, and what
    `passes.use` raises.
    """
    stock.take(_places(quoted.lines))
    if not Event.objects.filter(pk=quoted.event.pk, status=EventStatus.PUBLISHED).exists():
        raise errors.NotOnSale
    first = order.lines.count() + 1
    lines = [
        OrderLine(
            order=order,
            position=position,
            kind=KIND,
            unit_price_minor=line.unit_price_minor,
            quantity=len(line.holders),
            total_minor=line.total_minor,
            **_titles(line, quoted.event),
        )
        for position, line in enumerate(quoted.lines, first)
    ]
    OrderLine.objects.bulk_create(lines)
    seats = [
        (row, line, holder)
        for row, line in zip(lines, quoted.lines, strict=True)
        for holder in line.holders
    ]
    tickets = Ticket.objects.bulk_create(
        Ticket(
            event=quoted.event,
            ticket_type=line.ticket_type,
            order_line=row,
            label=f"{order.reference}-{number}",
            holder_name=holder,
        )
        for number, (row, line, holder) in enumerate(seats, 1)
    )
    for ticket, (_row, line, _holder) in zip(tickets, seats, strict=True):
        if line.free_pass:
            passes.use(line.free_pass, ticket, order.created_at)


def _places(lines: Sequence[QuotedLine]) -> Counter[int]:
    """Ticket type pk → how many; a pass takes its place like any other."""
    counts: Counter[int] = Counter()
    for line in lines:
        counts[line.ticket_type.pk] += len(line.holders)
    return counts


def tickets_of(order: Order) -> QuerySet[Ticket]:
    """The order's tickets with what a page, a mail or a PDF shows of them. One query."""
    return (
        Ticket.objects.filter(order_line__order=order)
        .select_related("ticket_type", "event__chapter", "event__venue__city", "order_line")
        .order_by("pk")
    )


def events_of(order: Order) -> list[Event]:
    return list(Event.objects.filter(tickets__order_line__order=order).distinct())


def terms(order: Order) -> list[LineTerms]:
    """What rates ask of the order's tickets, as their events stand now. One query."""
    rows = Ticket.objects.filter(order_line__order=order).order_by("order_line", "pk")
    fields = ("order_line", "event__attendance_mode", "event__end_at")
    lines = {line_id: (mode, end_at) for line_id, mode, end_at in rows.values_list(*fields)}
    return [
        LineTerms(line_id, _kind(mode), end_at + REFUNDABLE_AFTER, [])
        for line_id, (mode, end_at) in lines.items()
    ]


def _kind(attendance_mode: str) -> SaleKind:
    online = attendance_mode == AttendanceMode.ONLINE
    return SaleKind.ONLINE_TALK if online else SaleKind.MEETUP


def record(order: Order, *, by: User | None, action: str, changes: dict | None = None) -> None:
    """Write it into the log of each event that the order is for."""
    for event in events_of(order):
        log.record(event=event, by=by, action=action, target=order.reference, changes=changes)


def readdress(order: Order, *, email: str, name: str) -> None:
    """The buyer's address was mistyped. Tickets name their holders, nothing waits for an address."""


def holds_places(order: Order) -> bool:
    return Ticket.objects.filter(order_line__order=order).taking_places().exists()


def _of(order: Order, status: TicketStatus) -> tuple[list[int], Counter[int]]:
    rows = Ticket.objects.filter(order_line__order=order, status=status)
    found = list(rows.values_list("pk", "ticket_type_id"))
    return [pk for pk, _type in found], Counter(type_id for _pk, type_id in found)


def activate(order: Order) -> None:
    held, _counts = _of(order, TicketStatus.HELD)
    Ticket.objects.filter(pk__in=held).update(status=TicketStatus.VALID)


def release(order: Order) -> None:
    """Let held places go. Repeatable: only what is still held goes back, once."""
    held, counts = _of(order, TicketStatus.HELD)
    stock.give_back(counts)
    Ticket.objects.filter(pk__in=held).update(
        status=TicketStatus.CANCELED, canceled_at=timezone.now()
    )
    passes.give_back(held)


def retake(order: Order) -> None:
    """Hold again what `release` let go. Raises SoldOut, NotOnSale when the event is off, and what
    `passes.use_again` raises."""
    if any(event.status != EventStatus.PUBLISHED for event in events_of(order)):
        raise errors.NotOnSale
    released, counts = _of(order, TicketStatus.CANCELED)
    stock.take(counts)
    Ticket.objects.filter(pk__in=released).update(status=TicketStatus.HELD, canceled_at=None)
    passes.use_again(released)


def give_again(order: Order, since: datetime) -> None:
    """Make valid again what ended at or after `since`. Raises SoldOut, NotOnSale, StockMoved, and
    what `passes.use_again` raises."""
    ended = list(_ended(order, since).values_list("pk", "ticket_type_id"))
    if any(event.status != EventStatus.PUBLISHED for event in events_of(order)):
        raise errors.NotOnSale
    stock.take(Counter(type_id for _pk, type_id in ended))
    again = [pk for pk, _type in ended]
    Ticket.objects.filter(pk__in=again).update(status=TicketStatus.VALID, canceled_at=None)
    passes.use_again(again)


def ended_lines(order: Order, since: datetime) -> list[tuple[int, int]]:
    """What ended at or after `since`: [(line pk, how many)]."""
    return list(Counter(_ended(order, since).values_list("order_line_id", flat=True)).items())


def _ended(order: Order, since: datetime) -> QuerySet[Ticket]:
    rows = Ticket.objects.filter(order_line__order=order, status=TicketStatus.CANCELED)
    return rows.filter(canceled_at__gte=since)


def take_back(order: Order, units: Iterable[str] | None) -> list[tuple[str, int]]:
    """End valid tickets by public_id (None: all) and return their places: [(public_id, line pk)].

    Repeatable: what ended before is not in the answer.
    """
    rows = Ticket.objects.filter(order_line__order=order, status=TicketStatus.VALID)
    if units is not None:
        rows = rows.filter(public_id__in=list(units))
    found = list(rows.values_list("pk", "public_id", "order_line_id", "ticket_type_id"))
    stock.give_back(Counter(type_id for *_ids, type_id in found))
    now, ended = timezone.now(), [pk for pk, *_rest in found]
    Ticket.objects.filter(pk__in=ended).update(status=TicketStatus.CANCELED, canceled_at=now)
    passes.give_back_in_time(ended, now)
    return [(public_id, line_id) for _pk, public_id, line_id, _type in found]
