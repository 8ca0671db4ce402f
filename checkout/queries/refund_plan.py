"""What would go back if tickets were taken back now: for the page that asks before it is done."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from checkout.queries.subjects import Subject
from checkout.services.refunds import amount_of
from checkout.services.returns import percent_of, percent_of_seat
from courses.models import Enrollment
from courses.services import sales as seats
from orders.models import Order, OrderLine, Payment, Provider
from ticketing.models import Ticket, TicketStatus
from ticketing.services import sales as tickets


@dataclass(frozen=True)
class Unit:
    """A valid ticket or seat and what of its price goes back; `percent` None: it cannot be returned."""

    public_id: str
    who: str
    what: str
    label: str
    line: OrderLine
    percent: int | None
    subject: Subject
    is_used: bool = False

    @property
    def amount_minor(self) -> int:
        return amount_of(self.line, self.percent or 0)


@dataclass(frozen=True)
class Plan:
    """Chosen tickets and the sum that goes back for them together."""

    units: list[Unit]
    amount_minor: int

    @property
    def percents(self) -> dict[str, int]:
        return {unit.public_id: unit.percent or 0 for unit in self.units}


def _units(order: Order, at: datetime | None) -> list[Unit]:
    """All that is valid; without `at` an organizer decides, and everything can go back whole."""
    valid = tickets.tickets_of(order).filter(status=TicketStatus.VALID)
    if found := list(valid.prefetch_related("event__refund_rules")):
        return [_of_ticket(ticket, percent_of(ticket, at) if at else 100) for ticket in found]
    return [
        _of_seat(seat, percent_of_seat(seat, order, at) if at else 100)
        for seat in seats.seats_of(order).giving_access()
    ]


def _of_ticket(ticket: Ticket, percent: int | None) -> Unit:
    return Unit(
        ticket.public_id,
        ticket.holder_name,
        ticket.ticket_type.name,
        ticket.label,
        ticket.order_line,
        percent,
        Subject(event=ticket.event),
        is_used=ticket.checked_in_at is not None,
    )


def _of_seat(seat: Enrollment, percent: int | None) -> Unit:
    offer, line = seat.offer, seat.order_line
    if offer is None or line is None:
        raise ValueError("not a seat of an order")
    subject = Subject(course=seat.cohort.course)
    return Unit(seat.public_id, seat.name, offer.name, seat.email, line, percent, subject)


def units_to_refund(order: Order) -> list[Unit]:
    """What an organizer may end: tickets that are valid, seats that give access."""
    return _units(order, None) if order.is_paid else []


def units_by_rule(order: Order, *, at: datetime) -> list[Unit]:
    """All that is valid in a paid order, with what the published rule gives back at `at`."""
    if not order.is_paid or order.payments.earned().filter(disputed=True).exists():
        return []
    return _units(order, at)


def units_at(units: Iterable[Unit], percents: Mapping[str, int]) -> list[Unit]:
    """Those that `percents` names, with what an organizer wants to give back."""
    return [
        replace(unit, percent=percents[unit.public_id])
        for unit in units
        if unit.public_id in percents
    ]


def plan(units: list[Unit]) -> Plan:
    """Summed line by line, as `refunds.refund_units` does: fractions are cut once a line."""
    lines: dict[int, OrderLine] = {unit.line.pk: unit.line for unit in units}
    percents: Counter[int] = Counter()
    for unit in units:
        percents[unit.line.pk] += unit.percent or 0
    return Plan(units, sum(amount_of(lines[pk], percent) for pk, percent in percents.items()))


def payment_behind(order: Order) -> Payment | None:
    """The one that earned what the order costs: where its refunds come from."""
    return order.payments.earned().first()


def is_by_hand(order: Order) -> bool:
    payment = payment_behind(order)
    return payment is not None and payment.provider != Provider.STRIPE
