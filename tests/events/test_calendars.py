"""Calendar entries, read back by the library that Thunderbird uses and by another."""

import json
import shutil
import subprocess
from datetime import UTC, datetime

import icalendar
import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from events.calendars import Guest, entry_uid, guest_calendar, public_calendar
from events.models import Event, EventStatus
from tests.factories.community import ChapterFactory, CityFactory
from tests.factories.events import EventFactory, VenueFactory

pytestmark = pytest.mark.django_db
GUEST = Guest("ada@example.com", "Ada Example")

READ_WITH_ICAL_JS = """
import ICAL from "ical.js";
const text = await new Promise((done) => {
  let all = "";
  process.stdin.on("data", (part) => (all += part)).on("end", () => done(all));
});
const root = new ICAL.Component(ICAL.parse(text));
const event = new ICAL.Event(root.getFirstSubcomponent("vevent"));
console.log(JSON.stringify({
  start: event.startDate.toJSDate().toISOString(),
  end: event.endDate.toJSDate().toISOString(),
  summary: event.summary,
  uid: event.uid,
}));
"""


def only_entry(body):
    calendar = icalendar.Calendar.from_ical(body)
    [entry] = calendar.walk("VEVENT")
    return calendar, entry


def cancel(event):
    event.status, event.canceled_at = EventStatus.CANCELED, datetime(2030, 1, 1, tzinfo=UTC)
    event.cancel_reason = "The hall is flooded."
    event.sequence += 1
    event.save()


@pytest.mark.skipif(
    not shutil.which("node") or not (settings.BASE_DIR / "node_modules" / "ical.js").is_dir(),
    reason="ical.js needs node and `npm ci`",
)
@pytest.mark.parametrize("month", [1, 7])
def test_ical_js_reads_the_same_instant_in_winter_and_summer(month):
    start = datetime(2030, month, 10, 18, 30, tzinfo=UTC)
    event = EventFactory(start_at=start, time_zone="Europe/Berlin", title_zh_hans="逗号, 分号;")

    done = subprocess.run(
        ["node", "--input-type=module", "-e", READ_WITH_ICAL_JS],
        input=guest_calendar(event, guest=GUEST),
        capture_output=True,
        cwd=settings.BASE_DIR,
        check=True,
    )

    read = json.loads(done.stdout)
    assert read["start"] == f"2030-0{month}-10T18:30:00.000Z"
    assert read["end"] == f"2030-0{month}-10T21:30:00.000Z"
    assert read["uid"] == entry_uid(event, GUEST)
    assert read["summary"] == event.title


def test_one_person_keeps_one_uid_whatever_is_sent():
    event = EventFactory()
    invited, first = only_entry(guest_calendar(event, guest=GUEST))
    cancel(event)
    revoked, last = only_entry(guest_calendar(event, guest=Guest("ADA@example.com", "Ada")))

    assert (invited["METHOD"], revoked["METHOD"]) == ("REQUEST", "CANCEL")
    assert first["UID"] == last["UID"]
    assert first["SEQUENCE"] < last["SEQUENCE"]
    assert last["STATUS"] == "CANCELLED"
    assert "The hall is flooded." in last["DESCRIPTION"]
    assert entry_uid(event, Guest("bob@example.com", "")) != first["UID"]


def test_the_link_to_join_goes_to_guests_alone():
    event = EventFactory(online=True)

    _calendar, private = only_entry(guest_calendar(event, guest=GUEST))
    public = public_calendar([event], name="All")

    assert private["LOCATION"] == event.online_url
    assert event.online_url.encode() not in public.replace(b"\r\n ", b"")


def test_an_entry_says_where_and_in_which_zone():
    event = EventFactory(
        venue__name_en="Tea house",
        venue__address_en="8 Keyuan Road, Shenzhen",
        time_zone="Asia/Shanghai",
    )
    with translation.override("en"):
        calendar, entry = only_entry(guest_calendar(event, guest=GUEST, method="PUBLISH"))

    assert calendar["METHOD"] == "PUBLISH"
    assert calendar["X-WR-TIMEZONE"] == "Asia/Shanghai"
    assert entry["LOCATION"] == "Tea house, 8 Keyuan Road, Shenzhen"
    assert entry["DTSTART"].dt == event.start_at
    assert entry["ATTENDEE"] == "mailto:ada@example.com"


def test_event_calendar_is_there_for_public_events_alone(client):
    public, draft = EventFactory(), EventFactory(draft=True)

    response = client.get(reverse("events:event-calendar", args=[public.slug]))

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    _calendar, entry = only_entry(response.content)
    assert entry["UID"] == entry_uid(public)
    assert client.get(reverse("events:event-calendar", args=[draft.slug])).status_code == 404


def summaries(client, query=""):
    response = client.get(f"{reverse('events:feed')}{query}")
    calendar = icalendar.Calendar.from_ical(response.content)
    return [str(entry["SUMMARY"]) for entry in calendar.walk("VEVENT")]


def test_feeds_hold_all_a_chapter_s_or_a_city_s_events(client):
    city, chapter = CityFactory(slug="shenzhen"), ChapterFactory(slug="zk")
    EventFactory(title_en="Here", chapter=chapter)
    EventFactory(title_en="There", venue=VenueFactory(city=city))
    EventFactory(title_en="Draft", draft=True, chapter=chapter)

    assert summaries(client, "?language=en") == ["Here", "There"]
    assert summaries(client, "?language=en&chapter=zk") == ["Here"]
    assert summaries(client, "?language=en&city=shenzhen") == ["There"]
    assert client.get(f"{reverse('events:feed')}?city=atlantis").status_code == 404


def test_an_unchanged_feed_is_not_sent_again(client, django_assert_num_queries):
    events = EventFactory.create_batch(3)
    url = reverse("events:feed")
    first = client.get(url)

    with django_assert_num_queries(1):
        again = client.get(url, headers={"If-None-Match": first["ETag"]})
    with django_assert_num_queries(1):
        cached = client.get(url)
    Event.objects.filter(pk=events[0].pk).update(version=1, title_en="New name")
    changed = client.get(url, headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 304
    assert cached.content == first.content
    assert changed.status_code == 200
    assert "New name" in changed.content.decode()


def test_a_city_s_feed_costs_the_same_for_one_event_and_many(client, django_assert_num_queries):
    venue = VenueFactory(city=CityFactory(slug="berlin"))
    for count in (1, 3):
        EventFactory.create_batch(count, venue=venue)
        with django_assert_num_queries(3):
            client.get(f"{reverse('events:feed')}?city=berlin")
