from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from community.models import Chapter
from events.models import Event, Room, Speaker, Talk
from events.queries import agenda

pytestmark = pytest.mark.django_db

MORNING = datetime(2030, 5, 4, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai


@pytest.fixture
def event():
    chapter = Chapter.objects.create(slug="harbor", name="Harbor")
    return Event.objects.create(
        chapter=chapter,
        slug="open-day",
        title_en="Open day",
        start_at=MORNING,
        end_at=MORNING + timedelta(days=2),
        time_zone="Asia/Shanghai",
    )


def add_talk(event, title="Talk", *, after=0, minutes=30, room=None, speakers=(), **fields):
    start_at = MORNING + timedelta(minutes=after)
    end_at = start_at + timedelta(minutes=minutes)
    talk = Talk.objects.create(
        event=event, title_en=title, start_at=start_at, end_at=end_at, room=room, **fields
    )
    talk.speakers.set(speakers)
    return talk


def test_agenda_puts_talks_under_day_time_and_room(event):
    second, first = (
        Room.objects.create(event=event, name_en=name, position=at)
        for at, name in [(2, "B"), (1, "A")]
    )
    left = add_talk(event, "left", room=first)
    right = add_talk(event, "right", room=second)
    nowhere = add_talk(event, "nowhere", after=60)
    night = add_talk(event, "night", after=15 * 60)  # midnight in Shanghai, the same day in UTC

    days = agenda(event).days

    assert [day.on.isoformat() for day in days] == ["2030-05-04", "2030-05-05"]
    assert days[0].rooms == [first, second, None]
    assert [slot.cells for slot in days[0].slots] == [[[left], [right], []], [[], [], [nowhere]]]
    assert [f"{slot.start_at:%H:%M}" for slot in days[0].slots] == ["09:00", "10:00"]
    assert days[1].talks == [night]


def test_agenda_lifts_whole_days_out_of_the_slots(event):
    sprint = add_talk(event, "sprint", after=15 * 60, minutes=24 * 60)

    [day] = agenda(event).days

    assert (day.all_day, day.slots, day.rooms) == ([sprint], [], [])


@pytest.mark.parametrize(
    ("search", "titles"),
    [
        ("合约", ["Contracts"]),
        ("ＳＯＬＩＤＩＴＹ contracts", ["Contracts"]),
        ("wang", ["Contracts"]),
        ("hall", ["Wallets"]),
        ("beginner", ["Wallets"]),
        ("nothing", []),
        ("  ", ["Contracts", "Wallets"]),
    ],
)
def test_agenda_search_reads_both_languages_people_rooms_and_tags(event, search, titles):
    speaker = Speaker.objects.create(event=event, name_zh_hans="王小明", name_en="Wang Xiaoming")
    hall = Room.objects.create(event=event, name_en="Hall")
    add_talk(
        event, "Contracts", title_zh_hans="智能合约", abstract_en="On Solidity", speakers=[speaker]
    )
    add_talk(event, "Wallets", after=30, room=hall, tags=["Beginner"])

    assert [talk.title_en for talk in agenda(event, search=search).talks] == titles


def test_agenda_filters_and_counts_choices_of_all_talks(event):
    hall = Room.objects.create(event=event, name_en="Hall", name_zh_hans="大厅")
    add_talk(event, "one", room=hall, tags=["web", "zk"], language="zh")
    add_talk(event, "two", tags=["zk"], language="en")

    with translation.override("en"):
        found = agenda(event, room="Hall")

    assert [talk.title_en for talk in found.talks] == ["one"]
    assert (found.found, found.total) == (1, 2)
    assert [(choice.value, choice.count) for choice in found.rooms] == [("Hall", 1)]
    assert [(choice.value, choice.count) for choice in found.tags] == [("zk", 2), ("web", 1)]
    assert [(choice.value, choice.label) for choice in found.languages] == [
        ("zh", "Chinese"),
        ("en", "English"),
    ]
    assert [talk.title_en for talk in agenda(event, tag="web").talks] == ["one"]
    assert [talk.title_en for talk in agenda(event, language="en").talks] == ["two"]
    assert agenda(event, tag="web", language="en").talks == []


@pytest.mark.parametrize("count", [1, 30])
def test_agenda_takes_two_queries_however_long(event, count, django_assert_num_queries):
    hall = Room.objects.create(event=event, name_en="Hall")
    for number in range(count):
        speaker = Speaker.objects.create(event=event, name_en=f"Speaker {number}")
        add_talk(event, after=number, room=hall, speakers=[speaker], tags=["a"])

    with django_assert_num_queries(2):
        page = agenda(event, search="speaker", room="Hall")
        lines = [
            (str(talk), str(talk.room), list(map(str, talk.speakers.all())))
            for day in page.days
            for slot in day.slots
            for cell in slot.cells
            for talk in cell
        ]
        assert len(lines) == count
