import gc
from collections.abc import Iterator

import pytest

from tests.properties.clock import Clock
from tests.properties.line import Line
from tests.properties.world import World, play_on


@pytest.fixture
def world(db, monkeypatch, settings) -> Iterator[World]:
    clock, line = Clock(), Line()
    clock.install(monkeypatch)
    play_on(line, monkeypatch, settings)
    gc.freeze()  # what was there before is not looked through again: a fifth of the time
    yield World(clock, line)
    gc.unfreeze()
