"""The product as bench.door serves it: one phone scans for many there, so none is slowed down."""

from typing import Any

from api.throttles import DeviceThrottle
from config.wsgi import application

__all__ = ["application"]


def always(*_args: Any) -> bool:
    return True


DeviceThrottle.allow_request = always
