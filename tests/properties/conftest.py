import pytest

from tests.properties.clock import Clock
from tests.properties.line import Line
from tests.properties.world import World, play_on


@pytest.fixture
def world(db, monkeypatch, settings) -> World:
    clock, line = Clock(), Line()
    clock.install(monkeypatch)
    play_on(line, monkeypatch, settings)
    return World(clock, line)
