"""Figures of one event, by SQL. Each is one aggregate; nothing here reads ticket by ticket."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import (
    Count,
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextChoices,
)
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.models import Event
from orders.models import Order, OrderLine, OrderStatus
from ticketing.models import Quota, Ticket, TicketStatus, TicketType


class SaleState(TextChoices):
    ON_SALE = "on_sale", _("On sale")
    LATER = "later", _("Not on sale yet")
    ENDED = "ended", _("Sale has ended")
    SOLD_OUT = "sold_out", _("Sold out")
    RETIRED = "retired", _("No longer offered")


@dataclass
class TypeFigures:
    """How a ticket type did. `revenue_minor` is what paid orders brought in for it, less what
    went back."""

    ticket_type: TicketType
    sold: int = 0
    held: int = 0
    canceled: int = 0
    admitted: int = 0
    revenue_minor: int = 0

    @property
    def left(self) -> int | None:
        """Places in the scarcest of its quotas; None without a quota: its number is not limited."""
        return min((quota.left for quota in self.ticket_type.quotas.all()), default=None)

    @property
    def state(self) -> SaleState:
        """Whether it can be ordered now, if its event can."""
        kind, now = self.ticket_type, timezone.now()
        if kind.retired_at:
            return SaleState.RETIRED
        if kind.sales_end_at and kind.sales_end_at <= now:
            return SaleState.ENDED
        if self.left is not None and self.left < kind.min_per_order:
            return SaleState.SOLD_OUT
        if kind.sales_start_at and kind.sales_start_at > now:
            return SaleState.LATER
        return SaleState.ON_SALE


@dataclass
class Figures:
    types: list[TypeFigures] = field(default_factory=list)

    @property
    def sold(self) -> int:
        return sum(row.sold for row in self.types)

    @property
    def held(self) -> int:
        return sum(row.held for row in self.types)

    @property
    def admitted(self) -> int:
        return sum(row.admitted for row in self.types)

    @property
    def revenue(self) -> list[tuple[str, int]]:
        """Per currency; one of the event's types is enough to name it at 0."""
        sums: Counter[str] = Counter()
        for row in self.types:
            sums[row.ticket_type.currency] += row.revenue_minor
        return sorted(sums.items())


def figures(event: Event) -> Figures:
    """Sold, held, admitted and revenue by type. Four queries.

    One pass over the event's tickets, found by the index on (event, status, created_at); the
    price joins by primary key.
    """
    found = Figures([TypeFigures(kind) for kind in event.ticket_types.prefetch_related("quotas")])
    rows = {row.ticket_type.pk: row for row in found.types}
    paid = Q(order_line__order__status=OrderStatus.PAID)
    grouped = (
        Ticket.objects.filter(event=event)
        .order_by()
        .values("ticket_type", "status")
        .annotate(
            count=Count("pk"),
            inside=Count("checked_in_at"),
            revenue=Sum("order_line__unit_price_minor", filter=paid),
        )
    )
    for group in grouped:
        row = rows[group["ticket_type"]]
        setattr(row, _FIELD[group["status"]], group["count"])
        row.admitted += group["inside"]
        row.revenue_minor += group["revenue"] or 0
    for pk, refunded in _refunded(event).items():
        rows[pk].revenue_minor -= refunded
    return found


def _refunded(event: Event) -> dict[int, int]:
    """What goes back of orders that stay paid, by ticket type; each line is of one type."""
    mine = Ticket.objects.filter(event=event, order_line=OuterRef("pk"))
    lines = OrderLine.objects.filter(
        Exists(mine), refunded_minor__gt=0, order__status=OrderStatus.PAID
    )
    kind = Subquery(mine.values("ticket_type")[:1])
    sums = lines.order_by().annotate(type=kind).values_list("type")
    return dict(sums.annotate(refunded=Sum("refunded_minor")))


_FIELD: dict[str, str] = {
    TicketStatus.VALID: "sold",
    TicketStatus.HELD: "held",
    TicketStatus.CANCELED: "canceled",
}


def sales_by_day(event: Event) -> list[tuple[date, int]]:
    """Valid tickets by the day they were ordered in the event's zone, days without any included.

    One query, answered from the index on (event, status, created_at) alone.
    """
    day = TruncDate("created_at", tzinfo=ZoneInfo(event.time_zone))
    valid = Ticket.objects.filter(event=event).valid().order_by()
    counts = dict(valid.annotate(day=day).values_list("day").annotate(count=Count("*")))
    if not counts:
        return []
    first, last = min(counts), max(counts)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [(day, counts.get(day, 0)) for day in days]


def quotas(event: Event) -> QuerySet[Quota]:
    """With the types that draw on each, retired ones left out. Two queries; `taken` is a counter."""
    offered = TicketType.objects.filter(retired_at=None)
    return event.quotas.prefetch_related(Prefetch("ticket_types", offered))


def open_orders(event: Event, limit: int = 5) -> QuerySet[Order]:
    """Those that hold places of the event and wait for money, the first to lapse first.

    The index on (event, status, created_at) finds the held tickets; there are never many.
    """
    held = Ticket.objects.filter(event=event, status=TicketStatus.HELD)
    waiting = Order.objects.filter(pk__in=held.values("order_line__order"), status=OrderStatus.OPEN)
    return waiting.order_by("hold_until", "pk")[:limit]
