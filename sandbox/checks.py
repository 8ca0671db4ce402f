"""A sandbox beside real money, or open to the world by mistake, must not start."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register

LIVE_KEYS = ("sk_live_", "rk_live_")


@register(Tags.security)
def check_sandbox(app_configs: Any = None, **kwargs: Any) -> list[Error]:
    found = []
    if settings.STRIPE_SECRET_KEY.startswith(LIVE_KEYS):
        found.append(
            Error(
                "The payment sandbox is installed beside a live Stripe key.",
                hint="Unset SANDBOX_PAYMENTS, or use a test key in STRIPE_SECRET_KEY.",
                id="sandbox.E001",
            )
        )
    if not settings.DEBUG and not settings.SANDBOX_PAYMENTS:
        found.append(
            Error(
                "The payment sandbox is installed with DEBUG off.",
                hint="Set SANDBOX_PAYMENTS=1 if nobody is meant to pay real money here.",
                id="sandbox.E002",
            )
        )
    return found
