"""Refunds: never beyond the charge, whatever the hurry."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from sandbox.api import shapes
from sandbox.errors import StripeError
from sandbox.models import Charge, ChargeStatus, DisputeStatus, Refund, RefundStatus
from sandbox.money import money_text
from sandbox.services.balance import book
from sandbox.services.events import publish

SLOW_REFUND = timedelta(seconds=3)


@transaction.atomic
def refund(
    charge: Charge,
    *,
    amount: int | None = None,
    reason: str = "",
    metadata: dict[str, Any] | None = None,
    will_fail: bool = False,
) -> Refund:
    """Give back `amount` (None: all that is left).

    A card's refund succeeds at once; a wallet's is pending for some seconds. With
    `will_fail` the money comes back some seconds later. Raises StripeError.
    """
    charge = Charge.objects.select_for_update(of=("self",)).get(pk=charge.pk)
    amount = charge.left if amount is None else amount
    _check(charge, amount)
    room = Charge.objects.filter(pk=charge.pk, amount_refunded__lte=F("amount") - amount)
    if not room.update(amount_refunded=F("amount_refunded") + amount):
        raise StripeError("The charge was refunded meanwhile.", code="charge_already_refunded")
    charge.refresh_from_db()
    is_slow = charge.method != "card"
    made = Refund.objects.create(
        charge=charge,
        amount=amount,
        currency=charge.currency,
        reason=reason,
        metadata=metadata or {},
        status=RefundStatus.PENDING if is_slow else RefundStatus.SUCCEEDED,
        ends_as=_end(is_slow=is_slow, will_fail=will_fail),
        ends_at=timezone.now() + SLOW_REFUND if is_slow or will_fail else None,
    )
    made.balance_transaction = book(
        made.public_id,
        kind="refund" if charge.method == "card" else "payment_refund",
        category="refund",
        amount=-amount,
        currency=charge.currency,
    )
    made.save(update_fields=["balance_transaction"])
    publish(
        [
            ("refund.created", shapes.refund_shape(made)),
            ("charge.refunded", shapes.charge_shape(charge)),
        ]
    )
    return made


@transaction.atomic
def end_refund(refund: Refund, *, status: str) -> Refund:
    """Let a pending refund succeed, or one that was given fail; raises StripeError."""
    refund = Refund.objects.select_for_update(of=("self",)).get(pk=refund.pk)
    if refund.status == RefundStatus.FAILED or refund.status == status:
        raise StripeError(f"This refund is already {refund.status}.")
    refund.status, refund.ends_as, refund.ends_at = status, "", None
    refund.save(update_fields=["status", "ends_as", "ends_at"])
    if status == RefundStatus.FAILED:
        _take_back(refund)
        publish([("refund.failed", shapes.refund_shape(refund))])
    else:
        publish([("refund.updated", shapes.refund_shape(refund))])
    return refund


def end_due_refunds(now: datetime | None = None) -> int:
    """End refunds whose bank has had time enough; safe to call at any time, by anyone."""
    due = list(Refund.objects.filter(ends_at__lte=now or timezone.now()).order_by("pk")[:100])
    return sum(_end_if_due(refund) for refund in due)


@transaction.atomic
def _end_if_due(refund: Refund) -> bool:
    claimed = Refund.objects.filter(pk=refund.pk, ends_at=refund.ends_at)
    if not claimed.update(ends_at=None):
        return False
    end_refund(refund, status=refund.ends_as)
    return True


def _end(*, is_slow: bool, will_fail: bool) -> str:
    if will_fail:
        return RefundStatus.FAILED
    return RefundStatus.SUCCEEDED if is_slow else ""


def _check(charge: Charge, amount: int) -> None:
    if charge.status != ChargeStatus.SUCCEEDED:
        raise StripeError(
            f"This PaymentIntent ({charge.intent.public_id}) does not have a successful charge "
            "to refund.",
            code="payment_intent_unexpected_state",
        )
    if charge.is_disputed and charge.dispute.status != DisputeStatus.WON:
        raise StripeError(
            f"Charge {charge.public_id} has been charged back; cannot issue a refund.",
            code="charge_disputed",
        )
    if not charge.left:
        raise StripeError(
            f"Charge {charge.public_id} has already been refunded.",
            code="charge_already_refunded",
        )
    if amount > charge.left:
        asked = money_text(amount, charge.currency)
        left = money_text(charge.left, charge.currency)
        raise StripeError(
            f"Refund amount ({asked}) is greater than unrefunded amount on charge ({left})",
            param="amount",
        )


def _take_back(refund: Refund) -> None:
    Charge.objects.filter(pk=refund.charge_id).update(
        amount_refunded=F("amount_refunded") - refund.amount
    )
    refund.charge.refresh_from_db()
    refund.failure_reason = "lost_or_stolen_card" if refund.charge.method == "card" else "unknown"
    refund.failure_balance_transaction = book(
        refund.public_id,
        kind="refund_failure",
        amount=refund.amount,
        currency=refund.currency,
    )
    refund.save(update_fields=["failure_reason", "failure_balance_transaction"])
