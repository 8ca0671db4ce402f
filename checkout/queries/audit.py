"""Recount everything that is counted twice. Each check reads whole tables: for `audit`, not for pages."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from ledger.models import AccountKind, Entry
from ledger.queries import unbalanced_transactions
from orders.models import (
    Dispute,
    DisputeStatus,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentStatus,
    Refund,
    RefundReason,
    RefundStatus,
)
from ticketing.models import Quota, Ticket, TicketStatus
from ticketing.services import stock

NEVER_EARNED = (
    RefundReason.NO_PLACES,
    RefundReason.PAID_TWICE,
    RefundReason.OVERPAID,
    RefundReason.WRONG_AMOUNT,
)


def differences() -> Iterator[str]:
    """A sentence for each thing that does not add up; nothing where all is well."""
    for check in CHECKS:
        yield from check()


def quotas() -> Iterator[str]:
    counted = stock.counted(Quota.objects.values_list("pk", flat=True))
    for quota in Quota.objects.all():
        if quota.taken != counted[quota.pk]:
            yield f"quota {quota.pk}: {quota.taken} taken, {counted[quota.pk]} tickets hold a place"


def order_totals() -> Iterator[str]:
    orders = Order.objects.annotate(sum=Coalesce(Sum("lines__total_minor"), 0))
    for order in orders.exclude(sum=F("total_minor")).iterator():
        yield f"order {order.pk}: total {order.total_minor}, its lines sum to {order.sum}"


def line_quantities() -> Iterator[str]:
    lines = OrderLine.objects.filter(kind="ticket").annotate(count=Count("tickets"))
    for line in lines.exclude(count=F("quantity")).iterator():
        yield f"line {line.pk}: {line.quantity} bought, {line.count} tickets"


def ticket_states() -> Iterator[str]:
    """A ticket is held while its order is open, valid only in a paid one."""
    order = "order_line__order__status"
    wrong = (
        Q(status=TicketStatus.HELD) & ~Q(**{order: OrderStatus.OPEN})
        | Q(status=TicketStatus.VALID) & ~Q(**{order: OrderStatus.PAID})
        | Q(status=TicketStatus.CANCELED) & Q(**{order: OrderStatus.OPEN})
    )
    for ticket in Ticket.objects.filter(wrong).select_related("order_line__order").iterator():
        state = ticket.order_line.order.status
        yield f"ticket {ticket.pk}: {ticket.status} in an order that is {state}"


def _sum(rows: QuerySet, field: str) -> Subquery:
    totals = rows.order_by().values(field).annotate(sum=Sum("amount_minor")).values("sum")
    return Subquery(totals)


def refunded_sums() -> Iterator[str]:
    kinds: list[tuple[Any, str]] = [(Payment, "payment"), (OrderLine, "line")]
    for model, field in kinds:
        counted = Refund.objects.exclude(status=RefundStatus.REPLACED)
        owed = Coalesce(_sum(counted.filter(**{field: OuterRef("pk")}), field), 0)
        for row in model.objects.annotate(owed=owed).exclude(owed=F("refunded_minor")).iterator():
            yield f"{field} {row.pk}: {row.refunded_minor} refunded, its refunds sum to {row.owed}"


def paid_orders() -> Iterator[str]:
    """Exactly one payment earned what a paid order costs; an order that is not paid has none."""
    earned = Count("payments", filter=Q(payments__status=PaymentStatus.SUCCEEDED))
    for order in Order.objects.annotate(earned=earned).exclude(total_minor=0).iterator():
        is_bought = order.status in {OrderStatus.PAID, OrderStatus.REFUNDED}
        if order.earned != int(is_bought):
            yield f"order {order.pk}: {order.status} with {order.earned} successful payments"


def ledger() -> Iterator[str]:
    for key in unbalanced_transactions():
        yield f"ledger transaction {key} does not sum to zero"
    found: dict[tuple[str, str], int] = {}
    rows = Entry.objects.order_by().values_list("account__kind", "currency")
    for kind, currency, total in rows.annotate(sum=Sum("amount_minor")):
        found[kind, currency] = total
    wanted = _balances_from_rows()
    for account in sorted(found.keys() | wanted.keys()):
        have, want = found.get(account, 0), wanted.get(account, 0)
        if have != want:
            yield f"ledger {account[0]} {account[1]}: {have} posted, rows say {want}"


def _balances_from_rows() -> dict[tuple[str, str], int]:
    """What each kind of account has to hold, from payments, refunds and disputes themselves."""
    sums: dict[tuple[str, str], int] = {}

    def add(kind: AccountKind, currency: str, amount: int) -> None:
        sums[kind, currency] = sums.get((kind, currency), 0) + amount

    for payment in Payment.objects.filter(received_minor__isnull=False).iterator():
        received, currency = payment.received_minor or 0, payment.received_currency
        earned = payment.amount_minor if payment.status == PaymentStatus.SUCCEEDED else 0
        fee = payment.fee_minor or 0
        by_gateway = payment.provider == "stripe"
        clearing = AccountKind.GATEWAY_CLEARING if by_gateway else AccountKind.HAND_CLEARING
        add(clearing, currency, received - fee)
        add(AccountKind.FEES, currency, fee)
        add(AccountKind.REVENUE, currency, -earned)
        add(AccountKind.REFUNDS_PAYABLE, currency, earned - received)
    for refund in Refund.objects.select_related("payment").iterator():
        if refund.reason not in NEVER_EARNED:
            add(AccountKind.REVENUE, refund.currency, refund.amount_minor)
            add(AccountKind.REFUNDS_PAYABLE, refund.currency, -refund.amount_minor)
        if refund.status == RefundStatus.REPLACED:
            add(AccountKind.REVENUE, refund.currency, -refund.amount_minor)
            add(AccountKind.REFUNDS_PAYABLE, refund.currency, refund.amount_minor)
        if refund.status in {RefundStatus.SENT, RefundStatus.SUCCEEDED}:
            by_gateway = refund.payment.provider == "stripe"
            clearing = AccountKind.GATEWAY_CLEARING if by_gateway else AccountKind.HAND_CLEARING
            add(AccountKind.REFUNDS_PAYABLE, refund.currency, refund.amount_minor)
            add(clearing, refund.currency, -refund.amount_minor)
    for dispute in Dispute.objects.iterator():
        is_lost = dispute.status == DisputeStatus.LOST
        gone = AccountKind.REVENUE if is_lost else AccountKind.DISPUTED
        add(gone, dispute.currency, dispute.withdrawn_minor)
        add(AccountKind.FEES, dispute.currency, dispute.fee_minor)
        add(
            AccountKind.GATEWAY_CLEARING,
            dispute.currency,
            -dispute.withdrawn_minor - dispute.fee_minor,
        )
    return sums


CHECKS: list[Callable[[], Iterator[str]]] = [
    quotas,
    order_totals,
    line_quantities,
    ticket_states,
    refunded_sums,
    paid_orders,
    ledger,
]
