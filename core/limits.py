"""How often one visitor may ask, where guessing must not pay. Counted in the cache."""

import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def is_within(request: HttpRequest, what: str, *, most: int, seconds: int) -> bool:
    """Count this request; False once one address has made more than `most` in the current
    window of `seconds`. Addresses are kept as hashes, and for two windows at most."""
    visitor = salted_hmac(what, _address(request)).hexdigest()[:32]
    key = f"limit:{what}:{visitor}:{int(time.time()) // seconds}"
    cache.add(key, 0, timeout=2 * seconds)
    try:
        return cache.incr(key) <= most
    except ValueError:  # thrown out of a full cache in between
        return True


def _address(request: HttpRequest) -> str:
    """The visitor's, as the outermost proxy that we trust has seen it."""
    if settings.PROXY_HOPS:
        seen = request.headers.get("X-Forwarded-For", "").split(",")
        return seen[-min(settings.PROXY_HOPS, len(seen))].strip()
    return request.META.get("REMOTE_ADDR", "")
