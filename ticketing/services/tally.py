"""How many came in, kept so that the board's cost does not grow with the event.

Admissions are counted into DoorTally in the order in which the server heard of them, up to
`DoorSettings.tallied_until`; what came later the board counts itself. So a scan writes no counter,
and no two gates wait for each other.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, F
from django.db.models.functions import TruncMinute
from django.utils import timezone

from events.models import Event
from ticketing.models import CheckIn, DoorSettings, DoorTally

# An admission becomes visible when its transaction commits, which is at once; after this long
# none can come any more whose `received_at` lies before.
SETTLED = timedelta(minutes=2)
GRAIN = timedelta(minutes=1)
KEYS = ("list_id", "gate_id", "gate_name")


def catch_up(event: Event) -> datetime | None:
    """Count what has settled; the moment up to which is counted. At most once a minute."""
    until = timezone.now() - SETTLED
    kept = DoorSettings.objects.filter(event=event).first()
    if kept and kept.tallied_until and kept.tallied_until > until - GRAIN:
        return kept.tallied_until
    if not CheckIn.objects.filter(event=event).exists():
        return None
    return _count(event, until)


@transaction.atomic
def _count(event: Event, until: datetime) -> datetime:
    kept = _lock(event)
    if kept.tallied_until and kept.tallied_until >= until:
        return kept.tallied_until
    fresh = CheckIn.objects.counted().filter(event=event, received_at__lte=until)
    if kept.tallied_until:
        fresh = fresh.filter(received_at__gt=kept.tallied_until)
    found = fresh.order_by().values(*KEYS, minute=TruncMinute("at")).annotate(admitted=Count("pk"))
    DoorTally.objects.bulk_create(DoorTally(event=event, **each) for each in found)
    kept.tallied_until = until
    kept.save(update_fields=["tallied_until"])
    return until


def _lock(event: Event | int) -> DoorSettings:
    event_id = event if isinstance(event, int) else event.pk
    DoorSettings.objects.get_or_create(event_id=event_id)
    return DoorSettings.objects.select_for_update().get(event_id=event_id)


def take_back(check_in: CheckIn) -> None:
    """An admission counts no longer. Call it in the transaction that says so."""
    _move(check_in, -1)


def add(check_in: CheckIn) -> None:
    """An admission that did not count when it came counts from now on."""
    _move(check_in, 1)


def _move(check_in: CheckIn, step: int) -> None:
    kept = _lock(check_in.event_id)
    if not kept.tallied_until or check_in.received_at > kept.tallied_until:
        return  # not counted yet: counting will see it as it is by then
    key = {name: getattr(check_in, name) for name in KEYS}
    minute = check_in.at.replace(second=0, microsecond=0)
    rows = DoorTally.objects.filter(event_id=check_in.event_id, minute=minute, **key)
    one = rows.filter(admitted__gt=0).order_by("pk").values("pk")[:1]
    if not DoorTally.objects.filter(pk__in=one).update(admitted=F("admitted") + step) and step > 0:
        DoorTally.objects.create(event_id=check_in.event_id, minute=minute, admitted=step, **key)
