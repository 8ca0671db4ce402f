"""From an open period to money that people can ask for: freeze, publish, dispute, finalize.

Locks: the period's row first, then what the pool has available.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q, Sum
from django.utils import timezone

from accounts.models import User
from core.logs import logger
from incentives import errors
from incentives.models import (
    ContributionShare,
    ContributionStatus,
    Period,
    PeriodStatus,
    PointsTable,
    PublicName,
    SettledShare,
    Statement,
    StatementDispute,
    StatementLine,
)
from incentives.queries.pool import FEWEST
from incentives.services.names import public_name_of
from incentives.settlement import FIRST, Row, Snapshot, budgets_minor, divide
from ledger.models import AccountKind, Entry
from ledger.queries import balance
from ledger.services import Move, lock_account, post
from orders.models import LineShare, ShareHolder

DISPUTE_DAYS = 7  # unless the treasurer gives more
POOL = AccountKind.POOL_AVAILABLE


@transaction.atomic
def open_period(*, start_on: date, end_on: date, by: User | None) -> Period:
    """Raises PeriodsOverlap, PeriodBackwards."""
    if end_on < start_on:
        raise errors.PeriodBackwards
    if Period.objects.filter(start_on__lte=end_on, end_on__gte=start_on).exists():
        raise errors.PeriodsOverlap
    return Period.objects.create(start_on=start_on, end_on=end_on, created_by=by)


def lock_period(period: Period, *statuses: PeriodStatus) -> Period:
    """As it is now, for one at a time. Raises WrongStep when it is elsewhere by now."""
    current = Period.objects.select_for_update().get(pk=period.pk)
    if current.status not in statuses:
        raise errors.WrongStep(state=current.get_status_display())
    return current


@transaction.atomic
def freeze(*, period: Period, by: User) -> Period:
    """Take the snapshot and draft the statements, one for each currency that has money.

    Of a frozen period: again, with what is there now. A currency waits until FEWEST orders have
    matured since its last statement, or a buyer would show through; a kind of work that no
    currency has a budget for waits for the next period. Raises WrongStep, PeriodNotOver,
    AnotherAtWork, NoPointsTable, NothingToDivide.
    """
    current = lock_period(period, PeriodStatus.OPEN, PeriodStatus.FROZEN)
    now = timezone.now()
    if current.end_on >= now.astimezone(UTC).date():
        raise errors.PeriodNotOver
    _take_back(current)
    table = PointsTable.objects.in_force()
    if table is None:
        raise errors.NoPointsTable
    _mark(current, PeriodStatus.FROZEN, frozen_by=by, frozen_at=now)
    lock_account(POOL, "")
    _draft(current, table, spendable())
    return current


def _mark(period: Period, status: PeriodStatus, **fields: object) -> None:
    """Raises AnotherAtWork: two periods cannot share in the same money."""
    period.status = status
    for name, value in fields.items():
        setattr(period, name, value)
    try:
        with transaction.atomic():
            period.save(update_fields=["status", *fields])
    except IntegrityError:
        raise errors.AnotherAtWork from None


def spendable() -> dict[str, int]:
    """{currency: minor units} that a statement may divide now."""
    entries = Entry.objects.filter(account__kind=POOL, account__subject="").order_by()
    sums = entries.values_list("currency").annotate(sum=Sum("amount_minor"))
    return {
        currency: -total
        for currency, total in sorted(sums)
        if total < 0 and orders_since_last(currency) >= FEWEST
    }


def orders_since_last(currency: str) -> int:
    """Orders whose shares matured since the last statement that stands."""
    matured = LineShare.objects.filter(
        holder=ShareHolder.POOL, line__order__currency=currency, matured_at__isnull=False
    )
    last = Statement.objects.published().standing().filter(currency=currency).last()
    if last:
        matured = matured.filter(matured_at__gt=last.created_at)
    return matured.order_by().values("line__order").distinct().count()


def _draft(period: Period, table: PointsTable, available: Mapping[str, int]) -> None:
    budgets = dict(table.budgets.filter(bps__gt=0).values_list("kind", "bps"))
    funded = {
        kind
        for currency, amount in available.items()
        for kind, budget in budgets_minor(
            Snapshot(period.span, currency, amount, budgets, ())
        ).items()
        if budget
    }
    shares = _unsettled(period, funded)
    if not shares:
        raise errors.NothingToDivide
    SettledShare.objects.bulk_create(SettledShare(period=period, share=share) for share in shares)
    names = _names(shares)
    rows = tuple(
        Row(
            share.contribution.kind,
            names[share.user_id].public_id,
            share.contribution.public_id,
            share.points,
        )
        for share in shares
    )
    last = Statement.objects.published().last()
    previous = last.digest if last else FIRST
    for currency, amount in available.items():
        snapshot = Snapshot(period.span, currency, amount, budgets, rows, previous)
        previous = _write(period, table, snapshot, names)


def _unsettled(period: Period, kinds: set[str]) -> list[ContributionShare]:
    """Parts of accepted work done until the period's end that no statement holds."""
    accepted = Q(contribution__status=ContributionStatus.ACCEPTED)
    done = Q(contribution__done_on__lte=period.end_on, contribution__kind__in=kinds)
    found = ContributionShare.objects.filter(accepted & done, settled=None, points__gt=0)
    return list(found.select_related("contribution", "user").order_by("pk"))


def _names(shares: list[ContributionShare]) -> dict[int, PublicName]:
    return {user.pk: public_name_of(user) for user in {share.user for share in shares}}


def _write(
    period: Period, table: PointsTable, snapshot: Snapshot, names: Mapping[int, PublicName]
) -> str:
    """One statement with its lines; its digest."""
    parts = divide(snapshot)
    statement = Statement.objects.create(
        period=period,
        table=table,
        currency=snapshot.currency,
        available_minor=snapshot.available_minor,
        divided_minor=sum(part.amount_minor for part in parts),
        inputs=snapshot.inputs,
        digest=snapshot.digest,
        previous=snapshot.previous,
    )
    users = {name.public_id: user for user, name in names.items()}
    StatementLine.objects.bulk_create(
        StatementLine(
            statement=statement,
            user_id=users[part.person],
            person=part.person,
            kind=part.kind,
            points=part.points,
            amount_minor=part.amount_minor,
        )
        for part in parts
    )
    return snapshot.digest


def _take_back(period: Period) -> None:
    """Drafts go; what was published stays in the chain. Its work is free for another."""
    drafts = period.statements.filter(published_at=None)
    StatementLine.objects.filter(statement__in=drafts).delete()
    drafts.delete()
    period.statements.standing().update(withdrawn_at=timezone.now())
    period.settled.all().delete()


@transaction.atomic
def thaw(*, period: Period) -> Period:
    """Forget the draft: the period is open again. Raises WrongStep."""
    current = lock_period(period, PeriodStatus.FROZEN)
    _take_back(current)
    _mark(current, PeriodStatus.OPEN, frozen_by=None, frozen_at=None)
    return current


@transaction.atomic
def publish(*, period: Period, by: User, days: int = DISPUTE_DAYS) -> Period:
    """Everybody reads it from now on, and contributors may dispute it for `days`.
    Raises WrongStep, and StatementStale where the chain went on without it."""
    current, now = lock_period(period, PeriodStatus.FROZEN), timezone.now()
    check_still_true(current)
    current.statements.filter(published_at=None).update(published_at=now)
    until = now + timedelta(days=days)
    _mark(current, PeriodStatus.PUBLISHED, published_by=by, published_at=now, disputes_until=until)
    return current


def check_still_true(period: Period) -> None:
    """What the drafts counted is accepted as it was. Raises StatementStale."""
    shares = ContributionShare.objects.filter(settled__period=period)
    counted = {
        (row.contribution, row.person): row.points
        for statement in period.statements.standing()[:1]
        for row in statement.snapshot.rows
    }
    found = shares.filter(contribution__status=ContributionStatus.ACCEPTED).values_list(
        "contribution__public_id", "user__public_name__public_id", "points"
    )
    if {(work, person): points for work, person, points in found} != counted:
        raise errors.StatementStale


@transaction.atomic
def withdraw(*, period: Period, by: User) -> Period:
    """A dispute was right: the statements stay to be read, as withdrawn, and the period is open
    again. Raises WrongStep."""
    current = lock_period(period, PeriodStatus.PUBLISHED)
    _take_back(current)
    gone = {"published_by": None, "published_at": None, "disputes_until": None}
    _mark(current, PeriodStatus.OPEN, frozen_by=None, frozen_at=None, **gone)
    logger.info("period_withdrawn", period=current.pk, by=by.pk)
    return current


@transaction.atomic
def dispute(*, period: Period, by: User, text: str) -> StatementDispute:
    """Raises WrongStep, DisputesOver, NotAContributor."""
    current = lock_period(period, PeriodStatus.PUBLISHED)
    if current.disputes_until is None or timezone.now() >= current.disputes_until:
        raise errors.DisputesOver
    if not ContributionShare.objects.filter(user=by).exists():
        raise errors.NotAContributor
    return StatementDispute.objects.create(period=current, by=by, text=text.strip())


@transaction.atomic
def answer(*, dispute: StatementDispute, by: User, text: str) -> StatementDispute:
    """Raises OwnDispute; a second answer replaces the first until the period is final."""
    lock_period(dispute.period, PeriodStatus.PUBLISHED, PeriodStatus.OPEN, PeriodStatus.FROZEN)
    if dispute.by_id == by.pk:
        raise errors.OwnDispute
    dispute.answer, dispute.answered_by, dispute.answered_at = text.strip(), by, timezone.now()
    dispute.save(update_fields=["answer", "answered_by", "answered_at"])
    return dispute


@transaction.atomic
def finalize(*, period: Period, by: User) -> Period:
    """What the statements say is owed to people from now on. Once: whoever comes second finds
    another step. Raises WrongStep, DisputesRunning, DisputesUnanswered, StatementStale,
    PoolShrank."""
    current, now = lock_period(period, PeriodStatus.PUBLISHED), timezone.now()
    _check_disputes(current, now)
    check_still_true(current)
    lock_account(POOL, "")
    for statement in current.statements.standing():
        _owe(statement)
    _mark(current, PeriodStatus.FINAL, final_by=by, final_at=now)
    logger.info("period_final", period=current.pk, by=by.pk)
    return current


def _check_disputes(period: Period, now: datetime) -> None:
    if period.disputes_until is None or now < period.disputes_until:
        raise errors.DisputesRunning
    if period.disputes.filter(answered_at=None).exists():
        raise errors.DisputesUnanswered


def _owe(statement: Statement) -> None:
    """Available → committed to the period → owed to people; the middle shows what a period took."""
    total, subject = statement.divided_minor, f"period:{statement.period_id}"
    if -balance(POOL, currency=statement.currency, subject="") < total:
        raise errors.PoolShrank(currency=statement.currency)
    key = f"period:{statement.period_id}:{statement.currency}"
    post(
        key=f"{key}:committed",
        kind="period_committed",
        currency=statement.currency,
        moves=[Move(POOL, "", total), Move(AccountKind.POOL_COMMITTED, subject, -total)],
    )
    lines = statement.lines.values_list("user").annotate(sum=Sum(F("amount_minor")))
    owed = [
        Move(AccountKind.CONTRIBUTOR_PAYABLE, f"user:{user}", -amount)
        for user, amount in lines.order_by()
    ]
    post(
        key=f"{key}:divided",
        kind="period_divided",
        currency=statement.currency,
        moves=[Move(AccountKind.POOL_COMMITTED, subject, total), *owed],
    )
