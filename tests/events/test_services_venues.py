import pytest

from community.models import Chapter
from events import jobs
from events.models import Event, LogEntry
from events.services.venues import update_venue
from tests.factories.accounts import UserFactory
from tests.factories.events import EventFactory, VenueFactory

pytestmark = pytest.mark.django_db


def test_a_corrected_place_reaches_the_calendars_and_logs_of_what_is_to_come():
    venue = VenueFactory(address_en="8 Keyuan Road")
    event = EventFactory(chapter=venue.chapter, venue=venue)
    past = EventFactory(chapter=venue.chapter, venue=venue, past=True)

    update_venue(venue=venue, by=UserFactory(), address_en="9 Keyuan Road")

    event.refresh_from_db()
    past.refresh_from_db()
    assert (event.sequence, past.sequence) == (1, 0)
    assert "9 keyuan" in event.search_text
    entry = LogEntry.objects.get()
    assert (entry.event, entry.action) == (event, "venue_changed")
    assert entry.changes == {"address_en": ["8 Keyuan Road", "9 Keyuan Road"]}


def test_a_place_saved_as_it_is_disturbs_nobody():
    event = EventFactory()

    update_venue(venue=event.venue, by=UserFactory(), address_en=event.venue.address_en)

    event.refresh_from_db()
    assert event.sequence == 0
    assert not LogEntry.objects.exists()


def test_a_renamed_chapter_is_found_after_the_night():
    event = EventFactory()
    Chapter.objects.update(name_en="Harbor")

    jobs.refresh_search_texts()

    assert list(Event.objects.search("harbor")) == [event]
