"""Checkout Sessions: opened by the shop, ended by a payment, the shop, or the clock."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from sandbox.api import shapes
from sandbox.errors import StripeError
from sandbox.models import CheckoutSession, IntentStatus, PaymentIntent, SessionStatus
from sandbox.services.events import publish

SHORTEST_LIFE, LONGEST_LIFE = timedelta(minutes=30), timedelta(hours=24)


@transaction.atomic
def open_session(fields: dict[str, Any], *, expires_at: datetime | None) -> CheckoutSession:
    """`fields` are the columns of a session, checked by the caller."""
    ends = expires_at or timezone.now() + LONGEST_LIFE
    return CheckoutSession.objects.create(**fields, expires_at=ends)


@transaction.atomic
def expire_session(session: CheckoutSession) -> CheckoutSession:
    """End an open session; raises StripeError when it is not open (any more)."""
    if not _expire(session):
        session.refresh_from_db()
        raise StripeError(
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of `{session.status}`."
        )
    session.refresh_from_db()
    return session


def expire_overdue(now: datetime | None = None) -> int:
    """End sessions whose time is over; safe to call at any time, by anyone.

    One transaction for each, so that a call that finds none locks nothing.
    """
    overdue = CheckoutSession.objects.filter(
        status=SessionStatus.OPEN, expires_at__lte=now or timezone.now()
    )
    return sum(_expire(session) for session in overdue[:100])


@transaction.atomic
def _expire(session: CheckoutSession) -> bool:
    """Conditional, so that of expiry and payment at one moment only one happens."""
    still_open = CheckoutSession.objects.filter(pk=session.pk, status=SessionStatus.OPEN)
    if not still_open.update(status=SessionStatus.EXPIRED):
        return False
    PaymentIntent.objects.filter(session=session).update(
        status=IntentStatus.CANCELED, canceled_at=timezone.now()
    )
    session = CheckoutSession.objects.get(pk=session.pk)
    publish([("checkout.session.expired", shapes.session_shape(session))])
    return True
