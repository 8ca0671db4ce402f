import pytest
from django.urls import reverse

from tests.courses.world import published_course
from tests.factories.community import ChapterFactory
from tests.factories.courses import CourseFactory
from tests.factories.events import EventFactory
from tests.factories.ticketing import QuotaFactory, TicketTypeFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("rows", [1, 12])
def test_chapters_cost_one_query_however_many(client, django_assert_num_queries, rows):
    ChapterFactory.create_batch(rows)

    with django_assert_num_queries(1):
        response = client.get(reverse("community:chapter-list"))

    assert len(response.context["chapters"]) == rows


@pytest.mark.parametrize("rows", [1, 12])
def test_chapter_page_costs_seven_queries(client, django_assert_num_queries, rows):
    chapter = ChapterFactory()
    for event in EventFactory.create_batch(rows, chapter=chapter):
        TicketTypeFactory(event=event, quotas=[QuotaFactory(event=event, size=5, taken=5)])
    EventFactory.create_batch(rows, chapter=chapter, past=True)
    for _number in range(rows):
        published_course(1, chapter=chapter)

    with django_assert_num_queries(7):
        client.get(chapter.get_absolute_url())


def test_chapter_page_lists_its_own_public_events(client):
    chapter = ChapterFactory()
    mine, past = EventFactory(chapter=chapter), EventFactory(chapter=chapter, past=True)
    draft, other = EventFactory(chapter=chapter, draft=True), EventFactory()

    page = client.get(chapter.get_absolute_url()).content.decode()

    listed = [event for event in (mine, past, draft, other) if event.get_absolute_url() in page]
    assert listed == [mine, past]


def test_chapter_page_lists_its_own_published_courses(client):
    chapter = ChapterFactory()
    mine = published_course(1, chapter=chapter)
    draft, other = CourseFactory(chapter=chapter), published_course(1)

    page = client.get(chapter.get_absolute_url()).content.decode()

    listed = [course for course in (mine, draft, other) if course.get_absolute_url() in page]
    assert listed == [mine]


def test_an_unknown_chapter_is_404(client):
    assert client.get(reverse("community:chapter-detail", args=["nowhere"])).status_code == 404
