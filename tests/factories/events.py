from datetime import UTC, datetime, timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from events.models import AttendanceMode, Event, EventStatus, Room, Speaker, Talk, Venue
from tests.factories.community import ChapterFactory, CityFactory

# A Saturday at 14:00 in Shanghai that no test's clock reaches
START = datetime(2036, 5, 10, 6, 0, tzinfo=UTC)


class VenueFactory(DjangoModelFactory):
    class Meta:
        model = Venue

    chapter = factory.SubFactory(ChapterFactory)
    city = factory.SubFactory(CityFactory)
    name_zh_hans = factory.Sequence(lambda n: f"茶馆{n}")
    name_en = factory.Sequence(lambda n: f"Tea house {n}")
    address_zh_hans = "科苑路 8 号"
    address_en = "8 Keyuan Road"


class EventFactory(DjangoModelFactory):
    """Published, in person, three hours long, ten years ahead. `draft=True` for one that is not out."""

    class Meta:
        model = Event

    class Params:
        draft = factory.Trait(status=EventStatus.DRAFT, published_at=None)
        online = factory.Trait(
            attendance_mode=AttendanceMode.ONLINE, venue=None, online_url="https://example.com/join"
        )
        past = factory.Trait(start_at=datetime(2020, 5, 10, 6, 0, tzinfo=UTC))

    chapter = factory.SubFactory(ChapterFactory)
    slug = factory.Sequence(lambda n: f"event-{n}")
    title_zh_hans = factory.Sequence(lambda n: f"活动{n}")
    title_en = factory.Sequence(lambda n: f"Event {n}")
    attendance_mode = AttendanceMode.OFFLINE
    venue = factory.SubFactory(VenueFactory, chapter=factory.SelfAttribute("..chapter"))
    time_zone = "Asia/Shanghai"
    start_at = START
    end_at = factory.LazyAttribute(lambda event: event.start_at + timedelta(hours=3))
    status = EventStatus.PUBLISHED
    published_at = factory.LazyFunction(timezone.now)


class RoomFactory(DjangoModelFactory):
    class Meta:
        model = Room

    event = factory.SubFactory(EventFactory)
    name_zh_hans = factory.Sequence(lambda n: f"{n}号厅")
    name_en = factory.Sequence(lambda n: f"Hall {n}")


class SpeakerFactory(DjangoModelFactory):
    class Meta:
        model = Speaker

    event = factory.SubFactory(EventFactory)
    name_zh_hans = factory.Sequence(lambda n: f"讲者{n}")
    name_en = factory.Sequence(lambda n: f"Speaker {n}")


class TalkFactory(DjangoModelFactory):
    """Half an hour at the start of its event."""

    class Meta:
        model = Talk

    event = factory.SubFactory(EventFactory)
    title_zh_hans = factory.Sequence(lambda n: f"演讲{n}")
    title_en = factory.Sequence(lambda n: f"Talk {n}")
    start_at = factory.SelfAttribute("event.start_at")
    end_at = factory.LazyAttribute(lambda talk: talk.start_at + timedelta(minutes=30))
