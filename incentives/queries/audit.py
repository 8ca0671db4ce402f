"""Recount what the pool promised and paid, beside what checkout recounts. For `audit`."""

from collections import Counter
from collections.abc import Callable, Iterator

from django.db.models import Sum

from checkout.queries import audit
from incentives.models import Payout, PayoutStatus, PeriodStatus, Purse, Statement, StatementLine
from incentives.models.payouts import RETURNED, UNDER_WAY
from incentives.settlement import FIRST, divide
from ledger.models import AccountKind, Entry

Key = tuple[str, str, str]  # kind of account, subject, currency
KINDS = (AccountKind.CONTRIBUTOR_PAYABLE, AccountKind.PAYOUT_CLEARING, AccountKind.PAID_OUT)


def differences() -> Iterator[str]:
    """A sentence for each thing that does not add up, in the whole product."""
    yield from audit.differences()
    for check in CHECKS:
        yield from check()


def statements() -> Iterator[str]:
    """Each follows from its inputs, and each published one from the one before."""
    previous = FIRST
    for statement in Statement.objects.order_by("pk").prefetch_related("lines"):
        snapshot = statement.snapshot
        if snapshot.digest != statement.digest:
            yield f"statement {statement.pk}: its digest is not that of its inputs"
        lines = [
            (line.kind, line.person, line.points, line.amount_minor)
            for line in statement.lines.all()
        ]
        if sorted(lines) != sorted(map(tuple, divide(snapshot))):
            yield f"statement {statement.pk}: its lines do not follow from its inputs"
        if statement.published_at:
            if statement.previous != previous:
                yield f"statement {statement.pk}: it does not follow the one before"
            previous = statement.digest


def people() -> Iterator[str]:
    """What each person is owed, has on its way and was paid, from statements and payouts."""
    wanted: Counter[Key] = Counter()
    given = StatementLine.objects.filter(
        statement__period__status=PeriodStatus.FINAL, statement__withdrawn_at=None
    )
    sums = given.order_by().values_list("user", "statement__currency")
    for user, currency, amount in sums.annotate(sum=Sum("amount_minor")):
        wanted[AccountKind.CONTRIBUTOR_PAYABLE, f"user:{user}", currency] -= amount
    for payout in Payout.objects.exclude(status__in=RETURNED).iterator():
        subject, amount = f"user:{payout.user_id}", payout.amount_minor
        if payout.purse == Purse.CONTRIBUTOR:
            wanted[AccountKind.CONTRIBUTOR_PAYABLE, subject, payout.currency] += amount
        wanted[_place(payout), subject, payout.currency] -= amount
    rows = Entry.objects.filter(account__kind__in=KINDS).order_by()
    found = {
        (kind, subject, currency): amount
        for kind, subject, currency, amount in rows.values_list(
            "account__kind", "account__subject", "currency"
        ).annotate(sum=Sum("amount_minor"))
    }
    for key in sorted(found.keys() | wanted.keys()):
        have, want = found.get(key, 0), wanted[key]
        if have != want:
            yield f"ledger {' '.join(key)}: {have} posted, statements and payouts say {want}"


def _place(payout: Payout) -> AccountKind:
    is_under_way = PayoutStatus(payout.status) in UNDER_WAY
    return AccountKind.PAYOUT_CLEARING if is_under_way else AccountKind.PAID_OUT


CHECKS: list[Callable[[], Iterator[str]]] = [statements, people]
