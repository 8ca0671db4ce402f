"""Recount everything that is counted twice. Each check reads whole tables: for `audit`, not for pages."""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from checkout.services import books, shares
from courses.models import (
    GIVES_ACCESS,
    Cohort,
    Enrollment,
    EnrollmentSource,
    EnrollmentStatus,
)
from courses.services import seats
from ledger.models import AccountKind, Entry
from ledger.queries import unbalanced_transactions
from orders.models import (
    Dispute,
    DisputeStatus,
    LineShare,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentStatus,
    Refund,
    RefundReason,
    RefundStatus,
    ShareHolder,
)
from ticketing.models import (
    CheckIn,
    DoorSettings,
    DoorTally,
    EventPasses,
    FreePass,
    PassUse,
    Quota,
    Ticket,
    TicketStatus,
)
from ticketing.services import stock

NEVER_EARNED = (
    RefundReason.NO_PLACES,
    RefundReason.PAID_TWICE,
    RefundReason.OVERPAID,
    RefundReason.WRONG_AMOUNT,
)
# What has matured may lie in any of these; together they hold it all
MATURED = (
    AccountKind.POOL_AVAILABLE,
    AccountKind.POOL_COMMITTED,
    AccountKind.POOL_DEFICIT,
    AccountKind.CONTRIBUTOR_PAYABLE,
    AccountKind.LECTURER_PAYABLE,
    AccountKind.LECTURER_DEFICIT,
    AccountKind.PAYOUT_CLEARING,
    AccountKind.PAID_OUT,
)
MATURED_SUM = "matured shares"


def differences() -> Iterator[str]:
    """A sentence for each thing that does not add up; nothing where all is well."""
    for check in CHECKS:
        yield from check()


def quotas() -> Iterator[str]:
    counted = stock.counted(Quota.objects.values_list("pk", flat=True))
    for quota in Quota.objects.all():
        if quota.taken != counted[quota.pk]:
            yield f"quota {quota.pk}: {quota.taken} taken, {counted[quota.pk]} tickets hold a place"


def door_tallies() -> Iterator[str]:
    """What the board counts by minute, beside the rows of what has settled."""
    for kept in DoorSettings.objects.exclude(tallied_until=None):
        rows = CheckIn.objects.counted().filter(event=kept.event_id)
        counted = rows.filter(received_at__lte=kept.tallied_until).count()
        tallies = DoorTally.objects.filter(event=kept.event_id)
        tallied = tallies.aggregate(sum=Coalesce(Sum("admitted"), 0))["sum"]
        if tallied != counted:
            yield f"door of event {kept.event_id}: {tallied} tallied, {counted} admitted"


def cohorts() -> Iterator[str]:
    counted = seats.counted(Cohort.objects.values_list("pk", flat=True))
    for cohort in Cohort.objects.all():
        if cohort.taken != counted[cohort.pk]:
            yield f"cohort {cohort.pk}: {cohort.taken} taken, {counted[cohort.pk]} hold a seat"


def order_totals() -> Iterator[str]:
    orders = Order.objects.annotate(sum=Coalesce(Sum("lines__total_minor"), 0))
    for order in orders.exclude(sum=F("total_minor")).iterator():
        yield f"order {order.pk}: total {order.total_minor}, its lines sum to {order.sum}"


def line_quantities() -> Iterator[str]:
    lines = OrderLine.objects.filter(kind="ticket").annotate(count=Count("tickets"))
    for line in lines.exclude(count=F("quantity")).iterator():
        yield f"line {line.pk}: {line.quantity} bought, {line.count} tickets"


def seat_quantities() -> Iterator[str]:
    lines = OrderLine.objects.filter(kind="course").annotate(count=Count("enrollments"))
    for line in lines.exclude(count=F("quantity")).iterator():
        yield f"line {line.pk}: {line.quantity} bought, {line.count} seats"


def seat_states() -> Iterator[str]:
    """A seat of an order is held while that is open, and gives access only in a paid one."""
    order = "order_line__order__status"
    wrong = (
        Q(status=EnrollmentStatus.HELD) & ~Q(**{order: OrderStatus.OPEN})
        | Q(status__in=GIVES_ACCESS) & ~Q(**{order: OrderStatus.PAID})
        | Q(status=EnrollmentStatus.CANCELED) & Q(**{order: OrderStatus.OPEN})
    )
    sold = Enrollment.objects.filter(wrong, source=EnrollmentSource.ORDER)
    for seat in sold.select_related("order_line__order").iterator():
        state = seat.order_line.order.status if seat.order_line else "missing"
        yield f"enrollment {seat.pk}: {seat.status} in an order that is {state}"


def ticket_states() -> Iterator[str]:
    """A ticket is held while its order is open, valid only in a paid one."""
    order = "order_line__order__status"
    wrong = (
        Q(status=TicketStatus.HELD) & ~Q(**{order: OrderStatus.OPEN})
        | Q(status=TicketStatus.VALID) & ~Q(**{order: OrderStatus.PAID})
        | Q(status=TicketStatus.CANCELED) & Q(**{order: OrderStatus.OPEN})
    )
    for ticket in Ticket.objects.filter(wrong).select_related("order_line__order").iterator():
        state = ticket.order_line.order.status
        yield f"ticket {ticket.pk}: {ticket.status} in an order that is {state}"


def free_passes() -> Iterator[str]:
    """Uses are counted on the pass and on the event, and end with a ticket that ended in time."""
    standing = Count("pass_uses", filter=Q(pass_uses__given_back_at=None))
    for free_pass in FreePass.objects.order_by("pk").annotate(standing=standing).iterator():
        if free_pass.used != free_pass.standing:
            yield (
                f"free pass {free_pass.pk}: {free_pass.used} used, {free_pass.standing} uses stand"
            )
    standing = Count("event__pass_uses", filter=Q(event__pass_uses__given_back_at=None))
    for kept in EventPasses.objects.order_by("pk").annotate(standing=standing).iterator():
        if kept.taken != kept.standing:
            yield (
                f"passes of event {kept.event_id}: {kept.taken} taken, {kept.standing} uses stand"
            )
    ended = Q(ticket__status=TicketStatus.CANCELED, ticket__canceled_at__lt=F("event__start_at"))
    uses = PassUse.objects.standing().select_related("ticket__order_line")
    for use in uses.filter(ended).iterator():
        yield f"use of pass {use.free_pass_id}: stands, ticket {use.ticket_id} is canceled"
    for use in uses.exclude(ticket__order_line__total_minor=0).iterator():
        yield f"use of pass {use.free_pass_id}: ticket {use.ticket_id} is not free"


def _sum(rows: QuerySet, field: str) -> Subquery:
    totals = rows.order_by().values(field).annotate(sum=Sum("amount_minor")).values("sum")
    return Subquery(totals)


def refunded_sums() -> Iterator[str]:
    kinds: list[tuple[Any, str]] = [(Payment, "payment"), (OrderLine, "line")]
    for model, field in kinds:
        counted = Refund.objects.exclude(status=RefundStatus.REPLACED)
        owed = Coalesce(_sum(counted.filter(**{field: OuterRef("pk")}), field), 0)
        for row in model.objects.annotate(owed=owed).exclude(owed=F("refunded_minor")).iterator():
            yield f"{field} {row.pk}: {row.refunded_minor} refunded, its refunds sum to {row.owed}"


def paid_orders() -> Iterator[str]:
    """Exactly one payment earned what a paid order costs; an order that is not paid has none."""
    earned = Count("payments", filter=Q(payments__status=PaymentStatus.SUCCEEDED))
    for order in Order.objects.annotate(earned=earned).exclude(total_minor=0).iterator():
        is_bought = order.status in {OrderStatus.PAID, OrderStatus.REFUNDED}
        if order.earned != int(is_bought):
            yield f"order {order.pk}: {order.status} with {order.earned} successful payments"


def ledger() -> Iterator[str]:
    for key in unbalanced_transactions():
        yield f"ledger transaction {key} does not sum to zero"
    found: dict[tuple[str, str], int] = {}
    rows = Entry.objects.order_by().values_list("account__kind", "currency")
    for kind, currency, total in rows.annotate(sum=Sum("amount_minor")):
        account = MATURED_SUM if kind in MATURED else kind
        found[account, currency] = found.get((account, currency), 0) + total
    wanted = _balances_from_rows()
    for account in sorted(found.keys() | wanted.keys()):
        have, want = found.get(account, 0), wanted.get(account, 0)
        if have != want:
            yield f"ledger {account[0]} {account[1]}: {have} posted, rows say {want}"


Posting = tuple[str, str, int]  # kind of account, currency, amount


def _balances_from_rows() -> dict[tuple[str, str], int]:
    """What each kind of account has to hold, from payments, refunds, disputes and shares."""
    sums: Counter[tuple[str, str]] = Counter()
    rows = (_of_payments(), _of_refunds(), _of_disputes(), _of_shares())
    for kind, currency, amount in chain(*rows):
        sums[kind, currency] += amount
    return dict(sums)


def _clearing(payment: Payment) -> str:
    return books.clearing(payment)[0]


def _of_payments() -> Iterator[Posting]:
    for payment in Payment.objects.filter(received_minor__isnull=False).iterator():
        received, currency = payment.received_minor or 0, payment.received_currency
        earned = payment.amount_minor if payment.status == PaymentStatus.SUCCEEDED else 0
        fee = payment.fee_minor or 0
        yield _clearing(payment), currency, received - fee
        yield AccountKind.FEES, currency, fee
        yield AccountKind.REVENUE, currency, -earned
        yield AccountKind.REFUNDS_PAYABLE, currency, earned - received


def _of_refunds() -> Iterator[Posting]:
    for refund in Refund.objects.select_related("payment").iterator():
        amount, currency = refund.amount_minor, refund.currency
        if refund.reason not in NEVER_EARNED:
            yield AccountKind.REVENUE, currency, amount
            yield AccountKind.REFUNDS_PAYABLE, currency, -amount
        if refund.status == RefundStatus.REPLACED:
            yield AccountKind.REVENUE, currency, -amount
            yield AccountKind.REFUNDS_PAYABLE, currency, amount
        if refund.status in {RefundStatus.SENT, RefundStatus.SUCCEEDED}:
            yield AccountKind.REFUNDS_PAYABLE, currency, amount
            yield _clearing(refund.payment), currency, -amount


def _of_disputes() -> Iterator[Posting]:
    for dispute in Dispute.objects.iterator():
        is_lost = dispute.status == DisputeStatus.LOST
        gone = AccountKind.REVENUE if is_lost else AccountKind.DISPUTED
        yield gone, dispute.currency, dispute.withdrawn_minor
        yield AccountKind.FEES, dispute.currency, dispute.fee_minor
        taken = -dispute.withdrawn_minor - dispute.fee_minor
        yield AccountKind.GATEWAY_CLEARING, dispute.currency, taken


def _of_shares() -> Iterator[Posting]:
    for share in LineShare.objects.select_related("line__order").iterator():
        currency = share.line.order.currency
        pending = shares.POTS[ShareHolder(share.holder)].pending
        yield AccountKind.REVENUE, currency, share.held_minor
        yield MATURED_SUM if share.matured_at else pending, currency, -share.held_minor


def held_shares() -> Iterator[str]:
    """Each share holds what the rule says, and no pot is both full and in debt."""
    orders = Order.objects.filter(lines__shares__isnull=False).distinct()
    for order in orders.iterator(chunk_size=200):
        rows = list(LineShare.objects.filter(line__order=order).order_by("pk"))
        for share, target in zip(rows, shares.targets_of(order, rows), strict=True):
            if share.held_minor != target:
                yield f"share {share.pk}: {share.held_minor} held, the rule says {target}"


def pots() -> Iterator[str]:
    sums = Entry.objects.order_by().values("account__subject", "currency")
    for pot in shares.POTS.values():
        available = Sum("amount_minor", filter=Q(account__kind=pot.available), default=0)
        deficit = Sum("amount_minor", filter=Q(account__kind=pot.deficit), default=0)
        found = sums.filter(account__kind__in=[pot.available, pot.deficit])
        wrong = Q(available__gt=0) | Q(deficit__lt=0) | Q(available__lt=0, deficit__gt=0)
        for row in found.annotate(available=available, deficit=deficit).filter(wrong):
            yield (
                f"pot {pot.available} {row['account__subject']} {row['currency']}:"
                f" {-row['available']} available, {row['deficit']} deficit"
            )


CHECKS: list[Callable[[], Iterator[str]]] = [
    quotas,
    door_tallies,
    cohorts,
    order_totals,
    line_quantities,
    seat_quantities,
    ticket_states,
    seat_states,
    free_passes,
    refunded_sums,
    paid_orders,
    ledger,
    held_shares,
    pots,
]
