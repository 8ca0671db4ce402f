"""What a period's statements say, for pages and for whoever wants to do them again."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count, Prefetch, QuerySet, Sum
from django.utils.translation import gettext as _

from core.money import format_money, to_decimal
from core.plots import Plot, Series, rows as row_plot
from incentives.models import Kind, Period, PeriodStatus, Statement, StatementLine
from incentives.settlement import Part, Snapshot, budgets_minor, open_into_rows

FIELDS = ["record", "value", "kind", "person", "contribution", "points", "amount_minor"]


class KindSum(NamedTuple):
    """What became of the budget of one kind of work."""

    kind: Kind
    bps: int
    budget_minor: int
    points: int
    divided_minor: int


@dataclass(frozen=True)
class Sheet:
    """A statement as a page shows it; `lines` with the names of those who get something."""

    statement: Statement
    kinds: list[KindSum]
    lines: list[StatementLine]

    @property
    def plot(self) -> Plot:
        """How much of each kind's budget was used, and what of it rolls over."""
        currency = self.statement.currency
        return row_plot(
            f"budget-{self.statement.digest[:8]}",
            _("Budgets and what was used of them"),
            [str(row.kind.label) for row in self.kinds],
            Series(_("divided"), [row.divided_minor for row in self.kinds]),
            Series(_("rolls over"), [row.budget_minor - row.divided_minor for row in self.kinds]),
            head=_("Kind of work"),
            show=lambda amount: format_money(amount, currency),
        )


def chain() -> QuerySet[Any]:
    """Every statement that was ever published, newest first, withdrawn ones too. One query."""
    published = Statement.objects.published().select_related("period")
    return published.order_by("-pk").annotate(
        people=Count("lines__person", distinct=True), points=Sum("lines__points")
    )


def settled_minor() -> dict[str, int]:
    """{currency: what final periods took from the pool}."""
    final = Statement.objects.standing().filter(period__status=PeriodStatus.FINAL)
    sums = final.order_by().values_list("currency").annotate(sum=Sum("divided_minor"))
    return dict(sums)


CHAIN = [
    "first_day",
    "last_day",
    "state",
    "currency",
    "available",
    "divided",
    "rolled_over",
    "people",
    "points",
    "digest",
    "previous",
]


def chain_rows() -> Iterator[list[Any]]:
    yield CHAIN
    for one in chain():
        amounts = (one.available_minor, one.divided_minor, one.rolled_over_minor)
        yield [
            one.period.start_on,
            one.period.end_on,
            "withdrawn" if one.withdrawn_at else one.period.status,
            one.currency,
            *[to_decimal(amount, one.currency) for amount in amounts],
            one.people,
            one.points,
            one.digest,
            one.previous,
        ]


def sheets(period: Period, *, drafts: bool) -> list[Sheet]:
    """Those that stand, or the withdrawn ones where none does. Two queries."""
    found = with_lines(period.statements.all())
    if not drafts:
        found = found.filter(published_at__isnull=False)
    all_ = list(found)
    standing = [statement for statement in all_ if not statement.withdrawn_at]
    return [sheet(statement) for statement in standing or all_]


def with_lines(statements: QuerySet[Statement]) -> QuerySet[Statement]:
    lines = StatementLine.objects.select_related("user__public_name").order_by(
        "-amount_minor", "kind", "person"
    )
    return statements.select_related("table").prefetch_related(Prefetch("lines", lines))


def sheet(statement: Statement) -> Sheet:
    lines = list(statement.lines.all())
    snapshot = statement.snapshot
    points, divided = Counter[str](), Counter[str]()
    for line in lines:
        points[line.kind] += line.points
        divided[line.kind] += line.amount_minor
    kinds = [
        KindSum(Kind(kind), snapshot.budgets[kind], budget, points[kind], divided[kind])
        for kind, budget in budgets_minor(snapshot).items()
    ]
    return Sheet(statement, kinds, lines)


def csv_rows(statement: Statement) -> Iterator[list[Any]]:
    """Everything that `docs/recompute_statement.py` needs, and what it has to find."""
    snapshot = statement.snapshot
    yield FIELDS
    facts = {
        "rule": snapshot.rule,
        "period": snapshot.period,
        "currency": snapshot.currency,
        "available_minor": snapshot.available_minor,
        "previous": snapshot.previous,
        "digest": statement.digest,
    }
    for name, value in facts.items():
        yield [name, value, "", "", "", "", ""]
    for kind, bps in snapshot.budgets.items():
        yield ["budget", bps, kind, "", "", "", ""]
    for row, amount in sorted(open_into_rows(snapshot).items()):
        yield ["row", "", row.kind, row.person, row.contribution, row.points, amount]


class Step(NamedTuple):
    """One row of *how my amount came about*: part of a contribution, and what it brought."""

    contribution: str
    title: str
    points: int
    amount_minor: int


class Account(NamedTuple):
    """How a person's amount for one kind came about, from the pool down to their rows."""

    currency: str
    kind: Kind
    available_minor: int
    bps: int
    budget_minor: int
    all_points: int
    part: Part
    steps: list[Step]


def accounts_of(person: str, statement: Statement, titles: dict[str, str]) -> list[Account]:
    """For each kind of work of theirs. `titles` by the contributions' public ids."""
    snapshot, budgets = statement.snapshot, budgets_minor(statement.snapshot)
    amounts = open_into_rows(snapshot)
    return [
        Account(
            snapshot.currency,
            Kind(line.kind),
            snapshot.available_minor,
            snapshot.budgets[line.kind],
            budgets[line.kind],
            _all_points(snapshot, line.kind),
            Part(line.kind, person, line.points, line.amount_minor),
            [
                Step(row.contribution, titles.get(row.contribution, ""), row.points, amount)
                for row, amount in amounts.items()
                if (row.kind, row.person) == (line.kind, person)
            ],
        )
        for line in statement.lines.filter(person=person)
    ]


def _all_points(snapshot: Snapshot, kind: str) -> int:
    return sum(row.points for row in snapshot.rows if row.kind == kind)
