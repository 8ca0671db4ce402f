"""What money does to an order. No network here; every function locks the Order first."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from checkout import tasks
from checkout.errors import AlreadyPaid, PaymentUnderway
from checkout.sellers import sellers_of
from checkout.services import books, log, refunds, shares
from checkout.services.locks import lock_order
from core.effects import after_commit
from core.errors import DomainError
from core.logs import logger
from orders.models import (
    Order,
    OrderStatus,
    Payment,
    PaymentStatus,
    Provider,
    RefundReason,
)


@transaction.atomic
def settle_payment(
    *,
    payment_id: UUID | str,
    amount_minor: int,
    currency: str,
    reference: str = "",
    fee_minor: int | None = None,
) -> Payment:
    """Record that the money came in and hand over what it bought. Safe to repeat.

    Money for an order that expired or was canceled revives it if places remain. What cannot be
    given for it becomes a refund due, at once and by itself: all of it when the order was paid
    already, its places are gone, or the sum is too small or in another currency; what is too
    much when it was overpaid. `reference` is the gateway's name for the payment, `fee_minor`
    what it kept (None: not known yet).
    """
    order_id = Payment.objects.values_list("order", flat=True).get(public_id=payment_id)
    order = lock_order(order_id)
    payment = order.payments.get(public_id=payment_id)  # read after the lock
    if payment.status in {PaymentStatus.STARTED, PaymentStatus.FAILED}:
        payment.order = order
        _receive(payment, amount_minor, currency, reference)
    if payment.fee_minor is None and fee_minor is not None:
        payment.fee_minor = fee_minor
        payment.save(update_fields=["fee_minor"])
        books.fee_known(payment)
        shares.adjust(order)
    return payment


def _receive(payment: Payment, amount_minor: int, currency: str, reference: str) -> None:
    order = payment.order
    payment.received_minor, payment.received_currency = amount_minor, currency
    payment.succeeded_at, payment.reference = timezone.now(), reference
    enough = currency == payment.currency and amount_minor >= payment.amount_minor
    reason = _why_not(order) if enough else RefundReason.WRONG_AMOUNT
    payment.status = PaymentStatus.REFUND_DUE if reason else PaymentStatus.SUCCEEDED
    payment.save(
        update_fields=["received_minor", "received_currency", "succeeded_at", "reference", "status"]
    )
    earned = 0 if reason else payment.amount_minor
    books.payment_received(payment, earned_minor=earned)
    if amount_minor > earned:
        refunds.owe(payment, amount_minor - earned, reason or RefundReason.OVERPAID)
    if not reason:
        hand_over(order)
    logger.info("payment_settled", payment=payment.pk, order=order.pk, outcome=payment.status)


def _why_not(order: Order) -> RefundReason | None:
    """Why money buys nothing now; None where it does, with places that were let go taken again."""
    if order.status == OrderStatus.OPEN:
        return None
    if order.status not in {OrderStatus.EXPIRED, OrderStatus.CANCELED}:
        return RefundReason.PAID_TWICE
    try:
        retake(order)
    except DomainError:
        return RefundReason.NO_PLACES
    return None


@transaction.atomic  # a savepoint: all sellers or none
def retake(order: Order) -> None:
    for seller in sellers_of(order):
        seller.retake(order)


def hand_over(order: Order) -> None:
    """The locked order is paid: everything it holds becomes valid, who shares in it is written
    down, its buyer gets a mail."""
    order.status, order.paid_at, order.closed_at = OrderStatus.PAID, timezone.now(), None
    order.save(update_fields=["status", "paid_at", "closed_at"])
    for seller in sellers_of(order):
        seller.activate(order)
    shares.freeze(order)
    after_commit(tasks.send_confirmation.delay, order.pk)


@transaction.atomic
def await_bank(*, payment_id: UUID | str) -> None:
    """The buyer did their part, and a slow bank still thinks. Repeatable."""
    started = Payment.objects.filter(public_id=payment_id, status=PaymentStatus.STARTED)
    started.filter(submitted_at=None).update(submitted_at=timezone.now())


@transaction.atomic
def fail_payment(*, payment_id: UUID | str) -> None:
    """The gateway says that this payment will not come. Repeatable; money that came stands."""
    started = Payment.objects.filter(public_id=payment_id, status=PaymentStatus.STARTED)
    started.update(status=PaymentStatus.FAILED, failed_at=timezone.now())


@transaction.atomic
def close_order(*, order: Order, status: OrderStatus, when: Callable[[Order], bool]) -> Order:
    """End an open order and let its places go, if it is still open and `when` holds under the lock.

    Raises PaymentUnderway when a payment was started meanwhile: its session has to end first.
    """
    order = lock_order(order.pk)
    if order.status != OrderStatus.OPEN or not when(order):
        return order
    if order.payments.started().exists():
        raise PaymentUnderway
    for seller in sellers_of(order):
        seller.release(order)
    order.status, order.closed_at = status, timezone.now()
    order.save(update_fields=["status", "closed_at"])
    if status == OrderStatus.EXPIRED:
        after_commit(tasks.tell_expired.delay, order.pk)
    logger.info("order_closed", order=order.pk, status=status)
    return order


@transaction.atomic
def mark_paid(*, order: Order, by: User | None, provider: Provider, note: str = "") -> Payment:
    """An organizer, or a phone at the door, has the money in hand (bank, cash).
    Revives an order whose hold ran out.

    A payment page that is still open is closed by the clock; money that comes through it
    nevertheless becomes a refund due. Raises AlreadyPaid, SoldOut, NotOnSale.
    """
    order = lock_order(order.pk)
    if order.status in {OrderStatus.PAID, OrderStatus.REFUNDED}:
        raise AlreadyPaid
    if order.status != OrderStatus.OPEN:
        retake(order)
    now = timezone.now()
    payment = Payment.objects.create(
        order=order,
        provider=provider,
        status=PaymentStatus.SUCCEEDED,
        amount_minor=order.total_minor,
        currency=order.currency,
        received_minor=order.total_minor,
        received_currency=order.currency,
        note=note,
        recorded_by=by,
        succeeded_at=now,
    )
    books.payment_received(payment, earned_minor=order.total_minor)
    hand_over(order)
    log.record(
        order, by=by, action="order_marked_paid", changes={"note": ["", note]} if note else {}
    )
    return payment
