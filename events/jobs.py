"""Started by the clock."""

from celery import shared_task
from django.utils import timezone

from events.models import Event
from events.services.search import refresh_search_text


@shared_task
def refresh_search_texts() -> None:
    """Catch up with names that changed outside of an event: its chapter's, its city's."""
    coming = Event.objects.filter(end_at__gt=timezone.now())
    for event in coming.select_related("chapter", "venue__city").iterator(chunk_size=200):
        refresh_search_text(event)
