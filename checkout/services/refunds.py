"""Money that has to go back: rows and books. Sending it is `refund_sending`'s work.

Every function locks the Order first, or is called under its lock. A refund is counted on its
payment and line from the moment it is owed, so that no two of them promise the same money.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from checkout import tasks
from checkout.errors import NotRefundable, PaymentDisputed
from checkout.sellers import sellers_of
from checkout.services import books, log, shares
from checkout.services.locks import lock_order
from checkout.services.refund_outcomes import close_what_is_returned
from checkout.services.refund_replacing import replace_by_refund
from core.effects import after_commit
from orders.gateways.stripe import GatewayRefund
from orders.models import (
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentStatus,
    Provider,
    Refund,
    RefundReason,
    RefundStatus,
)


def owe(
    payment: Payment,
    amount_minor: int,
    reason: RefundReason,
    *,
    line: OrderLine | None = None,
    by: User | None = None,
    note: str = "",
) -> Refund:
    """Write down that `amount_minor` of `payment` goes back, and send it after the commit.

    Under the Order's lock. Raises NotRefundable when less than that is left.
    """
    left = Payment.objects.filter(
        pk=payment.pk, received_minor__gte=F("refunded_minor") + amount_minor
    )
    if not left.update(refunded_minor=F("refunded_minor") + amount_minor):
        raise NotRefundable
    if line is not None:
        OrderLine.objects.filter(pk=line.pk).update(
            refunded_minor=F("refunded_minor") + amount_minor
        )
    refund = Refund.objects.create(
        payment=payment,
        line=line,
        amount_minor=amount_minor,
        currency=payment.received_currency,
        reason=reason,
        requested_by=by,
        note=note,
    )
    books.refund_owed(refund)
    shares.adjust(payment.order)
    after_commit(tasks.send_refund.delay, refund.pk)
    return refund


@transaction.atomic
def refund_units(
    *,
    order: Order,
    units: Iterable[str],
    by: User | None,
    reason: RefundReason,
    percents: dict[str, int] | None = None,
    note: str = "",
) -> list[Refund]:
    """Take back single places of a paid order (`public_id`s of tickets) and owe what they cost.

    `percents` says how much of a unit's price goes back, 100 where it says nothing; fractions
    of a minor unit stay with the house, and what went back elsewhere does not go back again.
    Free ones only give their place back. Repeatable: what was taken back already is passed over.
    Raises PaymentDisputed, NotRefundable, StockMoved.
    """
    order = lock_order(order.pk)
    if order.status not in {OrderStatus.PAID, OrderStatus.REFUNDED}:
        raise NotRefundable
    if order.payments.earned().filter(disputed=True).exists():
        raise PaymentDisputed
    taken_back = [pair for seller in sellers_of(order) for pair in seller.take_back(order, units)]
    owed: Counter[int] = Counter()
    for unit, line_id in taken_back:
        owed[line_id] += (percents or {}).get(unit, 100)
    made = _refund_lines(order, owed, reason, by, note)
    if taken_back:
        _record(order, by, reason, len(taken_back))
        _close(order)
    return made


def refund_ended(*, order: Order, since: datetime) -> list[Refund]:
    """Under the Order's lock: owe what the tickets cost that ended since then without a refund."""
    owed: Counter[int] = Counter()
    for seller in sellers_of(order):
        owed.update({line_id: 100 * count for line_id, count in seller.ended_lines(order, since)})
    return _refund_lines(order, owed, RefundReason.ORGANIZER)


def _refund_lines(
    order: Order,
    percents: Mapping[int, int],
    reason: RefundReason,
    by: User | None = None,
    note: str = "",
) -> list[Refund]:
    made = [
        _refund_line(order, line_id, percent, reason, by, note)
        for line_id, percent in sorted(percents.items())
    ]
    return [refund for refund in made if refund]


def amount_of(line: OrderLine, percent: int) -> int:
    """What goes back of a line; `percent` is summed over its units. Never more than is left."""
    return min(line.unit_price_minor * percent // 100, line.total_minor - line.refunded_minor)


def _refund_line(
    order: Order,
    line_id: int,
    percent: int,
    reason: RefundReason,
    by: User | None,
    note: str,
) -> Refund | None:
    """`percent` is summed over the line's units: 250 is two and a half prices."""
    line = order.lines.get(pk=line_id)
    if not amount_of(line, percent):
        return None
    payment = order.payments.earned().first()
    if payment is None:
        raise NotRefundable
    payment.order = order
    amount = min(amount_of(line, percent), payment.left_minor)
    return owe(payment, amount, reason, line=line, by=by, note=note) if amount else None


def _close(order: Order) -> None:
    """The last ticket went, and its money may have gone before it."""
    if payment := order.payments.earned().first():
        close_what_is_returned(order, payment)


def _record(order: Order, by: User | None, reason: RefundReason, count: int) -> None:
    log.record(
        order,
        by=by,
        action="order_refunded",
        changes={"tickets": ["", count], "reason": ["", str(reason)]},
    )


@transaction.atomic
def retry_refund(*, refund: Refund, by: User | None = None) -> Refund:
    """Make a failed refund due again, with a new key at the gateway. Repeatable."""
    order = lock_order(refund.payment.order_id)
    refund = Refund.objects.get(pk=refund.pk)
    if refund.status != RefundStatus.FAILED:
        return refund
    refund.status, refund.gateway_id, refund.closed_at = RefundStatus.DUE, "", None
    refund.attempt, refund.failure_told_at = refund.attempt + 1, None
    refund.save(update_fields=["status", "gateway_id", "closed_at", "attempt", "failure_told_at"])
    if by is not None:
        log.record(order, by=by, action="refund_retried")
    after_commit(tasks.send_refund.delay, refund.pk)
    return refund


@transaction.atomic
def mark_returned(*, refund: Refund, by: User, note: str = "") -> Refund:
    """An organizer gave bank or cash money back by hand; the buyer is told. Repeatable.

    Raises NotRefundable for a gateway's.
    """
    order = lock_order(refund.payment.order_id)
    refund = Refund.objects.select_related("payment__order").get(pk=refund.pk)
    if refund.payment.provider == Provider.STRIPE:
        raise NotRefundable
    if refund.status == RefundStatus.SUCCEEDED:
        return refund
    refund.status, refund.note = RefundStatus.SUCCEEDED, note or refund.note
    refund.sent_at = refund.closed_at = timezone.now()
    refund.save(update_fields=["status", "note", "sent_at", "closed_at"])
    books.refund_sent(refund)
    close_what_is_returned(order, refund.payment)
    log.record(order, by=by, action="refund_returned")
    after_commit(tasks.send_refund.delay, refund.pk)
    return refund


@transaction.atomic
def record_foreign(*, payment: Payment, found: GatewayRefund) -> Refund | None:
    """A refund that somebody made in the gateway's own dashboard. Repeatable by its gateway id.

    What we owed and could not send counts as returned by it, where no other money is left. One
    that failed before we heard of it is owed as far as nothing else has taken its money
    meanwhile, just as if we had heard of it first; None: all of it was taken. It is told to
    the order's line when there is only one it can mean, else a person must look
    (`needs_review`). Tickets stay as they are: an organizer decides about them.
    """
    order = lock_order(payment.order_id)
    known = Refund.objects.filter(gateway_id=found.id).first()
    if known:
        return known
    payment = order.payments.get(pk=payment.pk)
    payment.order = order
    amount = found.amount_minor
    if found.status == "failed":
        amount = min(amount, payment.left_minor)
    else:
        replace_by_refund(payment, amount)
    if not amount:
        return None
    line = _only_line(order, payment, amount)
    refund = owe(payment, amount, RefundReason.GATEWAY, line=line)
    refund.needs_review, refund.gateway_id = line is None, found.id
    refund.save(update_fields=["needs_review", "gateway_id"])
    _record(order, None, RefundReason.GATEWAY, 0)
    return refund


def _only_line(order: Order, payment: Payment, amount_minor: int) -> OrderLine | None:
    if payment.status != PaymentStatus.SUCCEEDED:
        return None
    room = order.lines.filter(total_minor__gte=F("refunded_minor") + amount_minor)
    fitting = list(room[:2])
    return fitting[0] if len(fitting) == 1 and order.lines.count() == 1 else None
