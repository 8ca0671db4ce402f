"""An event's refund rules as people read them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from events.models import Event


@dataclass(frozen=True)
class Promise:
    """`percent` of the price for every ticket returned until then."""

    percent: int
    until: datetime

    @property
    def is_all(self) -> bool:
        return self.percent == 100


def promises(event: Event) -> list[Promise]:
    """From early to late. One query, or none where the rules were prefetched."""
    return [
        Promise(rule.percent, event.start_at - timedelta(hours=rule.hours_before))
        for rule in event.refund_rules.all()
    ]
