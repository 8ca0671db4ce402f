"""Orders and the gateway. These functions wait on the network: call them outside a transaction."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation

from checkout.errors import OrderNotOpen
from checkout.services import settling
from checkout.services.locks import lock_order
from core.errors import DomainError
from core.logs import logger
from orders.gateways import stripe
from orders.models import Order, OrderStatus, Payment, Provider

REUSABLE = timedelta(
    minutes=3
)  # a payment page with less life left is not worth sending someone to


def start_payment(*, order: Order) -> Payment:
    """A payment whose `checkout_url` the buyer is sent to. Repeatable: a live one is used again.

    Crash between the row and the session: the next call finds the row and asks with the same
    idempotency key, for as long as the session it asks for could still begin. Raises
    OrderNotOpen, GatewayError (the places stay held).
    """
    payment = _started_payment(order)
    if payment.checkout_url:
        return payment
    with translation.override(payment.order.language):
        title = ", ".join(line.title for line in payment.order.lines.all())
    return_url = f"{settings.SITE_URL}{order.get_absolute_url()}"
    session = stripe.create_session(payment, title=title[:250], return_url=return_url)
    payment.gateway_id, payment.checkout_url = session.id, session.url
    payment.save(update_fields=["gateway_id", "checkout_url"])
    return payment


@transaction.atomic(durable=True)
def _started_payment(order: Order) -> Payment:
    now = timezone.now()
    order = lock_order(order.pk)
    if order.status != OrderStatus.OPEN:
        raise OrderNotOpen
    if payment := _reusable(order, now):
        return payment
    expires_at = now + stripe.SESSION_LIFE
    order.hold_until = max(order.hold_until, expires_at + stripe.HOLD_MARGIN)
    order.save(update_fields=["hold_until"])
    return Payment.objects.create(
        order=order,
        provider=Provider.STRIPE,
        amount_minor=order.total_minor,
        currency=order.currency,
        expires_at=expires_at,
    )


def _reusable(order: Order, now: datetime) -> Payment | None:
    """A payment page that is worth sending someone to, or one that can still be asked for: the
    gateway refuses to open any that would end too soon for it."""
    has_page = Q(expires_at__gt=now + REUSABLE) & ~Q(checkout_url="")
    can_be_asked = Q(expires_at__gt=now + stripe.SHORTEST_LIFE, checkout_url="")
    return order.payments.started().filter(has_page | can_be_asked).last()


def apply_session(session: stripe.Session) -> None:
    """Bring our payment to what the gateway's session says now. Repeatable, in any order.

    Raises Payment.DoesNotExist (a session of somebody else).
    """
    if not session.payment_id:
        raise Payment.DoesNotExist
    if session.paid:
        settling.settle_payment(
            payment_id=session.payment_id,
            amount_minor=session.amount_minor,
            currency=session.currency,
            reference=session.payment_intent,
            fee_minor=session.fee_minor,
        )
    elif session.pending:
        settling.await_bank(payment_id=session.payment_id)
    elif session.status != "open":
        settling.fail_payment(payment_id=session.payment_id)


def refresh_order(*, order: Order) -> Order:
    """Ask the gateway about every payment still under way; the buyer may be back before the webhook."""
    for payment in order.payments.started().exclude(gateway_id=""):
        apply_session(stripe.fetch_session(payment.gateway_id))
    order.refresh_from_db()
    return order


def _end_payments(order: Order) -> None:
    """After this no payment page of the order can be paid any more; what was paid is settled."""
    for payment in order.payments.started():
        if not payment.gateway_id:  # never reached a buyer
            settling.fail_payment(payment_id=payment.public_id)
            continue
        session = stripe.fetch_session(payment.gateway_id)
        if session.status == "open":
            session = stripe.expire_session(session.id)
        apply_session(session)


def expire_order(*, order: Order, at: datetime) -> Order:
    """Let an overdue order's places go, after the gateway was asked: paid settles it instead.

    Raises GatewayError and PaymentUnderway; the order then stays as it is until the next pass.
    """
    _end_payments(order)
    return settling.close_order(
        order=order, status=OrderStatus.EXPIRED, when=lambda locked: locked.hold_until <= at
    )


def cancel_open_order(*, order: Order) -> Order:
    """The buyer does not want it any more. One that was paid meanwhile stays paid."""
    _end_payments(order)
    return settling.close_order(order=order, status=OrderStatus.CANCELED, when=lambda _order: True)


def close_leftover_payments(*, order: Order) -> None:
    """End payment pages of an order that got its money another way. Raises GatewayError."""
    _end_payments(order)


def expire_overdue(*, at: datetime, chapter_id: int | None = None, limit: int = 20) -> int:
    """Expire what is overdue, oldest first, and say how many places-holding orders ended.

    One order's trouble (the gateway does not answer for it) does not stop the others.
    """
    overdue = Order.objects.overdue(at).order_by("hold_until")
    if chapter_id is not None:
        overdue = overdue.filter(chapter=chapter_id)
    ended = 0
    for order in overdue[:limit]:
        try:
            ended += expire_order(order=order, at=at).status == OrderStatus.EXPIRED
        except DomainError as error:  # the next pass tries again
            logger.warning("expiry_failed", order=order.pk, error=error.code)
    return ended
