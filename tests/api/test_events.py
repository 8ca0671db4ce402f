from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.utils import timezone

from accounts.models import User
from events.models import AttendanceMode, Event, EventStatus, SpokenLanguage
from events.services.search import refresh_search_text
from tests.api.caller import caller_of
from tests.factories.community import ChapterFactory, CityFactory, MembershipFactory
from tests.factories.events import (
    START,
    EventFactory,
    RoomFactory,
    SpeakerFactory,
    TalkFactory,
    VenueFactory,
)

pytestmark = pytest.mark.django_db


def slugs(caller, **query) -> list[str]:
    response = caller.get("events/", **query)
    assert response.status_code == 200, response.json()
    return [found["slug"] for found in response.json()["results"]]


def test_event_says_both_languages_instants_in_utc_and_its_zone(anonymous):
    city = CityFactory(slug="shenzhen", name_zh_hans="深圳", name_en="Shenzhen")
    chapter = ChapterFactory(slug="sz", name_zh_hans="深圳分会", name_en="")
    venue = VenueFactory(chapter=chapter, city=city, name_zh_hans="茶馆", name_en="Tea house")
    event = EventFactory(
        chapter=chapter, venue=venue, slug="zk", title_zh_hans="零知识之夜", title_en="ZK night",
        online_url="https://example.com/join",
    )  # fmt: skip

    [found] = anonymous.get("events/").json()["results"]

    assert found == {
        "id": event.public_id,
        "slug": "zk",
        "url": "http://testserver/events/zk/",
        "title": {"zh-hans": "零知识之夜", "en": "ZK night"},
        "summary": {"zh-hans": None, "en": None},
        "chapter": {"slug": "sz", "name": {"zh-hans": "深圳分会", "en": None}},
        "status": "published",
        "attendance_mode": "offline",
        "spoken_language": "zh",
        "start_at": "2036-05-10T06:00:00Z",
        "end_at": "2036-05-10T09:00:00Z",
        "time_zone": "Asia/Shanghai",
        "venue": {
            "name": {"zh-hans": "茶馆", "en": "Tea house"},
            "address": {"zh-hans": "科苑路 8 号", "en": "8 Keyuan Road"},
            "city": {
                "slug": "shenzhen",
                "name": {"zh-hans": "深圳", "en": "Shenzhen"},
                "country": "CN",
            },
            "map_url": "",
        },
    }


def test_instants_stay_utc_whatever_zone_the_caller_lives_in(event):
    user = MembershipFactory(chapter=event.chapter).user
    User.objects.filter(pk=user.pk).update(time_zone="America/New_York")

    found = caller_of(user).get("events/zk-night/").json()

    assert found["start_at"] == "2036-05-10T06:00:00Z"


def test_detail_adds_description_and_cancellation_but_never_the_link_to_join(anonymous):
    EventFactory(
        slug="off",
        status=EventStatus.CANCELED,
        canceled_at=datetime(2026, 1, 2, tzinfo=UTC),
        cancel_reason="The venue flooded.",
        description_en="**Bring** a laptop",
        attendance_mode=AttendanceMode.MIXED,
        online_url="https://example.com/join",
    )

    response = anonymous.get("events/off/")

    found = response.json()
    assert found["status"] == "canceled"
    assert found["canceled_at"] == "2026-01-02T00:00:00Z"
    assert found["cancel_reason"] == "The venue flooded."
    assert found["description"] == {"zh-hans": None, "en": "**Bring** a laptop"}
    assert found["cover_url"] is None
    assert b"example.com/join" not in response.content


def test_list_filters(anonymous):
    city = CityFactory(slug="berlin")
    here = EventFactory(venue__city=city, spoken_language=SpokenLanguage.ENGLISH)
    online = EventFactory(online=True)
    mixed = EventFactory(attendance_mode=AttendanceMode.MIXED, spoken_language=SpokenLanguage.BOTH)
    past = EventFactory(past=True)
    ask = partial(slugs, anonymous)

    assert ask() == [here.slug, online.slug, mixed.slug]
    assert ask(when="past") == [past.slug]
    assert ask(city="berlin") == [here.slug]
    assert ask(chapter=online.chapter.slug) == [online.slug]
    assert ask(attendance_mode="online") == [online.slug, mixed.slug]
    assert ask(attendance_mode="offline") == [here.slug, mixed.slug]
    assert ask(language="en") == [here.slug, mixed.slug]
    assert ask(city="atlantis") == []


def test_list_searches_chinese(anonymous, event):
    EventFactory(title_zh_hans="别的")
    for found in Event.objects.all():
        refresh_search_text(found)

    assert slugs(anonymous, search="知识") == ["zk-night"]


def test_list_says_which_filter_it_cannot_read(anonymous):
    response = anonymous.get("events/", when="someday", language="xx", page_size="0")

    assert response.status_code == 400
    assert (response.json()["code"], sorted(response.json()["fields"])) == (
        "invalid",
        ["language", "when"],
    )


def test_pages_hold_every_event_once_also_when_many_begin_together(anonymous):
    same = [EventFactory() for _ in range(5)]
    later = EventFactory(start_at=START + timedelta(days=1))
    seen, path, query = [], "events/", {"page_size": "2"}

    for _page in range(3):
        page = anonymous.get(path, **query).json()
        seen += [found["slug"] for found in page["results"]]
        path, query = (page["next"] or "").removeprefix("http://testserver/api/v1/"), {}

    assert seen == [event.slug for event in (*same, later)]
    assert path == ""


@pytest.mark.parametrize("size", ["0", "201", "-1", "two", "９"])
def test_page_size_out_of_bounds_is_refused(anonymous, size):
    response = anonymous.get("events/", page_size=size)

    assert response.status_code == 400
    assert response.json()["fields"] == {"page_size": ["Between 1 and 200, please."]}


@pytest.mark.parametrize("cursor", ["x", "cD1hYmM=", "cD0lMDA=", "bz0xMDAwMDAw", "é"])
def test_forged_cursor_is_no_fault_of_ours(anonymous, event, cursor):
    assert anonymous.get("events/", cursor=cursor).status_code in {200, 404}


@pytest.mark.parametrize("count", [1, 9])
def test_list_costs_one_query_however_long(
    anonymous, organizer, event, count, django_assert_num_queries
):
    for _ in range(count - 1):
        EventFactory(chapter=event.chapter)
    organizer.get("events/")  # notes that the token was used

    with django_assert_num_queries(1):
        assert len(slugs(anonymous)) == count
    with django_assert_num_queries(2):
        assert len(slugs(organizer)) == count


def test_detail_costs_one_query(anonymous, event, django_assert_num_queries):
    with django_assert_num_queries(1):
        anonymous.get("events/zk-night/")


def test_talk_says_when_where_and_who(anonymous, event):
    room = RoomFactory(event=event, name_zh_hans="一号厅", name_en="Hall 1")
    talk = TalkFactory(event=event, room=room, tags=["zk"], title_zh_hans="证明", title_en="Proofs")
    talk.speakers.add(SpeakerFactory(event=event, name_zh_hans="林", name_en="Lin"))

    [found] = anonymous.get("events/zk-night/talks/").json()["results"]

    assert found["url"] == f"http://testserver/events/zk-night/talks/{talk.public_id}/"
    assert anonymous.client.get(found["url"]).status_code == 200
    assert found["title"] == {"zh-hans": "证明", "en": "Proofs"}
    assert found["room"] == {"name": {"zh-hans": "一号厅", "en": "Hall 1"}}
    assert found["speakers"] == [{"name": {"zh-hans": "林", "en": "Lin"}}]
    assert (found["start_at"], found["tags"]) == ("2036-05-10T06:00:00Z", ["zk"])


@pytest.mark.parametrize("count", [1, 7])
def test_agenda_costs_three_queries_however_long(
    anonymous, event, count, django_assert_num_queries
):
    for _ in range(count):
        talk = TalkFactory(event=event, room=RoomFactory(event=event))
        talk.speakers.add(SpeakerFactory(event=event))

    with django_assert_num_queries(3):
        assert len(anonymous.get("events/zk-night/talks/").json()["results"]) == count


def test_answers_are_kept_by_nobody(anonymous, event):
    assert anonymous.get("events/")["Cache-Control"] == "private, no-store"


def test_token_remembers_that_it_was_used_but_not_every_time(organizer, event):
    token = MembershipFactory._meta.model.objects.get().user.api_tokens.get()
    organizer.get("events/")
    token.refresh_from_db()
    first = token.last_used_at

    organizer.get("events/")
    token.refresh_from_db()

    assert timezone.now() - first < timedelta(minutes=1)
    assert token.last_used_at == first
