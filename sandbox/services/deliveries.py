"""Carry events to the webhook: signed, and again until it answers 2xx."""

import hashlib
import hmac
import time
import urllib.error
import urllib.request
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from sandbox.models import Delivery

ANSWER_TIMEOUT = 10
LEASE = timedelta(seconds=30)
MOST_ATTEMPTS = 20
LONGEST_PAUSE = 300


def sign(body: str, *, at: int, secret: str) -> str:
    """The `Stripe-Signature` header. Source: docs.stripe.com/webhooks#verify-manually."""
    digest = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def deliver_due() -> int:
    """Try each delivery that is due now once; return how many were tried."""
    tried = 0
    start = timezone.now()
    while delivery := _claim(due_by=start):
        _attempt(delivery)
        tried += 1
    return tried


def _claim(*, due_by: datetime) -> Delivery | None:
    """Take the first due delivery, so that no other thread or process sends it now.

    It becomes due again by itself should this process die before it records the answer.
    """
    while True:
        row = Delivery.objects.filter(due_at__lte=due_by).order_by("due_at", "pk").first()
        if row is None:
            return None
        mine = Delivery.objects.filter(pk=row.pk, due_at=row.due_at)
        if mine.update(due_at=timezone.now() + LEASE, attempts=F("attempts") + 1):
            row.attempts += 1
            return row


def _attempt(delivery: Delivery) -> None:
    body = delivery.event.body
    at = int(time.time())
    request = urllib.request.Request(  # noqa: S310 - the address comes from the settings
        settings.SANDBOX_WEBHOOK_URL,
        data=body.encode(),
        headers={
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": sign(body, at=at, secret=settings.SANDBOX_WEBHOOK_SECRET),
            "User-Agent": "Sandbox/1.0 (webhooks)",
        },
    )
    status, answer = _post(request)
    is_over = 200 <= status < 300
    pause = timedelta(seconds=min(2**delivery.attempts, LONGEST_PAUSE))
    will_retry = not is_over and delivery.attempts < MOST_ATTEMPTS
    delivery.answer = answer
    delivery.delivered_at = timezone.now() if is_over else None
    delivery.due_at = timezone.now() + pause if will_retry else None
    delivery.save(update_fields=["answer", "delivered_at", "due_at"])


def _post(request: urllib.request.Request) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_TIMEOUT) as answer:  # noqa: S310
            return answer.status, f"{answer.status}"
    except urllib.error.HTTPError as error:
        return error.code, f"{error.code} {error.reason}"[:200]
    except OSError as error:
        return 0, f"{type(error).__name__}: {error}"[:200]
