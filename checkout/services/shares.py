"""What of a sale belongs to the pool and to lecturers: frozen when paid, followed through every
refund and dispute, and matured when the refund window ends.

The rule, whatever happened in whatever order: a share holds ⌊(net − returned) · bps / 10000⌋,
never below 0. net = price − tax − the gateway's fee; only the difference to what is held is
posted. Every function runs under the Order's lock; the lock of the pot comes after it.
"""

from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from checkout.sellers import sellers_of
from checkout.services import books
from checkout.services.locks import lock_order
from core.logs import logger
from core.money import allocate, contained
from ledger.models import AccountKind
from ledger.queries import balance
from ledger.services import Move, lock_account, post
from orders.models import (
    Dispute,
    DisputeStatus,
    LineShare,
    LineTerms,
    Order,
    OrderLine,
    Payment,
    RefundStatus,
    ShareHolder,
    ShareRate,
)
from orders.models.shares import WHOLE

LOOK_AGAIN = timedelta(days=1)  # at a share that an open dispute keeps from maturing


class Pot(NamedTuple):
    """Where a holder's money lies: what still matures, what is theirs, what they owe back."""

    pending: AccountKind
    available: AccountKind
    deficit: AccountKind


POTS = {
    ShareHolder.POOL: Pot(
        AccountKind.POOL_PENDING, AccountKind.POOL_AVAILABLE, AccountKind.POOL_DEFICIT
    ),
    ShareHolder.LECTURER: Pot(
        AccountKind.LECTURER_PENDING, AccountKind.LECTURER_PAYABLE, AccountKind.LECTURER_DEFICIT
    ),
}


def subject_of(share: LineShare) -> str:
    return f"user:{share.user_id}" if share.user_id else ""


def freeze(order: Order) -> None:
    """Write down who shares in the order's lines, by the rates of this moment, and hold it.

    Repeatable: what is frozen stays. A free order shares nothing.
    """
    if not order.total_minor:
        return
    rates = ShareRate.objects.in_force(order.paid_at or timezone.now())
    priced = set(order.lines.exclude(total_minor=0).values_list("pk", flat=True))
    terms = [terms for seller in sellers_of(order) for terms in seller.terms(order)]
    shares = [
        share
        for line in terms
        if line.line_id in priced
        for share in _shares(order, line, rates.get(line.kind, 0))
    ]
    LineShare.objects.bulk_create(shares, ignore_conflicts=True)
    adjust(order)


def _shares(order: Order, terms: LineTerms, pool_bps: int) -> list[LineShare]:
    """The pool comes first: lecturers whose rates were set too high for it share what is left.

    In the order of the people's keys, in which their pots are locked later.
    """
    lecturers = sorted(terms.lecturers)
    asked = [bps for _user, bps in lecturers]
    room = min(sum(asked), WHOLE - pool_bps)
    given = zip(lecturers, allocate(room, asked), strict=True)
    parts: list[tuple[ShareHolder, int | None, int]] = [(ShareHolder.POOL, None, pool_bps)]
    parts += [(ShareHolder.LECTURER, user_id, bps) for (user_id, _asked), bps in given]
    return [
        LineShare(
            line_id=terms.line_id,
            holder=holder,
            user_id=user_id,
            kind=terms.kind,
            bps=bps,
            tax_bps=order.chapter.tax_bps,
            created_at=order.paid_at or timezone.now(),
            matures_at=terms.refundable_until,
        )
        for holder, user_id, bps in parts
        if bps
    ]


def adjust(order: Order) -> None:
    """Bring every share of the order to what the rule says now. Repeatable; two queries where
    nothing is to be done."""
    shares = list(LineShare.objects.filter(line__order_id=order.pk).order_by("pk"))
    targets = targets_of(order, shares) if shares else []
    for share, target in zip(shares, targets, strict=True):
        if target != share.held_minor:
            _move(order, share, target - share.held_minor)


def targets_of(order: Order, shares: list[LineShare]) -> list[int]:
    """What each share has to hold, from lines, payment, refunds and disputes alone."""
    payment = order.payments.earned().first()
    if payment is None:
        return [0] * len(shares)
    lines = list(order.lines.order_by("pk"))
    fees = allocate(max(payment.fee_minor or 0, 0), [line.total_minor for line in lines])
    left = [line.total_minor - line.refunded_minor for line in lines]
    gone = allocate(_returned_beside_lines(payment), left)
    places = {line.pk: place for place, line in enumerate(lines)}
    return [
        _target(share, lines[place], fees[place] + gone[place])
        for share in shares
        for place in [places[share.line_id]]
    ]


def _target(share: LineShare, line: OrderLine, less_minor: int) -> int:
    net = line.total_minor - contained(line.total_minor, share.tax_bps)
    return max(0, net - line.refunded_minor - less_minor) * share.bps // WHOLE


def _returned_beside_lines(payment: Payment) -> int:
    """What went back and is told to no line: refunds of the gateway's dashboard, lost disputes."""
    beside = payment.refunds.filter(line=None).exclude(status=RefundStatus.REPLACED)
    refunded = beside.exclude(reason__in=books.NEVER_EARNED)
    lost = Dispute.objects.filter(payment=payment, status=DisputeStatus.LOST)
    return (refunded.aggregate(sum=Sum("amount_minor"))["sum"] or 0) + (
        lost.aggregate(sum=Sum("withdrawn_minor"))["sum"] or 0
    )


def _move(order: Order, share: LineShare, change_minor: int) -> None:
    pot, subject = POTS[ShareHolder(share.holder)], subject_of(share)
    if share.matured_at is None:
        moves = [Move(pot.pending, subject, -change_minor)]
    else:
        moves = into_pot(pot, subject, order.currency, change_minor)
    share.held_minor, share.steps = share.held_minor + change_minor, share.steps + 1
    share.save(update_fields=["held_minor", "steps"])
    post(
        key=f"share:{share.pk}:{share.steps}",
        kind="share",
        currency=order.currency,
        moves=[Move(AccountKind.REVENUE, f"chapter:{order.chapter_id}", change_minor), *moves],
    )


def into_pot(pot: Pot, subject: str, currency: str, change_minor: int) -> list[Move]:
    """How money comes into or leaves what is available, under the pot's lock until the commit.

    What comes in repays the deficit first; what the pot cannot give becomes deficit. So never
    both are positive, and nobody who was paid is asked to give back.
    """
    lock_account(pot.available, subject)
    deficit = balance(pot.deficit, currency=currency, subject=subject)
    available = -balance(pot.available, currency=currency, subject=subject)
    if change_minor >= 0:
        to_deficit = -min(deficit, change_minor)
    else:
        to_deficit = max(0, -change_minor - max(0, available))
    return [
        Move(pot.deficit, subject, to_deficit),
        Move(pot.available, subject, -change_minor - to_deficit),
    ]


@transaction.atomic
def mature(*, order: Order) -> int:
    """Make available what the order's shares hold, where the refund window has ended; how many
    shares that were. Repeatable. An open dispute stops it; a window that moved moves it."""
    order = lock_order(order.pk)
    now = timezone.now()
    due = LineShare.objects.maturing().filter(line__order=order)
    if Dispute.objects.filter(payment__order=order, status=DisputeStatus.OPEN).exists():
        due.update(matures_at=now + LOOK_AGAIN)
        return 0
    adjust(order)
    windows = {
        terms.line_id: terms for seller in sellers_of(order) for terms in seller.terms(order)
    }
    for line_id, terms in windows.items():
        due.filter(line=line_id).update(matures_at=terms.refundable_until)
    ripe = list(due.filter(matures_at__lte=now).order_by("pk"))
    for share in ripe:
        _ripen(order, share)
    return len(ripe)


def _ripen(order: Order, share: LineShare) -> None:
    pot, subject = POTS[ShareHolder(share.holder)], subject_of(share)
    share.matured_at = timezone.now()
    share.save(update_fields=["matured_at"])
    if not share.held_minor:
        return
    post(
        key=f"share-matured:{share.pk}",
        kind="share_matured",
        currency=order.currency,
        moves=[
            Move(pot.pending, subject, share.held_minor),
            *into_pot(pot, subject, order.currency, share.held_minor),
        ],
    )
    logger.info("share_matured", share=share.pk, order=order.pk)
