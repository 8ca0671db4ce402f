from typing import Any

from django.db import transaction

from community.models import Chapter
from events.models import Venue


@transaction.atomic
def create_venue(*, chapter: Chapter, **fields: Any) -> Venue:
    """A place that all events of `chapter` may choose from now on."""
    return Venue.objects.create(chapter=chapter, **fields)
