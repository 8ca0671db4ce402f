"""Shifts of helpers, written down by who runs the event."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from accounts.models import User
from events.models import Event
from incentives.errors import ShiftKnown, ShiftRefused
from incentives.models import HelperShift

LONGEST = timedelta(hours=16)
AROUND = timedelta(days=2)  # setting up before, clearing away after


def add_shift(
    *, event: Event, user: User, start_at: datetime, end_at: datetime, by: User, note: str = ""
) -> HelperShift:
    """Write down when somebody helped. Raises ShiftRefused, ShiftKnown."""
    is_near = event.start_at - AROUND <= start_at and end_at <= event.end_at + AROUND
    if not is_near or not timedelta(0) < end_at - start_at <= LONGEST:
        raise ShiftRefused
    try:
        with transaction.atomic():
            return HelperShift.objects.create(
                event=event, user=user, start_at=start_at, end_at=end_at, by=by, note=note.strip()
            )
    except IntegrityError:
        raise ShiftKnown from None


def remove_shift(*, shift: HelperShift) -> None:
    HelperShift.objects.filter(pk=shift.pk).delete()
