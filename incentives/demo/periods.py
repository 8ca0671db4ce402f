"""Two months that were settled, and what was paid of them."""

from datetime import UTC, date, datetime, timedelta

from django.db.models import Sum
from django.utils import timezone

from accounts.models import User
from incentives.models import (
    Officer,
    Payout,
    PayoutMethod,
    Period,
    PeriodStatus,
    Purse,
    Statement,
    StatementLine,
)
from incentives.services import payouts, periods

WALLET = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"  # an example of EIP-55
OPEN_DAYS = 5  # for objections to the newer period


def add_periods() -> None:
    """Nothing where there is a period already, or nothing to divide yet."""
    treasurers = [officer.user for officer in Officer.objects.treasurers().select_related("user")]
    if Period.objects.exists() or not treasurers or not periods.spendable():
        return
    now = timezone.now()
    newer, older = months_before(now.astimezone(UTC).date())
    settled = _settle(older, treasurers[0], days=0)
    periods.finalize(period=settled, by=treasurers[0])
    _date_back(settled, now - timedelta(days=35))
    _pay(settled, treasurers)
    _settle(newer, treasurers[0], days=OPEN_DAYS)


def months_before(day: date) -> list[tuple[date, date]]:
    """The two months before that of `day`, newer first, each with its first and last day."""
    found = []
    for _ in range(2):
        last = day.replace(day=1) - timedelta(days=1)
        day = last.replace(day=1)
        found.append((day, last))
    return found


def _settle(month: tuple[date, date], by: User, *, days: int) -> Period:
    start_on, end_on = month
    period = periods.open_period(start_on=start_on, end_on=end_on, by=by)
    period = periods.freeze(period=period, by=by)
    return periods.publish(period=period, by=by, days=days)


def _date_back(period: Period, then: datetime) -> None:
    """It was settled a while ago, so money has matured since."""
    at = {"frozen_at": then, "published_at": then, "disputes_until": then, "final_at": then}
    Period.objects.filter(pk=period.pk, status=PeriodStatus.FINAL).update(**at)
    Statement.objects.filter(period=period).update(created_at=then, published_at=then)


def _pay(period: Period, treasurers: list[User]) -> None:
    """One was paid, one waits for a treasurer."""
    lines = StatementLine.objects.filter(statement__period=period).exclude(user__in=treasurers)
    owed = lines.values_list("user", "statement__currency").annotate(sum=Sum("amount_minor"))
    for number, (user, currency, amount) in enumerate(owed.order_by("-sum", "user")[:2]):
        payout = _ask(User.objects.get(pk=user), currency, amount, is_wallet=number > 0)
        if not number:
            payouts.approve(payout=payout, by=treasurers[0])
            payouts.mark_sent(payout=payout, by=treasurers[0])
            payouts.confirm(payout=payout, by=treasurers[0], note="2026-0007")


def _ask(user: User, currency: str, amount_minor: int, *, is_wallet: bool) -> Payout:
    method = PayoutMethod.WALLET if is_wallet else PayoutMethod.BANK
    account = payouts.add_account(
        user=user, method=method, address=WALLET if is_wallet else user.email
    )
    return payouts.request_payout(
        user=user,
        purse=Purse.CONTRIBUTOR,
        account=account,
        currency=currency,
        amount_minor=amount_minor,
    )
