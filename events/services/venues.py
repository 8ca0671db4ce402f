from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from community.models import Chapter
from events.models import Event, EventStatus, Venue
from events.services.log import assign, record
from events.services.search import refresh_search_text


@transaction.atomic
def create_venue(*, chapter: Chapter, **fields: Any) -> Venue:
    """A place that all events of `chapter` may choose from now on."""
    return Venue.objects.create(chapter=chapter, **fields)


@transaction.atomic
def update_venue(*, venue: Venue, by: User, **fields: Any) -> Venue:
    """Correct a place. The events to come there are told in their logs, and their `sequence`
    grows, since calendars show the address."""
    current = Venue.objects.select_for_update().get(pk=venue.pk)
    changes = assign(current, fields)
    if not changes:
        return current
    current.save(update_fields=list(changes))
    coming = Event.objects.filter(venue=current, end_at__gt=timezone.now())
    coming.exclude(status=EventStatus.CANCELED).update(sequence=F("sequence") + 1)
    for event in coming.select_related("chapter", "venue__city"):
        record(event=event, by=by, action="venue_changed", target=str(current), changes=changes)
        refresh_search_text(event)
    return current
