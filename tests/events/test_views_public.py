from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from community.models import Role
from events.models import AttendanceMode, EventStatus, SpokenLanguage
from events.services.search import refresh_search_text
from tests.factories.accounts import UserFactory
from tests.factories.community import ChapterFactory, MembershipFactory
from tests.factories.events import (
    START,
    EventFactory,
    RoomFactory,
    SpeakerFactory,
    TalkFactory,
    VenueFactory,
)
from tests.factories.ticketing import QuotaFactory, TicketTypeFactory

pytestmark = pytest.mark.django_db

LIST = reverse("events:event-list")


def titles(response):
    return [event.title_en for event in response.context["page"].object_list]


def url(name, event, *more):
    return reverse(f"events:{name}", args=[event.slug, *more])


def sold_out(events):
    """What costs most to list: the places of overdue holds are asked for too."""
    for event in events:
        TicketTypeFactory(event=event, quotas=[QuotaFactory(event=event, size=5, taken=5)])


@pytest.mark.parametrize("rows", [1, 15])
def test_home_costs_five_queries_whatever_is_listed(client, django_assert_num_queries, rows):
    sold_out(EventFactory.create_batch(rows))

    with django_assert_num_queries(5):
        response = client.get("/")

    assert len(response.context["events"]) == min(rows, 6)


def test_home_shows_the_picture_of_the_first_event_alone(client):
    for number in range(2):
        EventFactory(cover=f"covers/{number}.jpg", start_at=START + timedelta(days=number))

    page = client.get("/").content.decode()

    assert "covers/0.jpg" in page
    assert "covers/1.jpg" not in page


@pytest.mark.parametrize("rows", [1, 18])
def test_list_costs_six_queries_whatever_is_listed(client, django_assert_num_queries, rows):
    sold_out(EventFactory.create_batch(rows))

    with django_assert_num_queries(6):
        response = client.get(LIST)

    assert len(titles(response)) == rows


def test_list_parts_upcoming_from_past_and_hides_drafts(client):
    EventFactory(title_en="soon")
    EventFactory(title_en="long ago", past=True)
    EventFactory(title_en="secret", draft=True)
    EventFactory(title_en="off", status=EventStatus.CANCELED, canceled_at=timezone.now())

    assert titles(client.get(LIST)) == ["soon", "off"]
    assert titles(client.get(LIST, {"when": "past"})) == ["long ago"]


def test_list_finds_chinese_without_spaces_and_latin_without_case(client):
    found = EventFactory(title_zh_hans="零知识证明工作坊", title_en="ZK Workshop")
    refresh_search_text(found)
    EventFactory()

    for words in ("知识证明", "ｚｋ work", "工作坊 ZK"):
        assert titles(client.get(LIST, {"search": words})) == ["ZK Workshop"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"mode": "online"}, ["online", "mixed"]),
        ({"mode": "offline"}, ["in person", "mixed"]),
        ({"language": "en"}, ["online", "mixed"]),
        ({"language": "zh"}, ["in person", "mixed"]),
    ],
)
def test_list_narrows_by_format_and_language_and_mixed_counts_for_both(client, query, expected):
    EventFactory(title_en="in person")
    EventFactory(title_en="online", online=True, spoken_language=SpokenLanguage.ENGLISH)
    EventFactory(
        title_en="mixed",
        attendance_mode=AttendanceMode.MIXED,
        spoken_language=SpokenLanguage.BOTH,
    )

    assert titles(client.get(LIST, query)) == expected


def test_list_narrows_by_city_and_offers_only_cities_with_events(client):
    here, there = VenueFactory(city__name_en="Here"), VenueFactory(city__name_en="There")
    EventFactory(title_en="here", venue=here)
    EventFactory(title_en="there", venue=there)
    VenueFactory(city__name_en="Nowhere")

    response = client.get(LIST, {"city": here.city.slug})

    offered = [value for value, _ in response.context["form"].fields["city"].choices]
    assert titles(response) == ["here"]
    assert offered == ["", here.city.slug, there.city.slug]


def test_list_narrows_by_day_including_both_ends(client):
    for day in (9, 10, 11):
        start_at = datetime(2036, 5, day, 12, 0, tzinfo=UTC)
        EventFactory(title_en=str(day), start_at=start_at)

    assert titles(client.get(LIST, {"first_day": date(2036, 5, 10)})) == ["10", "11"]
    assert titles(client.get(LIST, {"last_day": date(2036, 5, 10)})) == ["9", "10"]


@pytest.mark.parametrize(
    "query",
    [
        {"city": "atlantis"},
        {"mode": "telepathic"},
        {"first_day": "yesterday"},
        {"last_day": "9999-12-31"},
        {"first_day": "0001-01-01"},
        {"page": "many"},
        {"page": "-1"},
        {"search": "\x00"},
    ],
)
def test_list_leaves_out_what_it_cannot_read(client, query):
    EventFactory(title_en="soon")

    assert titles(client.get(LIST, query)) == ["soon"]


def test_list_pages_and_keeps_the_filter_in_its_links(client):
    EventFactory.create_batch(21)

    response = client.get(LIST, {"mode": "offline", "page": 2})

    assert len(titles(response)) == 1
    assert 'href="?mode=offline&amp;page=1"' in response.content.decode()


def test_list_answers_htmx_with_the_results_alone(client):
    EventFactory()

    response = client.get(LIST, headers={"HX-Request": "true"})

    assert response.content.decode().strip().startswith('<div id="results"')
    assert "HX-Request" in response["Vary"]


def test_list_says_what_to_do_when_nothing_matches(client):
    response = client.get(LIST, {"search": "no such thing"})

    assert f'href="{LIST}"' in response.content.decode().split('class="empty"')[1]


def _conference(talks):
    event = EventFactory()
    room, speaker = RoomFactory(event=event), SpeakerFactory(event=event)
    for number in range(talks):
        start_at = event.start_at + timedelta(minutes=10 * number)
        TalkFactory(event=event, room=room, start_at=start_at).speakers.add(speaker)
    return event


@pytest.mark.parametrize(("talks", "queries"), [(1, 7), (14, 7), (60, 5)])
def test_event_page_costs_at_most_seven_queries(client, django_assert_num_queries, talks, queries):
    event = _conference(talks)
    sold_out([event])

    with django_assert_num_queries(queries):
        client.get(url("event-detail", event))


@pytest.mark.parametrize("talks", [1, 60])
def test_agenda_costs_three_queries_however_long(client, django_assert_num_queries, talks):
    event = _conference(talks)

    with django_assert_num_queries(3):
        response = client.get(url("event-agenda", event))

    assert response.context["agenda"].found == talks


@pytest.mark.parametrize("count", [1, 12])
def test_speakers_cost_three_queries_however_many(client, django_assert_num_queries, count):
    event = EventFactory()
    for _ in range(count):
        TalkFactory(event=event).speakers.add(SpeakerFactory(event=event))

    with django_assert_num_queries(3):
        client.get(url("event-speakers", event))


def test_talk_costs_three_queries(client, django_assert_num_queries):
    event = _conference(2)
    talk = event.talks.first()

    with django_assert_num_queries(3):
        client.get(url("talk-detail", event, talk.public_id))


def test_talk_page_says_languages_in_words(client):
    known, other = TalkFactory(language="nan"), TalkFactory(language="Klingon")

    def page(talk):
        address = url("talk-detail", talk.event, talk.public_id)
        return client.get(address, headers={"accept-language": "en"}).content.decode()

    assert "<dd>Taiwanese</dd>" in page(known)
    assert "<dd>Klingon</dd>" in page(other)


def test_agenda_shows_one_day_and_all_days_when_searched(client):
    event = EventFactory()
    TalkFactory(event=event, title_en="Opening", title_zh_hans="开场")
    next_day = event.start_at + timedelta(days=1)
    TalkFactory(event=event, title_en="Closing", title_zh_hans="闭幕", start_at=next_day)
    TalkFactory(event=event, title_en="Open mic", title_zh_hans="自由话筒", start_at=next_day)

    def days(**query):
        response = client.get(url("event-agenda", event), query)
        return [[talk.title_en for talk in day.talks] for day in response.context["days"]]

    assert days() == days(day="2036-05-10") == days(day="never") == [["Opening"]]
    assert days(day="2036-05-11") == [["Closing", "Open mic"]]
    assert days(search="open") == [["Opening"], ["Open mic"]]
    assert days(search="闭幕") == [["Closing"]]
    assert days(search="nothing") == []


@pytest.mark.parametrize("name", ["event-detail", "event-agenda", "event-speakers"])
def test_a_draft_is_404_to_strangers_and_open_to_those_who_run_it(client, name):
    event = EventFactory(draft=True)
    runner = MembershipFactory(chapter=event.chapter, role=Role.ORGANIZER).user
    stranger = MembershipFactory(chapter=ChapterFactory(), role=Role.OWNER).user
    helper = MembershipFactory(chapter=event.chapter, role=Role.STEWARD).user
    seen = {}

    for person in (None, stranger, helper, runner):
        client.logout()
        if person:
            client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        seen[person] = client.get(url(name, event)).status_code

    assert seen == {None: 404, stranger: 404, helper: 404, runner: 200}


def test_event_page_offers_its_desk_to_those_who_run_it_alone(client):
    event = EventFactory()
    runner = MembershipFactory(chapter=event.chapter, role=Role.ORGANIZER).user
    offered = []

    for person in (None, UserFactory(), runner):
        if person:
            client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        offered.append(client.get(url("event-detail", event)).context["may_run"])

    assert offered == [False, False, True]


def test_a_talk_is_404_under_another_event_and_under_a_draft(client):
    talk = TalkFactory(event=EventFactory(draft=True))

    assert client.get(url("talk-detail", talk.event, talk.public_id)).status_code == 404
    assert client.get(url("talk-detail", EventFactory(), talk.public_id)).status_code == 404


def test_event_page_never_shows_the_link_to_join(client):
    event = EventFactory(online=True, online_url="https://example.com/secret-room")

    for person in (None, UserFactory()):
        if person:
            client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        assert "secret-room" not in client.get(url("event-detail", event)).content.decode()


def test_event_page_shows_the_zone_and_its_own_time(client):
    event = EventFactory(time_zone="Asia/Shanghai")

    page = client.get(url("event-detail", event), headers={"accept-language": "en"})

    assert "Asia/Shanghai (UTC+8)" in page.content.decode()
    assert "14:00" in page.content.decode()


def test_description_is_markdown_without_scripts(client):
    event = EventFactory(
        description_en="**bold** <script>alert(1)</script> [x](javascript:alert(1))",
        description_zh_hans="",
    )

    page = client.get(url("event-detail", event)).content.decode()

    assert "<strong>bold</strong>" in page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def test_map_link_leads_to_a_map_that_works_there(client):
    home = EventFactory(venue__city__country="CN")
    abroad = EventFactory(venue__city__country="DE")
    own = EventFactory(venue__map_url="https://example.com/map")

    def page(event):
        return client.get(url("event-detail", event)).content.decode()

    assert "https://uri.amap.com/search?keyword=" in page(home)
    assert "https://www.openstreetmap.org/search?query=" in page(abroad)
    assert 'href="https://example.com/map"' in page(own)
