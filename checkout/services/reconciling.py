"""Our payments beside the gateway's own list; waits on the network, call it outside a transaction."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, NamedTuple

from checkout.services import disputes, inbox, payments
from core.errors import DomainError
from orders.gateways import stripe
from orders.models import Dispute, DisputeStatus, Payment, PaymentStatus, Provider, Refund

Movement = stripe.GatewayRefund | stripe.GatewayDispute
CLOCKS_DIFFER = timedelta(minutes=5)
SETTLED = (PaymentStatus.SUCCEEDED, PaymentStatus.REFUND_DUE, PaymentStatus.REFUNDED)


class Difference(NamedTuple):
    """`repaired` says whether it is gone now; what is not, wants a person."""

    what: str
    repaired: bool


def reconcile(*, since: datetime) -> Iterator[Difference]:
    """Compare everything since then, repair what follows from the gateway's word, report the rest.

    Payments that began since then, and whatever went back since then of any payment. A call to
    the gateway for each hundred, and one for each dispute that is open.
    """
    yield from _payments(since)
    yield from _movements(since)


def _payments(since: datetime) -> Iterator[Difference]:
    seen: set[str] = set()
    for session in stripe.list_sessions(since):
        seen.add(session.id)
        payment_id: Any = session.payment_id or None  # None finds nothing
        payment = Payment.objects.filter(public_id=payment_id).first()
        if payment is None:
            if session.paid:
                yield Difference(f"session {session.id} was paid, but is no payment of ours", False)
            continue
        yield from _compare(payment, session)
    ours = Payment.objects.filter(
        provider=Provider.STRIPE, status__in=SETTLED, started_at__gte=since
    )
    for payment in ours.exclude(gateway_id__in=seen):
        yield Difference(
            f"payment {payment.pk} is settled, but the gateway does not list it", False
        )


def _compare(payment: Payment, session: stripe.Session) -> Iterator[Difference]:
    before = _state(payment)
    try:
        payments.apply_session(session)
    except DomainError as error:
        yield Difference(f"payment {payment.pk}: {error.code}", False)
        return
    yield from _repaired(payment, before)
    if payment.status in SETTLED and not session.paid:
        yield Difference(f"payment {payment.pk} is settled, but its session is unpaid", False)
    if session.paid and payment.received_minor != session.amount_minor:
        yield Difference(
            f"payment {payment.pk}: received {payment.received_minor}, gateway says {session.amount_minor}",
            False,
        )


def _movements(since: datetime) -> Iterator[Difference]:
    refunds = list(stripe.list_refunds(since))
    by_payment: defaultdict[str, list[Movement]] = defaultdict(list)
    # oldest first: a refund that failed made room for the next
    movements: Iterable[Movement] = chain(reversed(refunds), _disputes(since))
    for movement in movements:
        by_payment[movement.payment_intent].append(movement)
    for found in by_payment.values():
        yield from _look_beyond(found)
    listed = {refund.id for refund in refunds}
    ours = Refund.objects.filter(payment__provider=Provider.STRIPE).exclude(gateway_id="")
    for refund in ours.filter(sent_at__gte=since + CLOCKS_DIFFER).exclude(gateway_id__in=listed):
        yield Difference(f"refund {refund.pk} was sent, but the gateway does not list it", False)


def _disputes(since: datetime) -> Iterator[stripe.GatewayDispute]:
    """Opened since then, or still open as far as we know: those may have ended."""
    seen = set()
    for dispute in stripe.list_disputes(since):
        seen.add(dispute.id)
        yield dispute
    still_open = Dispute.objects.filter(status=DisputeStatus.OPEN).exclude(gateway_id__in=seen)
    for gateway_id in still_open.values_list("gateway_id", flat=True):
        yield stripe.fetch_dispute(gateway_id)


def _look_beyond(found: list[Movement]) -> Iterator[Difference]:
    """What went back of one payment; of one that is not ours, nothing."""
    try:
        payment = inbox.payment_behind(found[0])
    except inbox.NotOurs:
        return
    before = _state(payment)
    try:
        for movement in found:
            _apply(movement, payment)
    except DomainError as error:
        yield Difference(f"payment {payment.pk}: {error.code}", False)
        return
    yield from _repaired(payment, before)


def _apply(movement: Movement, payment: Payment) -> None:
    if isinstance(movement, stripe.GatewayRefund):
        inbox.apply_refund(movement, payment)
    else:
        disputes.apply_dispute(payment=payment, found=movement)


def _repaired(payment: Payment, before: str) -> Iterator[Difference]:
    payment.refresh_from_db()
    after = _state(payment)
    if before != after:
        yield Difference(f"payment {payment.pk}: {before} → {after}", True)


def _state(payment: Payment) -> str:
    refunds = payment.refunds.order_by("pk").values_list("amount_minor", "status")
    disputed = payment.disputes.order_by("pk").values_list("amount_minor", "status")
    return (
        f"{payment.status}, fee {payment.fee_minor}, "
        f"refunds [{_listed(refunds)}], disputes [{_listed(disputed)}]"
    )


def _listed(rows: Iterable[tuple[int, str]]) -> str:
    return ", ".join(f"{amount} {status}" for amount, status in rows)
