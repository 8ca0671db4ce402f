"""Two thousand histories of money, and what must hold in and after each."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError
from hypothesis import HealthCheck, Phase, seed, settings as profile
from hypothesis.stateful import run_state_machine_as_test

from checkout.services import books, settling
from tests.properties.machine import Money
from tests.properties.world import World
from ticketing.services import stock

PARTS = 20  # spread over the processes of a run
HISTORIES = 2 * profile().max_examples  # in each part
FIND, SHRINK = [Phase.generate], [Phase.generate, Phase.shrink]


def steps(part: int) -> int:
    """Beyond those of the first buyers: most histories are short, a fifth of them is not."""
    if not profile().derandomize:
        return 20
    return 3 if part % 5 else 8


def tell(world: World, part: int, *, histories: int, phases: list[Phase]) -> int:
    """Tell `histories`, the same in each ordinary run; say how many came to their end."""
    told = []

    def history() -> Money:
        return Money(world, told)

    if profile().derandomize:
        seed(part)(history)  # or all parts would tell the same
    run_state_machine_as_test(
        history,
        settings=profile(
            max_examples=histories,
            stateful_step_count=steps(part),
            deadline=None,
            phases=phases,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return len(told)


@pytest.mark.parametrize("part", range(PARTS))
def test_money_is_never_lost(world, part, record_property):
    told = tell(world, part, histories=HISTORIES, phases=SHRINK)

    record_property("histories", told)
    assert told >= HISTORIES


def test_the_ordinary_run_tells_two_thousand_histories():
    assert PARTS * HISTORIES >= 2000


def twice(act: Callable[..., object]) -> Callable[..., None]:
    def acts(*args: object) -> None:
        act(*args)
        act(*args)

    return acts


@pytest.mark.parametrize(
    ("module", "rule", "broken"),
    [
        (stock, "give_back", twice(stock.give_back)),
        (books, "refund_sent", lambda _refund: None),
        (settling, "retake", lambda _order: None),
    ],
    ids=["places come back twice", "a refund is not booked", "late money takes no places"],
)
def test_broken_rule_is_found(world, monkeypatch, module, rule, broken):
    """The control: with a rule of the house broken, some history goes wrong."""
    monkeypatch.setattr(module, rule, broken)

    with pytest.raises((AssertionError, IntegrityError)):  # our checks, or the database's own
        tell(world, 0, histories=HISTORIES, phases=FIND)
