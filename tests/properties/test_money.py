"""Two thousand histories of money, and what must hold in and after each."""

import pytest
from hypothesis import HealthCheck, Phase, seed, settings as profile
from hypothesis.stateful import run_state_machine_as_test

from tests.properties.clock import Clock
from tests.properties.line import Line
from tests.properties.machine import Money
from tests.properties.world import World, play_on

PARTS = 20  # spread over the processes of a run
HISTORIES = 2 * profile().max_examples  # in each part


@pytest.fixture
def world(db, monkeypatch, settings) -> World:
    clock, line = Clock(), Line()
    clock.install(monkeypatch)
    play_on(line, monkeypatch, settings)
    return World(clock, line)


@pytest.mark.parametrize("part", range(PARTS))
def test_money_is_never_lost(world, part, record_property):
    told = []

    def history() -> Money:
        return Money(world, told)

    if profile().derandomize:
        seed(part)(history)  # or all parts would tell the same
    run_state_machine_as_test(
        history,
        settings=profile(
            max_examples=HISTORIES,
            stateful_step_count=8 if profile().derandomize else 20,
            deadline=None,
            phases=[Phase.generate, Phase.shrink],
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )

    record_property("histories", len(told))
    assert len(told) >= HISTORIES


def test_the_ordinary_run_tells_two_thousand_histories():
    assert PARTS * HISTORIES >= 2000
