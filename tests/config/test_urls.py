import pytest

from tests.courses.world import published_course
from tests.factories.community import ChapterFactory
from tests.factories.courses import CourseFactory
from tests.factories.events import EventFactory

pytestmark = pytest.mark.django_db


def test_sitemap_lists_public_events_courses_and_chapters_and_no_draft(client):
    event, draft = EventFactory(), EventFactory(draft=True)
    chapter = ChapterFactory()
    course, unwritten = published_course(1), CourseFactory()

    body = client.get("/sitemap.xml").content.decode()

    assert f"{event.get_absolute_url()}</loc>" in body
    assert f"{chapter.get_absolute_url()}</loc>" in body
    assert f"{course.get_absolute_url()}</loc>" in body
    assert draft.get_absolute_url() not in body
    assert unwritten.get_absolute_url() not in body
