"""Panels of events for the pages of others."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django import template
from django.utils import timezone

from community.models import Chapter
from events import queries
from events.models import Event, Venue

register = template.Library()
register.filter("spoken_language", queries.language_name)  # i18n has a language_name


@register.inclusion_tag("events/chapter_events.html")
def chapter_events(chapter: Chapter, limit: int = 8) -> dict[str, Any]:
    """Coming events of a chapter and its last past ones, in two queries."""
    listed = Event.objects.listed().with_places().filter(chapter=chapter)
    now = timezone.now()
    return {"upcoming": listed.upcoming(now)[:limit], "past": listed.past(now)[:limit]}


@register.inclusion_tag("components/event_nav.html", takes_context=True)
def event_nav(
    context: template.Context, event: Event, current: str = "", runs: bool | None = None
) -> dict[str, Any]:
    """The head of an organizer's page. `runs=False` leaves the door helper the door alone; where
    it is not said, it is asked (one query)."""
    if runs is None:
        runs = Chapter.objects.run_by(context["user"]).filter(pk=event.chapter_id).exists()
    return {"event": event, "current": current, "runs": runs}


@register.filter
def map_link(venue: Venue) -> str:
    """The organizer's link, else a search on a map that works where the venue is."""
    if venue.map_url:
        return venue.map_url
    place = quote(", ".join(filter(None, [venue.address, venue.city.name])))
    if venue.city.country == "CN":
        return f"https://uri.amap.com/search?keyword={place}"
    return f"https://www.openstreetmap.org/search?query={place}"


@register.filter
def names(things: Iterable[Any]) -> str:
    """`Lin Example, Ada Beispiel`, of what was already fetched."""
    return ", ".join(str(thing) for thing in things)
