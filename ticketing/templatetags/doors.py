"""What an organizer's pages about the door draw and say."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import template
from django.utils.translation import gettext_lazy

from events.models import Event
from ticketing.templatetags.desk import HEIGHT, WIDTH, Bar, bar

register = template.Library()

# Why the door said no, in a table's few words
REASONS = {
    "already_checked_in": gettext_lazy("Already in"),
    "unknown_ticket": gettext_lazy("No ticket of ours"),
    "not_synced": gettext_lazy("Not known to the phone"),
    "other_event": gettext_lazy("For another event"),
    "ticket_unpaid": gettext_lazy("Not paid"),
    "ticket_canceled": gettext_lazy("Canceled ticket"),
    "ticket_replaced": gettext_lazy("Replaced by a newer ticket"),
    "wrong_list": gettext_lazy("Not admitted at that gate"),
    "too_early": gettext_lazy("Too early"),
    "too_late": gettext_lazy("Too late"),
    "event_not_open": gettext_lazy("Event not open"),
    "ticket_ambiguous": gettext_lazy("Several tickets"),
}


@register.filter
def reason_label(code: str) -> str:
    """A code that nobody knows is shown as it is."""
    return str(REASONS.get(code, code.replace("_", " ")))


@register.inclusion_tag("ticketing/minute_plot.html")
def minute_plot(minutes: Sequence[tuple[datetime, int]], event: Event) -> dict[str, Any]:
    """Bars by minute. All words stand outside of the drawing, so that it may stretch."""
    top = max((count for _at, count in minutes), default=0)
    bars: list[Bar] = [
        bar(number, len(minutes), at, count, top) for number, (at, count) in enumerate(minutes)
    ]
    return {
        "bars": bars,
        "top": top,
        "total": sum(count for _at, count in minutes),
        "event": event,
        "width": WIDTH,
        "height": HEIGHT,
    }
