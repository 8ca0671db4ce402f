"""How a period's money is divided: pure, in integers, so that anyone can do it again.

Each kind of work gets ⌊available · bps / 10000⌋; within a kind people share by points, to the
last unit by the largest remainder, equal remainders in the order of people's ids; what a person
gets opens into their rows the same way, in the order of the contributions' ids. What a kind does
not use stays in the pool. `docs/recompute_statement.py` does the same from the exported CSV.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from core.money import allocate
from orders.models.shares import WHOLE

RULE_VERSION = 1  # of the rule above; a statement keeps the one it was made by
FIRST = "0" * 64  # what the first statement follows


class Row(NamedTuple):
    """One person's part in one accepted contribution. Both ids are random and never change."""

    kind: str
    person: str
    contribution: str
    points: int


class Part(NamedTuple):
    """What a person gets for one kind of work."""

    kind: str
    person: str
    points: int
    amount_minor: int


@dataclass(frozen=True)
class Snapshot:
    """Everything that a division depends on. `previous` is the digest of the statement before."""

    period: str
    currency: str
    available_minor: int
    budgets: Mapping[str, int]
    rows: tuple[Row, ...]
    previous: str = FIRST
    rule: int = RULE_VERSION

    @property
    def inputs(self) -> str:
        """Canonical JSON: the same snapshot gives the same characters, all of them ASCII."""
        content = {
            "available_minor": self.available_minor,
            "budgets": {kind: bps for kind, bps in self.budgets.items() if bps},
            "currency": self.currency,
            "period": self.period,
            "previous": self.previous,
            "rows": [list(row) for row in sorted(self.rows)],
            "rule": self.rule,
        }
        return json.dumps(content, sort_keys=True, separators=(",", ":"))

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.inputs.encode()).hexdigest()


def read(inputs: str) -> Snapshot:
    """The snapshot of which `inputs` are the canonical JSON."""
    content = json.loads(inputs)
    rows = tuple(Row(*row) for row in content.pop("rows"))
    return Snapshot(rows=rows, **content)


def budgets_minor(snapshot: Snapshot) -> dict[str, int]:
    """What each kind may get at most, whether anybody worked for it or not."""
    return {
        kind: snapshot.available_minor * bps // WHOLE
        for kind, bps in sorted(snapshot.budgets.items())
    }


def divide(snapshot: Snapshot) -> list[Part]:
    """Who gets how much for which kind of work, by kind and person."""
    points: Counter[tuple[str, str]] = Counter()
    for row in snapshot.rows:
        points[row.kind, row.person] += row.points
    parts = []
    for kind, budget in budgets_minor(snapshot).items():
        people = sorted(person for of, person in points if of == kind)
        asked = [points[kind, person] for person in people]
        for person, share in zip(people, allocate(budget, asked), strict=True):
            parts.append(Part(kind, person, points[kind, person], share))
    return parts


def open_into_rows(snapshot: Snapshot) -> dict[Row, int]:
    """What each row brought: those of a person and kind sum to what `divide` gives for them."""
    amounts: dict[Row, int] = {}
    for part in divide(snapshot):
        mine = sorted(
            row for row in snapshot.rows if (row.kind, row.person) == (part.kind, part.person)
        )
        shares = allocate(part.amount_minor, [row.points for row in mine])
        amounts |= dict(zip(mine, shares, strict=True))
    return amounts


def rolled_over(snapshot: Snapshot) -> int:
    """What stays in the pool for the next period."""
    return snapshot.available_minor - sum(part.amount_minor for part in divide(snapshot))
