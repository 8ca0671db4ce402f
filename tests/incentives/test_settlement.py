"""How a period's money is divided, whatever the sums, the points and their order."""

import itertools
import random

import pytest
from hypothesis import given, strategies as st

from incentives.settlement import (
    Part,
    Row,
    Snapshot,
    budgets_minor,
    divide,
    open_into_rows,
    read,
    rolled_over,
)

KINDS = ["article", "code", "talk"]
people = st.sampled_from([f"person-{letter}" for letter in "abcdef"])


@st.composite
def snapshots(draw) -> Snapshot:
    """Budgets that sum to at most the whole, and rows of which no two are of one person's part
    in one contribution."""
    cuts = sorted(draw(st.lists(st.integers(0, 10_000), min_size=3, max_size=3)))
    budgets = [end - begin for begin, end in itertools.pairwise([0, *cuts])]
    found = draw(
        st.lists(
            st.tuples(st.integers(0, 40), people, st.integers(1, 500)),
            max_size=12,
            unique_by=lambda row: row[:2],
        )
    )
    return Snapshot(
        period="2026-10-01/2026-10-31",
        currency=draw(st.sampled_from(["CNY", "JPY"])),
        available_minor=draw(st.integers(0, 10**12)),
        budgets=dict(zip(KINDS, budgets, strict=True)),
        rows=tuple(
            Row(KINDS[number % 3], person, f"work-{number:02}", points)
            for number, person, points in found
        ),
    )


@given(snapshots())
def test_what_is_given_and_what_stays_is_what_there_was(snapshot):
    parts = divide(snapshot)

    assert sum(part.amount_minor for part in parts) + rolled_over(snapshot) == (
        snapshot.available_minor
    )
    for kind, budget in budgets_minor(snapshot).items():
        given_ = [part.amount_minor for part in parts if part.kind == kind]
        assert sum(given_) == (budget if given_ else 0)  # used up, unless nobody worked for it
        assert budget == snapshot.available_minor * snapshot.budgets[kind] // 10_000


@given(snapshots())
def test_everybody_is_within_one_unit_of_pro_rata(snapshot):
    parts = divide(snapshot)

    for part in parts:
        whole = sum(other.points for other in parts if other.kind == part.kind)
        budget = budgets_minor(snapshot)[part.kind]
        assert abs(part.amount_minor * whole - budget * part.points) < whole


@given(snapshots())
def test_more_points_never_mean_less_money(snapshot):
    for one, other in itertools.permutations(divide(snapshot), 2):
        if one.kind == other.kind and one.points > other.points:
            assert one.amount_minor >= other.amount_minor


@given(snapshots())
def test_every_amount_opens_into_its_rows(snapshot):
    amounts = open_into_rows(snapshot)

    for part in divide(snapshot):
        mine = [row for row in snapshot.rows if row[:2] == part[:2]]
        assert sum(row.points for row in mine) == part.points
        assert sum(amounts[row] for row in mine) == part.amount_minor
    assert len(amounts) == len([row for row in snapshot.rows if row.kind in snapshot.budgets])


@given(snapshots(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_budgets_changes_no_byte(snapshot, chance: random.Random):
    rows, budgets = list(snapshot.rows), list(snapshot.budgets.items())
    chance.shuffle(rows)
    chance.shuffle(budgets)
    other = Snapshot(
        snapshot.period, snapshot.currency, snapshot.available_minor, dict(budgets), tuple(rows)
    )

    assert other.inputs == snapshot.inputs
    assert other.digest == snapshot.digest
    assert divide(other) == divide(snapshot)
    assert open_into_rows(other) == open_into_rows(snapshot)


@given(snapshots())
def test_inputs_read_back_divide_alike(snapshot):
    again = read(snapshot.inputs)

    assert again.digest == snapshot.digest
    wanted = [part for part in divide(snapshot) if snapshot.budgets[part.kind]]
    assert divide(again) == wanted


def test_ties_go_to_the_lower_id_and_an_unused_budget_stays():
    rows = (
        Row("talk", "b", "w2", 1),
        Row("talk", "a", "w1", 1),
        Row("talk", "c", "w3", 1),
    )
    snapshot = Snapshot("p", "JPY", 1001, {"talk": 5000, "code": 3000}, rows)

    assert divide(snapshot) == [
        Part("talk", "a", 1, 167),
        Part("talk", "b", 1, 167),
        Part("talk", "c", 1, 166),
    ]
    assert rolled_over(snapshot) == 501


@pytest.mark.parametrize(
    "change", [{"available_minor": 7}, {"previous": "1" * 64}, {"currency": "EUR"}, {"rows": ()}]
)
def test_digest_tells_every_input(change):
    fields = {
        "period": "p",
        "currency": "CNY",
        "available_minor": 8,
        "budgets": {"talk": 1},
        "rows": (Row("talk", "a", "w", 1),),
    }

    assert Snapshot(**fields).digest != Snapshot(**(fields | change)).digest
