"""The published part of every sale that goes to the pool. Rates are added, never changed."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from incentives.errors import RateInThePast, RateKnown, RateUnchanged
from orders.models import SaleKind, ShareRate

GRACE = timedelta(minutes=10)  # what a form may lie open before *now* is past


def set_rate(
    *, kind: SaleKind, bps: int, from_at: datetime, by: User | None, note: str = ""
) -> ShareRate:
    """From `from_at` on, `bps` basis points of what a sale of `kind` nets go to the pool.

    What is paid before keeps the rate that is frozen on it. Raises RateInThePast, RateKnown,
    RateUnchanged.
    """
    now = timezone.now()
    if from_at < now - GRACE:
        raise RateInThePast
    from_at = max(from_at, now)
    if ShareRate.objects.in_force(from_at).get(kind) == bps:
        raise RateUnchanged
    try:
        with transaction.atomic():
            return ShareRate.objects.create(
                kind=kind, bps=bps, from_at=from_at, set_by=by, note=note.strip()
            )
    except IntegrityError:
        raise RateKnown from None
