"""Which lines of the ledger each happening makes: the accounting rules, all of them, here.

Call inside the transaction that changes the state, under the Order's lock. Plus is what comes
in or is spent, minus what is earned or owed; each posting sums to zero.
"""

from ledger.models import AccountKind
from ledger.services import Move, post
from orders.models import Dispute, DisputeStatus, Payment, Provider, Refund

# Refunds of money that never became revenue: owed from the moment it came in
NEVER_EARNED = frozenset({"no_places", "paid_twice", "overpaid", "wrong_amount"})


def clearing(payment: Payment) -> tuple[AccountKind, str]:
    by_hand = payment.provider != Provider.STRIPE
    kind = AccountKind.HAND_CLEARING if by_hand else AccountKind.GATEWAY_CLEARING
    return kind, payment.provider


def chapter(payment: Payment) -> str:
    return f"chapter:{payment.order.chapter_id}"


def payment_received(payment: Payment, *, earned_minor: int) -> None:
    """What came in; all beyond `earned_minor` is owed back to the buyer."""
    received = payment.received_minor or 0
    post(
        key=f"payment:{payment.public_id}",
        kind="payment",
        currency=payment.received_currency,
        moves=[
            Move(*clearing(payment), received),
            Move(AccountKind.REVENUE, chapter(payment), -earned_minor),
            Move(AccountKind.REFUNDS_PAYABLE, chapter(payment), earned_minor - received),
        ],
    )


def fee_known(payment: Payment) -> None:
    fee = payment.fee_minor or 0
    post(
        key=f"fee:{payment.public_id}",
        kind="fee",
        currency=payment.received_currency,
        moves=[
            Move(AccountKind.FEES, chapter(payment), fee),
            Move(*clearing(payment), -fee),
        ],
    )


def refund_owed(refund: Refund) -> None:
    """From revenue to a debt. Money that was never earned is a debt already."""
    if refund.reason in NEVER_EARNED:
        return
    post(
        key=f"refund-owed:{refund.public_id}",
        kind="refund_owed",
        currency=refund.currency,
        moves=[
            Move(AccountKind.REVENUE, chapter(refund.payment), refund.amount_minor),
            Move(AccountKind.REFUNDS_PAYABLE, chapter(refund.payment), -refund.amount_minor),
        ],
    )


def refund_sent(refund: Refund) -> None:
    _refund_moved(refund, "refund", refund.amount_minor)


def refund_came_back(refund: Refund) -> None:
    """A refund that the buyer's bank turned away: the debt stands again."""
    _refund_moved(refund, "refund-failed", -refund.amount_minor)


def refund_replaced(refund: Refund) -> None:
    """The debt is gone, and so is what stood for it: another entry has taken the money."""
    post(
        key=f"refund-replaced:{refund.public_id}",
        kind="refund_replaced",
        currency=refund.currency,
        moves=[
            Move(AccountKind.REVENUE, chapter(refund.payment), -refund.amount_minor),
            Move(AccountKind.REFUNDS_PAYABLE, chapter(refund.payment), refund.amount_minor),
        ],
    )


def _refund_moved(refund: Refund, kind: str, amount_minor: int) -> None:
    post(
        key=f"{kind}:{refund.public_id}:{refund.attempt}",
        kind=kind.replace("-", "_"),
        currency=refund.currency,
        moves=[
            Move(AccountKind.REFUNDS_PAYABLE, chapter(refund.payment), amount_minor),
            Move(*clearing(refund.payment), -amount_minor),
        ],
    )


def dispute_moved(dispute: Dispute, *, withdrawn_minor: int, fee_minor: int, step: int) -> None:
    """The gateway took `withdrawn_minor` (negative: gave back) and `fee_minor` since the last look."""
    post(
        key=f"dispute:{dispute.gateway_id}:{step}",
        kind="dispute",
        currency=dispute.currency,
        moves=[
            Move(AccountKind.DISPUTED, chapter(dispute.payment), withdrawn_minor),
            Move(AccountKind.FEES, chapter(dispute.payment), fee_minor),
            Move(*clearing(dispute.payment), -withdrawn_minor - fee_minor),
        ],
    )


def dispute_lost(dispute: Dispute) -> None:
    """What is held back is gone: it was revenue, and no longer is."""
    if dispute.status != DisputeStatus.LOST:
        return
    post(
        key=f"dispute-lost:{dispute.gateway_id}",
        kind="dispute_lost",
        currency=dispute.currency,
        moves=[
            Move(AccountKind.REVENUE, chapter(dispute.payment), dispute.withdrawn_minor),
            Move(AccountKind.DISPUTED, chapter(dispute.payment), -dispute.withdrawn_minor),
        ],
    )
