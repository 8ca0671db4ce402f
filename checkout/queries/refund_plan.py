"""What would go back if tickets were taken back now: for the page that asks before it is done."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from checkout.services.refunds import amount_of
from checkout.services.returns import percent_of
from orders.models import Order, OrderLine, Payment, Provider
from ticketing.models import Ticket, TicketStatus
from ticketing.services import sales


@dataclass(frozen=True)
class Unit:
    """A valid ticket and what of its price goes back; `percent` None: it cannot be returned."""

    ticket: Ticket
    percent: int | None

    @property
    def amount_minor(self) -> int:
        return amount_of(self.ticket.order_line, self.percent or 0)


@dataclass(frozen=True)
class Plan:
    """Chosen tickets and the sum that goes back for them together."""

    units: list[Unit]
    amount_minor: int

    @property
    def percents(self) -> dict[str, int]:
        return {unit.ticket.public_id: unit.percent or 0 for unit in self.units}


def valid_tickets(order: Order) -> list[Ticket]:
    found = sales.tickets_of(order).filter(status=TicketStatus.VALID)
    return list(found.prefetch_related("event__refund_rules"))


def units_by_rule(order: Order, *, at: datetime) -> list[Unit]:
    """All valid tickets of a paid order, with what the published rule gives back at `at`."""
    if not order.is_paid or order.payments.earned().filter(disputed=True).exists():
        return []
    return [Unit(ticket, percent_of(ticket, at)) for ticket in valid_tickets(order)]


def units_at(tickets: Iterable[Ticket], percents: Mapping[str, int]) -> list[Unit]:
    """The tickets that `percents` names, with what an organizer wants to give back."""
    return [Unit(t, percents[t.public_id]) for t in tickets if t.public_id in percents]


def plan(units: list[Unit]) -> Plan:
    """Summed line by line, as `refunds.refund_units` does: fractions are cut once a line."""
    lines: dict[int, OrderLine] = {
        unit.ticket.order_line_id: unit.ticket.order_line for unit in units
    }
    percents: Counter[int] = Counter()
    for unit in units:
        percents[unit.ticket.order_line_id] += unit.percent or 0
    return Plan(units, sum(amount_of(lines[pk], percent) for pk, percent in percents.items()))


def payment_behind(order: Order) -> Payment | None:
    """The one that earned what the order costs: where its refunds come from."""
    return order.payments.earned().first()


def is_by_hand(order: Order) -> bool:
    payment = payment_behind(order)
    return payment is not None and payment.provider != Provider.STRIPE
