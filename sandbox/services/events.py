"""Tell the shop what happened: events, and their ways to its webhook."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from sandbox.api.shapes import event_shape
from sandbox.ids import new_id
from sandbox.models import Delivery, DeliveryMode, DeliveryPolicy, Event
from sandbox.services.pump import pump

REVERSED_STEP = 2
News = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Plan:
    """How a group of events travels; `seconds` is for late and shuffled ones."""

    mode: DeliveryMode = DeliveryMode.PROMPT
    seconds: int = 0

    def due_times(self, index: int, count: int, now: datetime) -> Iterator[datetime | None]:
        """When to send event `index` of `count`, once for each time it is sent."""
        match self.mode:
            case DeliveryMode.LATE:
                yield now + timedelta(seconds=self.seconds)
            case DeliveryMode.SHUFFLED:
                yield now + timedelta(seconds=random.uniform(0, self.seconds))  # noqa: S311
            case DeliveryMode.REVERSED:
                yield now + timedelta(seconds=(count - 1 - index) * REVERSED_STEP)
            case DeliveryMode.LOST:
                yield None
            case DeliveryMode.TWICE:
                yield now
                yield now
            case _:
                yield now


def general_plan() -> Plan:
    policy = DeliveryPolicy.objects.first()
    return Plan(DeliveryMode(policy.mode), policy.seconds) if policy else Plan()


def publish(news: list[News], *, plan: Plan | None = None) -> None:
    """Record events, oldest first, and send them after commit as `plan` (or the policy) says."""
    plan = plan or general_plan()
    now = timezone.now()
    deliveries = []
    for index, (kind, subject) in enumerate(news):
        event = _record(kind, subject)
        due_times = plan.due_times(index, len(news), now)
        deliveries += [Delivery(event=event, due_at=due_at) for due_at in due_times]
    if settings.SANDBOX_WEBHOOK_URL:
        Delivery.objects.bulk_create(deliveries)
        transaction.on_commit(pump.wake)


def redeliver(event: Event) -> Delivery:
    """Send the event once more, now, whatever became of it before."""
    delivery = Delivery.objects.create(event=event, due_at=timezone.now())
    transaction.on_commit(pump.wake)
    return delivery


def hurry() -> int:
    """Make everything due now that waits for its time."""
    return Delivery.objects.filter(due_at__isnull=False).update(due_at=timezone.now())


def _record(kind: str, subject: dict[str, Any]) -> Event:
    event = Event(kind=kind, subject=subject["id"], public_id=new_id("evt"))
    shape = event_shape(event, subject=subject, pending=1)
    event.body = json.dumps(shape, ensure_ascii=False, indent=2)
    event.save()
    return event
