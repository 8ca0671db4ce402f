"""What time brings: sessions end, slow refunds end, events are sent (again)."""

from django.db.models import Min
from django.utils import timezone

from sandbox.models import Delivery, Refund
from sandbox.services.deliveries import deliver_due
from sandbox.services.pump import pump
from sandbox.services.refunds import end_due_refunds
from sandbox.services.sessions import expire_overdue


def tick() -> int:
    """Do all that is due now; return how many deliveries were tried."""
    expire_overdue()
    end_due_refunds()
    return deliver_due()


def work() -> float | None:
    """Tick, and say in how many seconds more is due; None: nothing waits."""
    tick()
    waiting = [
        Delivery.objects.aggregate(at=Min("due_at"))["at"],
        Refund.objects.aggregate(at=Min("ends_at"))["at"],
    ]
    due_times = [at for at in waiting if at]
    if not due_times:
        return None
    return max(0.0, (min(due_times) - timezone.now()).total_seconds())


pump.work = work
