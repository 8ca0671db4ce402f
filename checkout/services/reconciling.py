"""Our payments beside the gateway's own list; waits on the network, call it outside a transaction."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from checkout.services import disputes, inbox, payments
from core.errors import DomainError
from orders.gateways import stripe
from orders.models import Payment, PaymentStatus, Provider

SETTLED = (PaymentStatus.SUCCEEDED, PaymentStatus.REFUND_DUE, PaymentStatus.REFUNDED)


class Difference(NamedTuple):
    """`repaired` says whether it is gone now; what is not, wants a person."""

    what: str
    repaired: bool


def reconcile(*, since: datetime) -> Iterator[Difference]:
    """Compare everything since then, repair what follows from the gateway's word, report the rest."""
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
        if session.payment_intent and session.paid:
            _look_beyond(payment, session.payment_intent)
    except DomainError as error:
        yield Difference(f"payment {payment.pk}: {error.code}", False)
        return
    payment.refresh_from_db()
    after = _state(payment)
    if before != after:
        yield Difference(f"payment {payment.pk}: {before} → {after}", True)
    if payment.status in SETTLED and not session.paid:
        yield Difference(f"payment {payment.pk} is settled, but its session is unpaid", False)
    if session.paid and payment.received_minor != session.amount_minor:
        yield Difference(
            f"payment {payment.pk}: received {payment.received_minor}, gateway says {session.amount_minor}",
            False,
        )


def _look_beyond(payment: Payment, intent: str) -> None:
    """What went back of it. Oldest first: one that failed made room for the next."""
    for refund in reversed(stripe.list_refunds(intent)):
        inbox.apply_refund(refund, payment)
    for dispute in stripe.list_disputes(intent):
        disputes.apply_dispute(payment=payment, found=dispute)


def _state(payment: Payment) -> str:
    refunds = payment.refunds.order_by("pk").values_list("amount_minor", "status")
    disputed = payment.disputes.order_by("pk").values_list("amount_minor", "status")
    return (
        f"{payment.status}, fee {payment.fee_minor}, "
        f"refunds [{_listed(refunds)}], disputes [{_listed(disputed)}]"
    )


def _listed(rows: Iterable[tuple[int, str]]) -> str:
    return ", ".join(f"{amount} {status}" for amount, status in rows)
