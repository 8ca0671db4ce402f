"""A buyer's bank takes money back: what the gateway says of it, in our rows and books."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from checkout import tasks
from checkout.sellers import sellers_of
from checkout.services import books, log, refunds, shares
from checkout.services.locks import lock_order
from checkout.services.refund_outcomes import close_what_is_returned
from checkout.services.refund_replacing import replace_by_bank
from community.models import DisputePolicy
from core.effects import after_commit
from core.errors import DomainError
from orders.gateways.stripe import GatewayDispute
from orders.models import Dispute, DisputeStatus, Order, Payment, PaymentStatus


@transaction.atomic
def apply_dispute(*, payment: Payment, found: GatewayDispute) -> Dispute:
    """Bring our dispute to what the gateway says of it now. Repeatable, in any order.

    Books what it withdrew or gave back since the last look; the tickets' fate is the chapter's
    setting, and nobody's where the disputed money bought none. Organizers are told once, when
    it opens.
    """
    order = lock_order(payment.order_id)
    payment = order.payments.get(pk=payment.pk)
    payment.order = order
    dispute, new = Dispute.objects.get_or_create(
        gateway_id=found.id,
        defaults={
            "payment": payment,
            "reason": found.reason[:60],
            "amount_minor": found.amount_minor,
            "currency": found.currency,
        },
    )
    dispute.payment = payment
    if _is_old(dispute, found):
        return dispute
    _book(dispute, found)
    _turn(order, dispute, DisputeStatus(found.status), new=new)
    return dispute


def _is_old(dispute: Dispute, found: GatewayDispute) -> bool:
    """Asked for before something newer was written down."""
    reopened = dispute.status != DisputeStatus.OPEN and found.status == DisputeStatus.OPEN
    return reopened or found.bookings < dispute.bookings


def _book(dispute: Dispute, found: GatewayDispute) -> None:
    books.dispute_moved(
        dispute,
        withdrawn_minor=found.withdrawn_minor - dispute.withdrawn_minor,
        fee_minor=found.fee_minor - dispute.fee_minor,
        step=found.bookings,
    )
    dispute.withdrawn_minor, dispute.fee_minor = found.withdrawn_minor, found.fee_minor
    dispute.evidence_due_at, dispute.bookings = found.evidence_due_at, found.bookings
    dispute.save(update_fields=["withdrawn_minor", "fee_minor", "evidence_due_at", "bookings"])


def _turn(order: Order, dispute: Dispute, status: DisputeStatus, *, new: bool) -> None:
    changed = dispute.status != status
    if changed:
        dispute.status, dispute.closed_at = status, timezone.now()
        dispute.save(update_fields=["status", "closed_at"])
    books.dispute_lost(dispute)
    if dispute.status == DisputeStatus.LOST:
        replace_by_bank(dispute.payment)
        close_what_is_returned(order, dispute.payment)
        shares.adjust(order)
    # a lost one stays: its money is gone and must not be returned a second time
    payment = dispute.payment
    payment.disputed = payment.disputes.exclude(status=DisputeStatus.WON).exists()
    payment.save(update_fields=["disputed"])
    if new or changed:
        if payment.status == PaymentStatus.SUCCEEDED:
            _decide_tickets(order, dispute)
        _record(order, dispute)
    if new:
        after_commit(tasks.tell_dispute.delay, dispute.pk)


def _decide_tickets(order: Order, dispute: Dispute) -> None:
    if dispute.status == DisputeStatus.WON:
        _make_good(order, dispute)
        return
    ends = {
        DisputePolicy.CANCEL_AT_ONCE: {DisputeStatus.OPEN, DisputeStatus.LOST},
        DisputePolicy.CANCEL_WHEN_LOST: {DisputeStatus.LOST},
        DisputePolicy.KEEP: set(),
    }
    if dispute.status in ends[DisputePolicy(order.chapter.dispute_policy)]:
        for seller in sellers_of(order):
            seller.take_back(order, None)


def _make_good(order: Order, dispute: Dispute) -> None:
    """The house keeps the money after all: the tickets that the dispute ended are valid again,
    or, where their places are gone, paid back."""
    try:
        _give_again(order, dispute.opened_at)
    except DomainError:
        refunds.refund_ended(order=order, since=dispute.opened_at)


@transaction.atomic  # a savepoint: all sellers or none
def _give_again(order: Order, since: datetime) -> None:
    for seller in sellers_of(order):
        seller.give_again(order, since)


def _record(order: Order, dispute: Dispute) -> None:
    log.record(
        order,
        by=None,
        action=f"dispute_{dispute.status}",
    )
