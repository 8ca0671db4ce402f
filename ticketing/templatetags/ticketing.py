"""Panels about tickets for the pages of lower apps."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template import Context
from django.utils import timezone

from events.models import Event
from ticketing.queries.hints import Hint, hints
from ticketing.queries.offers import Offer, offers
from ticketing.queries.refund_rules import promises

register = template.Library()


@register.simple_tag
def ticket_hints(events: Iterable[Event]) -> dict[int, Hint]:
    """For lists: `{% ticket_hints events as hints %}`, then `hints|hint_of:event` of each."""
    return hints(list(events), at=timezone.now())


@register.filter
def hint_of(found: dict[int, Hint], event: Event) -> Hint | None:
    return found.get(event.pk)


@register.inclusion_tag("ticketing/ticket_panel.html", takes_context=True)
def ticket_panel(context: Context, event: Event) -> dict[str, Any]:
    """Ticket types with price and places left, and a form that leads to the checkout.

    `?show=<public_id>` in the page's address shows that hidden type too.
    """
    request = context.get("request")
    unlocked = request.GET.get("show", "")[:16] if request else ""
    now = timezone.now()
    is_off = event.is_canceled or event.end_at <= now
    found = [] if is_off else offers(event, at=now, unlocked=unlocked)
    return {
        "event": event,
        "offers": found,
        "can_order": event.is_published and any(offer.is_on_sale for offer in found),
        "is_only_one": len([offer for offer in found if offer.is_on_sale]) == 1,
        "is_over": event.end_at <= now,
        "unlocked": unlocked,
        "promises": promises(event) if _is_priced(found) else [],
        "is_priced": _is_priced(found),
        "request": request,
    }


def _is_priced(found: list[Offer]) -> bool:
    return any(offer.ticket_type.price_minor for offer in found)


@register.inclusion_tag("ticketing/refund_words.html")
def refund_words(event: Event) -> dict[str, Any]:
    """The organizer's rule for returned tickets in a sentence or two. One query."""
    return {"event": event, "promises": promises(event)}
