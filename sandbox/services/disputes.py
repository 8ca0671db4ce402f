"""A payer's bank takes the money back, and perhaps returns it."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from sandbox.api import shapes
from sandbox.errors import StripeError
from sandbox.models import Charge, ChargeStatus, Dispute, DisputeStatus
from sandbox.money import DISPUTE_FEE
from sandbox.services.balance import book
from sandbox.services.events import publish

TIME_TO_ANSWER = timedelta(days=14)


@transaction.atomic
def open_dispute(charge: Charge, *, reason: str = "product_not_received") -> Dispute:
    """Withdraw what is left of a charge, and a fee. Raises StripeError when nothing is."""
    charge = Charge.objects.select_for_update(of=("self",)).get(pk=charge.pk)
    if charge.status != ChargeStatus.SUCCEEDED or charge.is_disputed or not charge.left:
        raise StripeError("This charge cannot be disputed (any more).")
    charge.is_disputed = True
    charge.save(update_fields=["is_disputed"])
    dispute = Dispute.objects.create(
        charge=charge,
        amount=charge.left,
        currency=charge.currency,
        reason=reason,
        due_at=timezone.now() + TIME_TO_ANSWER,
    )
    opened = shapes.dispute_shape(dispute)
    book(
        dispute.public_id,
        kind="adjustment",
        category="dispute",
        amount=-dispute.amount,
        fee=DISPUTE_FEE,
        currency=dispute.currency,
    )
    withdrawn = shapes.dispute_shape(dispute)
    publish([("charge.dispute.created", opened), ("charge.dispute.funds_withdrawn", withdrawn)])
    return dispute


@transaction.atomic
def close_dispute(dispute: Dispute, *, is_won: bool) -> Dispute:
    """End an open dispute; won, the shop gets the sum back, not the fee."""
    dispute = Dispute.objects.select_for_update(of=("self",)).get(pk=dispute.pk)
    if dispute.status != DisputeStatus.NEEDS_RESPONSE:
        raise StripeError(f"This dispute is already {dispute.status}.")
    dispute.status = DisputeStatus.WON if is_won else DisputeStatus.LOST
    dispute.save(update_fields=["status"])
    news = []
    if is_won:
        book(
            dispute.public_id,
            kind="adjustment",
            category="dispute_reversal",
            amount=dispute.amount,
            currency=dispute.currency,
        )
        news.append(("charge.dispute.funds_reinstated", shapes.dispute_shape(dispute)))
    publish([*news, ("charge.dispute.closed", shapes.dispute_shape(dispute))])
    return dispute
