"""How an event stands, on one page."""

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ticketing.queries import desk as queries
from ticketing.views.access import event_run_by

DOOR_SOON = timedelta(hours=24)  # before the start the door is the next step
ENTRIES = 6


@login_required
@require_safe
def event_desk(request: HttpRequest, slug: str) -> HttpResponse:
    """Figures by SQL; the number of queries depends on nothing."""
    event = event_run_by(request, slug)
    now = timezone.now()
    context = {
        "event": event,
        "figures": queries.figures(event),
        "quotas": queries.quotas(event),
        "days": queries.sales_by_day(event),
        "open_orders": queries.open_orders(event),
        "entries": event.log.select_related("by")[:ENTRIES],
        "is_door_next": event.is_published and event.start_at - DOOR_SOON <= now < event.end_at,
    }
    return render(request, "ticketing/event_desk.html", context)
