"""How often one caller may ask; the rates are in the settings. Counted in the cache."""

from django.views import View
from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle, SimpleRateThrottle, UserRateThrottle


class AnonymousThrottle(AnonRateThrottle):
    scope = "anonymous"


class TokenThrottle(UserRateThrottle):
    """By person, whichever of their tokens they use."""

    scope = "token"

    def get_cache_key(self, request: Request, view: View) -> str | None:
        return super().get_cache_key(request, view) if request.auth else None


class AnonymousOrderThrottle(AnonRateThrottle):
    """An order holds places for a while, so strangers get few."""

    scope = "anonymous_orders"


class DeviceThrottle(SimpleRateThrottle):
    """By paired phone: far more than a door has people."""

    scope = "device"

    def get_cache_key(self, request: Request, view: View) -> str | None:
        if not request.auth:
            return None
        return self.cache_format % {"scope": self.scope, "ident": request.auth.pk}


class PairingThrottle(AnonRateThrottle):
    """Whoever guesses at tokens gets few guesses."""

    scope = "pairing"
