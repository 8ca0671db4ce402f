import pytest

from tests.factories.community import ChapterFactory
from tests.factories.events import EventFactory

pytestmark = pytest.mark.django_db


def test_sitemap_lists_public_events_and_chapters_and_no_draft(client):
    event, draft = EventFactory(), EventFactory(draft=True)
    chapter = ChapterFactory()

    body = client.get("/sitemap.xml").content.decode()

    assert f"{event.get_absolute_url()}</loc>" in body
    assert f"{chapter.get_absolute_url()}</loc>" in body
    assert draft.get_absolute_url() not in body
