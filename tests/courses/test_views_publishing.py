import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import CoursePublication, Lesson, LessonDraft
from courses.services import desk, publishing
from tests.courses.personas import assert_only_writers, client_of
from tests.factories.accounts import UserFactory
from tests.factories.courses import (
    CourseFactory,
    LessonFactory,
    MaterialFactory,
    ModuleFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    course = CourseFactory()
    for number in (1, 2):
        LessonFactory(module=ModuleFactory(course=course), slug=f"lesson-{number}")
    return course


@pytest.fixture
def client(course):
    return client_of("lecturer of it", course)


def url(name, course, *args):
    return reverse(f"courses:{name}", args=[course.slug, *args])


def publish(course, note=""):
    publishing.publish_course(course=course, by=UserFactory(name="Ada"), note=note)
    course.refresh_from_db()


def write(course, number, body, language="en"):
    draft = LessonDraft.objects.get(lesson__slug=f"lesson-{number}", language=language)
    desk.save_draft(
        lesson=draft.lesson,
        language=language,
        by=None,
        title=draft.title,
        body=body,
        revision=draft.revision,
    )


def seen(client, course):
    return client.get(url("course-publish", course)).context["changes"].digest


def test_only_its_writers_publish(course):
    publish(course)

    assert_only_writers(
        course,
        [
            url("course-publish", course),
            url("publication-list", course),
            url("publication-detail", course, 1),
            url("publication-restore", course, 1),
        ],
    )


def test_the_first_publication_puts_the_course_in_the_catalog(course, client):
    changes = client.get(url("course-publish", course)).context["changes"]
    assert [change.kind for change in changes.lessons] == ["new", "new"]

    response = client.post(url("course-publish", course), {"note": "First", "seen": changes.digest})

    course.refresh_from_db()
    assert response.headers["Location"] == url("publication-list", course)
    assert (course.is_published, course.publication.note) == (True, "First")


def test_what_changed_is_said_by_lesson_language_file_and_rule(course, client):
    publish(course)
    write(course, 1, "Text of lesson-1, new.")
    first, second = course.lessons.order_by("slug")
    desk.update_lesson(lesson=second, is_preview=True)
    MaterialFactory(lesson=first, name="slides.pdf", language="zh-hans")

    changes = client.get(url("course-publish", course)).context["changes"]

    by_lesson = {change.lesson.slug: change for change in changes.lessons}
    files, words = by_lesson["lesson-1"].texts
    assert (words.language, words.kind, words.files_added) == ("en", "changed", [])
    assert [line.kind for line in words.lines] == ["changed"]
    assert (files.language, files.lines, files.files_added) == ("zh-hans", [], ["slides.pdf"])
    assert [tuple(rule) for rule in by_lesson["lesson-2"].rules] == [("Free preview", "no", "yes")]


def test_somebody_who_edits_while_another_publishes_is_told_and_nothing_goes_out(course, client):
    publish(course)
    write(course, 1, "Mine.")
    digest = seen(client, course)
    write(course, 2, "A colleague's, half done.")

    response = client.post(url("course-publish", course), {"note": "Mine", "seen": digest})

    assert CoursePublication.objects.count() == 1
    assert response.context["form"]["note"].value() == "Mine"
    assert str(response.context["moved"]) == (
        "Somebody changed this course since you looked at it. Look again."
    )
    again = response.context["changes"].digest
    client.post(url("course-publish", course), {"note": "Ours", "seen": again})
    assert CoursePublication.objects.first().note == "Ours"


def test_somebody_who_published_the_same_first_leaves_nothing_to_publish(course, client):
    publish(course)
    write(course, 1, "Ours.")
    digest = seen(client, course)
    publish(course)

    response = client.post(url("course-publish", course), {"note": "", "seen": digest}, follow=True)

    assert CoursePublication.objects.count() == 2
    assert "Nothing has changed since the last publication." in response.content.decode()


def test_a_title_without_a_text_is_warned_of(course, client):
    LessonDraft.objects.filter(lesson__slug="lesson-1", language="en").update(body=" \n")

    changes = client.get(url("course-publish", course)).context["changes"]

    assert changes.hollow == (("lesson-1 en", "en"),)


def test_an_empty_course_has_nothing_to_publish(client, course):
    Lesson.objects.all().delete()

    page = client.get(url("course-publish", course)).content.decode()
    client.post(url("course-publish", course), {"note": "", "seen": "x"})

    assert "There is nothing to publish yet" in page
    assert CoursePublication.objects.count() == 0


def test_the_history_names_who_and_why_and_compares_any_two(course, client):
    publish(course, "One")
    write(course, 1, "Second text.")
    publish(course, "Two")
    write(course, 2, "Third text.")
    publish(course, "Three")

    page = client.get(url("publication-list", course))
    rows = [(row.number, row.note, str(row.by)) for row in page.context["page"]]
    third = client.get(url("publication-detail", course, 3)).context["changes"]
    since = client.get(url("publication-detail", course, 3), {"since": 1}).context["changes"]
    back = client.get(url("publication-detail", course, 1), {"since": 3}).context["changes"]
    first = client.get(url("publication-detail", course, 1)).context["changes"]

    assert rows == [(3, "Three", "Ada"), (2, "Two", "Ada"), (1, "One", "Ada")]
    assert [change.lesson.slug for change in third.lessons] == ["lesson-2"]
    assert [change.lesson.slug for change in since.lessons] == ["lesson-1", "lesson-2"]
    assert [change.lesson.slug for change in back.lessons] == ["lesson-1", "lesson-2"]
    assert [change.kind for change in first.lessons] == ["new", "new"]


def test_what_was_never_published_is_not_there(course, client):
    publish(course)

    assert client.get(url("publication-detail", course, 2)).status_code == 404
    assert client.get(url("publication-detail", course, 1), {"since": 7}).status_code == 404


def test_an_old_publication_comes_back_as_a_draft(course, client):
    publish(course)
    old = LessonDraft.objects.get(lesson__slug="lesson-1", language="en").body
    write(course, 1, "Worse.")
    publish(course)

    response = client.post(url("publication-restore", course, 1))

    assert response.headers["Location"] == url("course-publish", course)
    assert LessonDraft.objects.get(lesson__slug="lesson-1", language="en").body == old
    assert CoursePublication.objects.count() == 2
    assert [
        change.lesson.slug
        for change in client.get(url("course-publish", course)).context["changes"].lessons
    ] == ["lesson-1"]


def test_an_old_publication_does_not_bury_what_was_not_published(course, client):
    publish(course)
    write(course, 1, "Better.")
    publish(course)
    write(course, 2, "Half done.")

    response = client.post(url("publication-restore", course, 1), follow=True)

    assert "There are changes that are not published yet." in response.content.decode()
    assert LessonDraft.objects.get(lesson__slug="lesson-2", language="en").body == "Half done."


def test_publishing_asks_the_same_queries_for_one_change_and_for_three(course, client):
    publish(course)
    counts = []
    for total in (1, 3):
        while course.lessons.count() < 2 + total:
            LessonFactory(module=course.modules.first())
        with CaptureQueriesContext(connection) as queries:
            client.get(url("course-publish", course))
        counts.append(len(queries))

    assert counts == [9, 9]
