"""Time that goes by, and what the clock does then."""

from datetime import timedelta

from django.conf import settings
from django.db.models import F
from django.utils.module_loading import import_string

from orders.models import Dispute, GatewayEvent, Order, OrderStatus, Refund
from sandbox.services.deliveries import deliver_due
from sandbox.services.events import hurry


def let_pass(time: timedelta) -> None:
    """For all that waits for something, as though it had begun so much earlier."""
    GatewayEvent.objects.update(received_at=F("received_at") - time)
    Refund.objects.update(created_at=F("created_at") - time)
    Dispute.objects.update(opened_at=F("opened_at") - time)
    Order.objects.exclude(paid_at=None).update(paid_at=F("paid_at") - time)
    overdue = Order.objects.filter(status=OrderStatus.OPEN)
    overdue.update(hold_until=F("hold_until") - time)


def redeliver() -> None:
    """Everything that the gateway still tries to tell arrives."""
    hurry()
    deliver_due()


def one_pass() -> None:
    """Each job of ours in the clock's schedule, once, here and now."""
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        if entry["task"].startswith("checkout.jobs."):
            import_string(entry["task"])()
