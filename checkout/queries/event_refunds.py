"""How far the refunds of a canceled event are, from state alone."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from checkout.services import event_refunds
from events.models import Event
from orders.models import (
    Order,
    OrderLine,
    OrderStatus,
    Provider,
    Refund,
    RefundReason,
    RefundStatus,
)
from ticketing.models import Ticket, TicketStatus

SHOWN = 100  # of what is stuck


@dataclass(frozen=True)
class Progress:
    """Orders, each counted once: by the worst that can be said of its refunds."""

    todo: int = 0
    underway: int = 0
    returned: int = 0
    by_hand: int = 0
    failed: int = 0
    disputed: int = 0

    @property
    def total(self) -> int:
        return (
            self.todo + self.underway + self.returned + self.by_hand + self.failed + self.disputed
        )

    @property
    def percent(self) -> int:
        return 100 * self.returned // self.total if self.total else 100

    @property
    def is_moving(self) -> bool:
        """Something will change without anybody's doing."""
        return bool(self.todo or self.underway)


def progress(event: Event) -> Progress:
    """What is left is read before what was made of it: an order that a worker takes up between
    the two is then seen twice and counted once, and the total stands still."""
    left = event_refunds.orders_to_refund(event).exclude(total_minor=0)
    todo = set(left.order_by().values_list("pk", flat=True))
    by_order: defaultdict[int, set[str]] = defaultdict(set)
    rows = _refunds(event).values_list("payment__order", "payment__provider", "status")
    for order, provider, status in rows:
        by_order[order].add(_state(provider, status))
    states: defaultdict[str, int] = defaultdict(int)
    for found in by_order.values():
        states[next(state for state in WORST_FIRST if state in found)] += 1
    disputed = disputed_orders(event).count()
    return Progress(todo=len(todo - by_order.keys()), disputed=disputed, **states)


WORST_FIRST = ("failed", "by_hand", "underway", "returned")


def _state(provider: str, status: str) -> str:
    if status == RefundStatus.SUCCEEDED:
        return "returned"
    if status == RefundStatus.FAILED:
        return "failed"
    return "underway" if provider == Provider.STRIPE else "by_hand"


def _refunds(event: Event) -> QuerySet[Refund]:
    lines = OrderLine.objects.filter(tickets__event=event)
    return Refund.objects.filter(reason=RefundReason.EVENT_CANCELED, line__in=lines)


def stuck_refunds(event: Event) -> list[Refund]:
    """Those that wait for a person: turned away, or to be given back by hand."""
    failed = Q(status=RefundStatus.FAILED)
    by_hand = ~Q(payment__provider=Provider.STRIPE) & Q(status=RefundStatus.DUE)
    found = _refunds(event).filter(failed | by_hand).select_related("payment__order")
    return list(found[:SHOWN])


def disputed_orders(event: Event) -> QuerySet[Order]:
    """They keep their tickets until the bank has decided."""
    held = Ticket.objects.filter(event=event, status=TicketStatus.VALID)
    paid = Order.objects.filter(status=OrderStatus.PAID, payments__disputed=True)
    return paid.filter(pk__in=held.values("order_line__order")).distinct()


def owed_minor(event: Event) -> dict[str, int]:
    """What goes back if everybody is refunded now, by currency."""
    orders = event_refunds.orders_to_refund(event).exclude(total_minor=0).order_by()
    valid = Q(tickets__event=event, tickets__status=TicketStatus.VALID)
    lines = OrderLine.objects.filter(order__in=orders).annotate(
        valid=Count("tickets", filter=valid), left=F("total_minor") - F("refunded_minor")
    )
    sums: defaultdict[str, int] = defaultdict(int)
    for price, valid_count, left, currency in lines.values_list(
        "unit_price_minor", "valid", "left", "order__currency"
    ):
        sums[currency] += min(price * valid_count, left)
    return {currency: amount for currency, amount in sorted(sums.items()) if amount}
