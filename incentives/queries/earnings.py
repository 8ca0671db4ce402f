"""What a person earned, is owed and was paid."""

from collections import Counter
from datetime import UTC, date
from typing import NamedTuple

from django.db.models import Max, QuerySet, Sum

from accounts.models import User
from courses.models import Course
from incentives.models import (
    Contribution,
    Payout,
    Period,
    PeriodStatus,
    Purse,
    StatementLine,
)
from incentives.queries.statements import Account, accounts_of
from ledger.models import AccountKind, Entry
from orders.models import LineShare, ShareHolder

MINE = (
    AccountKind.CONTRIBUTOR_PAYABLE,
    AccountKind.LECTURER_PAYABLE,
    AccountKind.LECTURER_PENDING,
    AccountKind.LECTURER_DEFICIT,
)


class Balance(NamedTuple):
    """One purse in one currency. `maturing` and `deficit` are a lecturer's only."""

    purse: Purse
    currency: str
    payable_minor: int
    maturing_minor: int
    deficit_minor: int


def balances(user: User) -> list[Balance]:
    """Purses that hold, held or will hold something. One query."""
    entries = Entry.objects.filter(account__subject=f"user:{user.pk}", account__kind__in=MINE)
    sums = Counter[tuple[str, str]]()
    for kind, currency, total in (
        entries.order_by()
        .values_list("account__kind", "currency")
        .annotate(total=Sum("amount_minor"))
    ):
        sums[kind, currency] = total
    currencies = sorted({currency for _kind, currency in sums})
    return [
        Balance(
            purse,
            currency,
            -sums[purse.payable, currency],
            -sums[AccountKind.LECTURER_PENDING, currency] if purse == Purse.LECTURER else 0,
            sums[AccountKind.LECTURER_DEFICIT, currency] if purse == Purse.LECTURER else 0,
        )
        for purse in Purse
        for currency in currencies
        if any((kind, currency) in sums for kind in _kinds(purse))
    ]


def _kinds(purse: Purse) -> tuple[AccountKind, ...]:
    return MINE[:1] if purse == Purse.CONTRIBUTOR else MINE[1:]


class Earned(NamedTuple):
    """What a period brings somebody in one currency; owed once it is final."""

    period: Period
    currency: str
    points: int
    amount_minor: int


def earned(user: User) -> list[Earned]:
    """Newest period first. One query."""
    lines = StatementLine.objects.filter(
        user=user, statement__published_at__isnull=False, statement__withdrawn_at=None
    ).select_related("statement__period")
    points, amounts = Counter[tuple[Period, str]](), Counter[tuple[Period, str]]()
    for line in lines.order_by("-statement__period__start_on", "statement"):
        key = line.statement.period, line.statement.currency
        points[key] += line.points
        amounts[key] += line.amount_minor
    return [Earned(*key, points[key], amount) for key, amount in amounts.items()]


def how_it_came_about(user: User, period: Period) -> list[Account]:
    """From what the pool had to each of the person's rows, for every statement that stands."""
    statements = period.statements.standing().filter(published_at__isnull=False, lines__user=user)
    titles = dict(
        Contribution.objects.filter(shares__user=user, shares__settled__period=period).values_list(
            "public_id", "title"
        )
    )
    return [
        account
        for statement in statements.distinct()
        for account in accounts_of(user.public_name.public_id, statement, titles)
    ]


def periods_of(user: User) -> QuerySet[Period]:
    """Those with a published amount of theirs."""
    mine = Period.objects.filter(
        status__in=[PeriodStatus.PUBLISHED, PeriodStatus.FINAL], statements__lines__user=user
    )
    return mine.distinct()


class Taught(NamedTuple):
    """What a course's sales of one month bring a lecturer now, refunds taken off."""

    month: date
    course: str
    currency: str
    sales: int
    held_minor: int
    matured_minor: int


def taught(user: User) -> list[Taught]:
    """Newest month first. Two queries."""
    shares = LineShare.objects.filter(holder=ShareHolder.LECTURER, user=user).annotate(
        course=Max("line__enrollments__cohort__course")
    )
    counts, held, matured = Counter[tuple](), Counter[tuple](), Counter[tuple]()
    rows = shares.order_by("-created_at", "course").values_list(
        "created_at", "course", "line__order__currency", "held_minor", "matured_at"
    )
    for at, course, currency, amount, matured_at in rows:
        key = at.astimezone(UTC).date().replace(day=1), course, currency
        counts[key] += 1
        held[key] += amount
        matured[key] += amount if matured_at else 0
    courses = {key[1] for key in counts}
    titles = {course.pk: course.title for course in Course.objects.filter(pk__in=courses)}
    return [
        Taught(month, titles.get(course, ""), currency, counts[key], held[key], matured[key])
        for key in counts
        for month, course, currency in [key]
    ]


def payouts_of(user: User) -> QuerySet[Payout]:
    return Payout.objects.filter(user=user).select_related("account")
