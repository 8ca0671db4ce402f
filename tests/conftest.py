"""What every test may lean on: quick hashing, no outside network, Hypothesis profiles."""

import ipaddress
import os
import socket
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

hypothesis_settings.register_profile(
    "default", max_examples=50, deadline=None, derandomize=True, print_blob=True
)
hypothesis_settings.register_profile(
    "long", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


class OutsideNetwork(AssertionError):
    """A test wanted to leave this machine."""


def is_here(host: str | bytes | None) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost", "testserver"}:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def loopback_only() -> Iterator[None]:
    """Refuse names and connections beyond this machine, so that no test depends on them."""
    connect, resolve = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self, address):
        if self.family in {socket.AF_INET, socket.AF_INET6} and not is_here(address[0]):
            raise OutsideNetwork(f"a test connects to {address}")
        return connect(self, address)

    def guarded_resolve(host, *args, **kwargs):
        if not is_here(host):
            raise OutsideNetwork(f"a test looks up {host!r}")
        return resolve(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket, "getaddrinfo", guarded_resolve)
        yield
