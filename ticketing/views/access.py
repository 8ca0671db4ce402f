"""Whose event it is. What a person may not see is not there."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from events.models import Event


def event_run_by(request: HttpRequest, slug: str) -> Event:
    """The event if the reader helps to run its chapter, else 404."""
    mine = Event.objects.run_by(request.user).select_related("chapter")
    return get_object_or_404(mine, slug=slug)
