"""What anyone may know of the pool. Nothing here lets a single buyer show through.

Figures end with the last month that is over, and a month in which fewer than FEWEST orders of
a kind were paid waits for the next: a change of a figure never tells what one person paid.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from orders.models import LineShare, SaleKind, ShareHolder, ShareRate

FEWEST = 5


class Inflow(NamedTuple):
    """What the pool holds of sales of one kind that were paid until the end of `month`, since
    the row before; refunds until now are taken off. Amounts in the currency's minor unit."""

    currency: str
    kind: SaleKind
    month: date
    orders: int
    held_minor: int
    matured_minor: int


@dataclass(frozen=True)
class Purse:
    """The pool in one currency."""

    currency: str
    inflows: list[Inflow]

    @property
    def held_minor(self) -> int:
        return sum(row.held_minor for row in self.inflows)

    @property
    def matured_minor(self) -> int:
        return sum(row.matured_minor for row in self.inflows)

    @property
    def maturing_minor(self) -> int:
        return self.held_minor - self.matured_minor

    @property
    def by_kind(self) -> list[tuple[SaleKind, int]]:
        sums = dict.fromkeys(SaleKind, 0)
        for row in self.inflows:
            sums[row.kind] += row.held_minor
        return [(kind, amount) for kind, amount in sums.items() if amount]

    @property
    def by_kind_and_month(self) -> tuple[list[date], dict[SaleKind, list[int]]]:
        """Months oldest first, and for each kind that ever came in what it brought in each."""
        months = sorted({row.month for row in self.inflows})
        sums = {(row.kind, row.month): row.held_minor for row in self.inflows}
        kinds = [kind for kind, _amount in self.by_kind]
        return months, {kind: [sums.get((kind, month), 0) for month in months] for kind in kinds}

    @property
    def by_month(self) -> list[tuple[date, int]]:
        """Oldest first, months without a row left out."""
        rows = sorted(self.inflows, key=lambda row: row.month)
        months = groupby(rows, key=lambda row: row.month)
        return [(month, sum(row.held_minor for row in of)) for month, of in months]


@dataclass
class RateHistory:
    """`current` is None where the pool gets nothing of this kind yet. Newest first."""

    kind: SaleKind
    current: ShareRate | None = None
    coming: list[ShareRate] = field(default_factory=list)
    former: list[ShareRate] = field(default_factory=list)


@dataclass(frozen=True)
class Fund:
    """A purse, and what became of what it held: figures that let no buyer show through."""

    purse: Purse
    settled_minor: int
    paid_minor: int
    under_way_minor: int

    @property
    def available_minor(self) -> int:
        return max(0, self.purse.matured_minor - self.settled_minor)

    @property
    def deficit_minor(self) -> int:
        """What refunds took after it was divided; the next money that matures repays it."""
        return max(0, self.settled_minor - self.purse.matured_minor)


def closed_until(at: datetime) -> datetime:
    """The first moment of the month in which `at` lies, in UTC."""
    here = at.astimezone(UTC)
    return here.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def purses(at: datetime) -> list[Purse]:
    """One query that reads every share: keep the answer for a while."""
    currencies = groupby(_together(_months(closed_until(at))), key=lambda row: row.currency)
    return [Purse(currency, list(rows)) for currency, rows in currencies]


def _months(until: datetime) -> Iterable[Any]:
    shares = LineShare.objects.filter(holder=ShareHolder.POOL, created_at__lt=until).order_by()
    cells = shares.values(
        "kind", currency=F("line__order__currency"), month=TruncMonth("created_at", tzinfo=UTC)
    )
    return cells.annotate(
        orders=Count("line__order", distinct=True),
        held=Sum("held_minor"),
        matured=Sum("held_minor", filter=Q(matured_at__isnull=False), default=0),
    ).order_by("currency", "kind", "month")


def _together(months: Iterable[Any]) -> Iterator[Inflow]:
    """Months with few orders wait for later ones, those at the end until there are later ones."""
    for (currency, kind), rows in groupby(months, key=lambda row: (row["currency"], row["kind"])):
        orders = held = matured = 0
        for row in rows:
            orders += row["orders"]
            held += row["held"]
            matured += row["matured"]
            if orders >= FEWEST:
                month = row["month"].date()
                yield Inflow(currency, SaleKind(kind), month, orders, held, matured)
                orders = held = matured = 0


def rates(at: datetime | None = None) -> list[RateHistory]:
    """Every kind with its rates. One query."""
    now = at or timezone.now()
    found = {kind: RateHistory(kind) for kind in SaleKind}
    for rate in ShareRate.objects.order_by("-from_at", "-pk"):
        history = found[SaleKind(rate.kind)]
        if rate.from_at > now:
            history.coming.append(rate)
        elif history.current is None:
            history.current = rate
        else:
            history.former.append(rate)
    return list(found.values())
