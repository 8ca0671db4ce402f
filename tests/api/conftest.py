import pytest

from community.models import Role
from tests.api.caller import Caller, caller_of
from tests.factories.community import MembershipFactory
from tests.factories.events import EventFactory
from tests.factories.ticketing import DeviceFactory, secret_of
from tests.gateway import gateway

__all__ = ["gateway"]


@pytest.fixture
def event():
    return EventFactory(slug="zk-night", title_zh_hans="零知识之夜", title_en="ZK night")


@pytest.fixture
def anonymous() -> Caller:
    return Caller()


@pytest.fixture
def stranger() -> Caller:
    """Holds every scope, and no role anywhere."""
    return caller_of()


@pytest.fixture
def organizer(event) -> Caller:
    return caller_of(MembershipFactory(chapter=event.chapter, role=Role.ORGANIZER).user)


@pytest.fixture
def steward(event) -> Caller:
    return caller_of(MembershipFactory(chapter=event.chapter, role=Role.STEWARD).user)


@pytest.fixture
def neighbor() -> Caller:
    """Organizes another chapter."""
    return caller_of(MembershipFactory(role=Role.ORGANIZER).user)


@pytest.fixture
def device(event):
    return DeviceFactory(event=event)


@pytest.fixture
def phone(device) -> Caller:
    """The paired device, speaking."""
    return Caller(secret_of(device))
