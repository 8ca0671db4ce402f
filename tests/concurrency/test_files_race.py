"""Room for files: the last of it goes to one upload, however many ask at once."""

from threading import Barrier

import pytest
from django.db.models import QuerySet

from community.models import Chapter
from courses.errors import ChapterFull
from courses.models import Upload
from courses.services import files
from tests.concurrency.threads import at_once
from tests.factories.accounts import UserFactory
from tests.factories.courses import LessonFactory

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

TIMES = 6
ROOM = 10_000


@pytest.fixture
def ask(settings):
    """All ask at once for more than half of the room; says how many got it."""
    settings.CHAPTER_FILES_MAX_BYTES = ROOM
    lesson, lecturer = LessonFactory(), UserFactory()

    def ask_one(number):
        try:
            files.begin_upload(lesson=lesson, by=lecturer, name=f"{number}.pdf", size=ROOM // 2 + 1)
        except ChapterFull:
            return False
        return True

    return lambda: at_once(TIMES, ask_one).count(True)


def test_the_last_room_is_given_once(ask):
    assert ask() == 1
    assert files.used_bytes(Chapter.objects.get()) <= ROOM


def test_without_the_lock_it_is_given_several_times(ask, monkeypatch):
    """The control: nobody waits for the chapter's row, and all have counted before one writes."""
    count, all_counted = files.used_bytes, Barrier(TIMES, timeout=30)

    def count_together(chapter):
        used = count(chapter)
        all_counted.wait()
        return used

    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)
    monkeypatch.setattr(files, "used_bytes", count_together)

    assert (ask(), Upload.objects.count()) == (TIMES, TIMES)
