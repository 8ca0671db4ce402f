"""What money does to an order. No network here; every function locks the Order first."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from checkout import tasks
from checkout.errors import AlreadyPaid, AmountMismatch, PaymentUnderway
from checkout.sellers import SELLERS
from core.effects import after_commit
from core.errors import DomainError
from core.logs import logger
from core.money import format_money
from events.services import log
from orders.models import Order, OrderStatus, Payment, PaymentStatus, Provider


def lock_order(pk: int) -> Order:
    return Order.objects.select_for_update(of=("self",)).get(pk=pk)


@transaction.atomic
def settle_payment(
    *, payment_id: UUID | str, amount_minor: int, currency: str, reference: str = ""
) -> Payment:
    """Record that the money came in and hand over what it bought. Safe to repeat.

    Money for an order that expired or was canceled revives it if places remain; what cannot be
    given for it (paid twice, places gone) becomes a refund due. `reference` is the gateway's
    name for the payment. Raises AmountMismatch when the sum is not the one we asked for.
    """
    order_id = Payment.objects.values_list("order", flat=True).get(public_id=payment_id)
    order = lock_order(order_id)
    payment = order.payments.get(public_id=payment_id)  # read after the lock
    if payment.status not in {PaymentStatus.STARTED, PaymentStatus.FAILED}:
        return payment
    if (payment.amount_minor, payment.currency) != (amount_minor, currency):
        raise AmountMismatch(
            asked=format_money(payment.amount_minor, payment.currency),
            got=f"{amount_minor} {currency}",
        )
    payment.status = PaymentStatus.SUCCEEDED if _may_have(order) else PaymentStatus.REFUND_DUE
    payment.succeeded_at, payment.reference = timezone.now(), reference
    payment.save(update_fields=["status", "succeeded_at", "reference"])
    if payment.status == PaymentStatus.SUCCEEDED:
        hand_over(order)
    logger.info("payment_settled", payment=payment.pk, order=order.pk, outcome=payment.status)
    return payment


def _may_have(order: Order) -> bool:
    """Whether money now buys what the order asks for; takes its places again where they were let go."""
    if order.status == OrderStatus.OPEN:
        return True
    if order.status not in {OrderStatus.EXPIRED, OrderStatus.CANCELED}:
        return False
    try:
        retake(order)
    except DomainError:
        return False
    return True


@transaction.atomic  # a savepoint: all sellers or none
def retake(order: Order) -> None:
    for seller in SELLERS:
        seller.retake(order)


def hand_over(order: Order) -> None:
    """The locked order is paid: everything it holds becomes valid, its buyer gets a mail."""
    order.status, order.paid_at, order.closed_at = OrderStatus.PAID, timezone.now(), None
    order.save(update_fields=["status", "paid_at", "closed_at"])
    for seller in SELLERS:
        seller.activate(order)
    after_commit(tasks.send_confirmation.delay, order.pk)


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
    for seller in SELLERS:
        seller.release(order)
    order.status, order.closed_at = status, timezone.now()
    order.save(update_fields=["status", "closed_at"])
    logger.info("order_closed", order=order.pk, status=status)
    return order


@transaction.atomic
def mark_paid(*, order: Order, by: User, provider: Provider, note: str = "") -> Payment:
    """An organizer has the money in hand (bank, cash). Revives an order whose hold ran out.

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
        note=note,
        recorded_by=by,
        succeeded_at=now,
    )
    hand_over(order)
    record(order, by=by, action="order_marked_paid", changes={"note": ["", note]} if note else {})
    return payment


def record(order: Order, *, by: User | None, action: str, changes: dict | None = None) -> None:
    """Write it into the log of each event that the order is for."""
    for seller in SELLERS:
        for event in seller.events_of(order):
            log.record(event=event, by=by, action=action, target=order.reference, changes=changes)
