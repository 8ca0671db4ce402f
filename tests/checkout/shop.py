"""Buying, in one line."""

from collections.abc import Sequence
from typing import Any

from checkout.services.orders import place_order
from checkout.services.settling import settle_payment
from orders.models import Order, Payment
from tests.factories.events import EventFactory
from tests.factories.orders import PaymentFactory
from tests.factories.ticketing import QuotaFactory, TicketTypeFactory
from ticketing.models import Ticket, TicketType
from ticketing.services.sales import Selection, Wish


def paid_type(size: int = 10, **fields: Any) -> TicketType:
    """A type of ¥128 that draws on one quota of `size` places."""
    event = fields.pop("event", None) or EventFactory()
    hall = QuotaFactory(size=size, event=event)
    fields = {"price_minor": 12_800, "currency": "CNY", **fields}
    return TicketTypeFactory(event=hall.event, quotas=[hall], **fields)


def buy(kind: TicketType, *holders: str, kinds: Sequence[TicketType] = (), **fields: Any) -> Order:
    """So many tickets of one type, or one for everybody of each of `kinds`."""
    names = holders or ("Lin",)
    wanted = [Selection(one.public_id, name) for one in kinds or [kind] for name in names]
    return _place(kind, wanted, **fields)


def buy_each(*kinds: TicketType, **fields: Any) -> Order:
    """One ticket of each type, for one person."""
    return _place(kinds[0], [Selection(kind.public_id, "Lin") for kind in kinds], **fields)


def _place(kind: TicketType, wanted: list[Selection], **fields: Any) -> Order:
    fields = {"email": "lin@example.com", "name": "Lin", "language": "en", **fields}
    wish = Wish(kind.event, wanted, free_pass=fields.pop("free_pass", None))
    return place_order(wishes=[wish], **fields)


def paid_order(kind: TicketType, *holders: str, fee_minor: int = 0, **fields: Any) -> Order:
    """Bought and settled without a gateway; inside a test's transaction nothing is sent either."""
    order = buy(kind, *holders, **fields)
    if order.total_minor:
        pay(order, fee_minor=fee_minor)
    order.refresh_from_db()
    return order


def pay(order: Order, **settled: Any) -> Payment:
    """The gateway says that the order's sum, or the one given, came in."""
    payment = PaymentFactory(order=order)
    said = {"amount_minor": order.total_minor, "currency": order.currency, **settled}
    return settle_payment(payment_id=payment.public_id, reference=f"pi_test_{payment.pk}", **said)


def state(order: Order) -> tuple[str, list[str], list[str], int]:
    """Order, payments, tickets, and places taken: all that a payment may change."""
    order.refresh_from_db()
    tickets = Ticket.objects.filter(order_line__order=order).order_by("pk")
    quota = tickets[0].ticket_type.quotas.get()
    return (
        order.status,
        [payment.status for payment in order.payments.all()],
        [ticket.status for ticket in tickets],
        quota.taken,
    )
