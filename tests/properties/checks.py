"""What must hold of money whatever happened, each as sentences about what does not.

There are thousands of histories: rows are read once, in a few queries, and looked at in Python.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db import connection

from checkout.queries import audit
from ledger.models import AccountKind, Entry
from orders.models import (
    GatewayEvent,
    InboxStatus,
    Order,
    OrderStatus,
    Payment,
    PaymentStatus,
    Provider,
    Refund,
    RefundStatus,
)
from sandbox.models import (
    BalanceTransaction,
    Charge,
    ChargeStatus,
    Dispute,
    Refund as GivenBack,
    RefundStatus as Outcome,
)
from ticketing.models import Ticket, TicketStatus

RECOUNT = """
    SELECT quota.name, quota.taken, quota.size, count(ticket.id) FROM ticketing_quota quota
    LEFT JOIN ticketing_tickettype_quotas draws ON draws.quota_id = quota.id
    LEFT JOIN ticketing_ticket ticket ON ticket.ticket_type_id = draws.tickettype_id
        AND ticket.status IN ('held', 'valid')
    GROUP BY quota.id
    HAVING quota.taken != count(ticket.id) OR quota.taken > quota.size
"""


def hold(differences: Iterable[str]) -> None:
    if found := list(differences):
        raise AssertionError("\n".join(found))


def always() -> Iterator[str]:
    """After each step, whatever is under way: nobody stands on another's place."""
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT)
        for name, taken, size, counted in cursor.fetchall():
            yield f"quota {name}: {taken} of {size} taken, {counted} tickets hold a place"


def at_rest(withheld: Counter[int], foreign: set[int]) -> Iterator[str]:
    """When every event has arrived and the clock has passed.

    `withheld`: by order, what a rule let the house keep of tickets that were taken back;
    `foreign`: orders with money that went back by another hand than ours.
    """
    yield from audit.differences()
    rows = Rows(
        orders=list(Order.objects.order_by("pk")),
        payments=list(Payment.objects.all()),
        refunds=list(Refund.objects.select_related("payment")),
        booked=list(BalanceTransaction.objects.all()),
    )
    yield from books(rows.booked)
    yield from loose_ends(rows)
    for account in accounts(rows, withheld):
        if account.short > 0:
            yield f"the buyer lost {account.short}: {account}"
        if account.short < 0 and account.order.pk not in foreign:
            yield f"the house lost {-account.short}: {account}"


def books(booked: list[BalanceTransaction]) -> Iterator[str]:
    """Our ledger is to the unit what the gateway's own books say, balance and fees."""
    ours: Counter[tuple[str, str]] = Counter()
    entries = Entry.objects.order_by().values_list("account__kind", "currency", "amount_minor")
    for kind, currency, amount in entries:
        ours[kind, currency] += amount
    theirs: Counter[tuple[str, str]] = Counter()
    for row in booked:
        theirs[AccountKind.GATEWAY_CLEARING, row.currency.upper()] += row.amount - row.fee
        theirs[AccountKind.FEES, row.currency.upper()] += row.fee
    kinds = (AccountKind.GATEWAY_CLEARING, AccountKind.FEES)
    for kind, currency in sorted(ours.keys() | theirs.keys()):
        if kind in kinds and ours[kind, currency] != theirs[kind, currency]:
            yield (
                f"{kind} {currency}: our books say {ours[kind, currency]}, "
                f"the gateway's {theirs[kind, currency]}"
            )


class Rows(NamedTuple):
    orders: list[Order]
    payments: list[Payment]
    refunds: list[Refund]
    booked: list[BalanceTransaction]


def loose_ends(rows: Rows) -> Iterator[str]:
    """Nothing is dropped, and nothing is still under way."""
    done = (InboxStatus.APPLIED, InboxStatus.IGNORED)
    for event in GatewayEvent.objects.exclude(status__in=done):
        yield f"event {event.kind} is {event.status}: {event.error}"
    for row in (*rows.orders, *rows.payments):
        if row.status in {OrderStatus.OPEN, PaymentStatus.STARTED}:
            yield f"{type(row).__name__} {row.pk} is still {row.status}"
    for refund in rows.refunds:
        yield from _open_end(refund)


def _open_end(refund: Refund) -> Iterator[str]:
    """Sent, and whoever had to be told was told. What was paid by hand goes back by hand."""
    is_online = refund.payment.provider == Provider.STRIPE
    if is_online and refund.status in {RefundStatus.DUE, RefundStatus.SENT}:
        yield f"refund {refund.pk} is still {refund.status}"
    if refund.status == RefundStatus.SUCCEEDED and refund.buyer_told_at is None:
        yield f"nobody told the buyer of refund {refund.pk}"
    if refund.status == RefundStatus.FAILED and refund.failure_told_at is None:
        yield f"nobody told the organizers of refund {refund.pk} that failed"


class Account(NamedTuple):
    """What became of one buyer's money. `came`, `back` and `held` by the gateway's own books."""

    order: Order
    came: int
    back: int
    held: int  # by a bank, for a while or for good
    owed: int
    worth: int  # of the tickets that are valid
    kept: int  # by a published rule

    @property
    def short(self) -> int:
        """Neither ticket nor refund stands for so much of it."""
        return self.came - self.back - self.held - self.owed - self.worth - self.kept

    def __str__(self) -> str:
        return (
            f"order {self.order.pk} ({self.order.status}): {self.came} came, {self.back} went "
            f"back, {self.held} held by a bank, {self.owed} owed, tickets of {self.worth}, "
            f"{self.kept} kept by the rule"
        )


def accounts(rows: Rows, withheld: Counter[int]) -> Iterator[Account]:
    came, back, held = _at_the_gateway(rows)
    owed, worth = Counter(), Counter()
    for payment in rows.payments:
        if payment.provider != Provider.STRIPE:
            came[payment.order_id] += payment.received_minor
    for refund in rows.refunds:
        by_hand = refund.payment.provider != Provider.STRIPE
        if refund.status == RefundStatus.FAILED or by_hand:
            owed[refund.payment.order_id] += refund.amount_minor
    for ticket in Ticket.objects.filter(status=TicketStatus.VALID).select_related("order_line"):
        worth[ticket.order_line.order_id] += ticket.order_line.unit_price_minor
    for order in rows.orders:
        counted = (came, back, held, owed, worth, withheld)
        yield Account(order, *(sums[order.pk] for sums in counted))


def _at_the_gateway(rows: Rows) -> tuple[Counter[int], Counter[int], Counter[int]]:
    """By order: what came, what went back, and what is held by a bank."""
    came, back, held = Counter(), Counter(), Counter()
    owners = {str(row.public_id): row.order_id for row in rows.payments}
    order_of: dict[str, int] = {}
    for charge in Charge.objects.filter(status=ChargeStatus.SUCCEEDED).select_related("intent"):
        order = order_of[charge.public_id] = owners[charge.intent.metadata["payment"]]
        came[order] += charge.amount
    for made in GivenBack.objects.exclude(status=Outcome.FAILED).select_related("charge"):
        back[order_of[made.charge.public_id]] += made.amount
    for dispute in Dispute.objects.select_related("charge"):
        order_of[dispute.public_id] = order_of[dispute.charge.public_id]
    for row in rows.booked:
        if row.kind == "adjustment":
            held[order_of[row.source]] -= row.amount
    return came, back, held
