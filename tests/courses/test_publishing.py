from dataclasses import replace

import pytest
from django.utils import translation

from courses.errors import CourseEmpty, DeskDirty, DeskMoved, NothingToPublish
from courses.models import Course, CoursePublication, LessonVersion, Material
from courses.queries.desk import desk_outline, difference, text_difference
from courses.queries.outline import published_outline
from courses.services import desk, publishing
from tests.courses.world import add_lesson, lesson_of, publish, published_course
from tests.factories.courses import CourseFactory, MaterialFactory, ModuleFactory

pytestmark = pytest.mark.django_db


def rewrite(lesson, language="en", body="Better."):
    draft = lesson.drafts.get(language=language)
    desk.save_draft(
        lesson=lesson,
        language=language,
        by=None,
        title=draft.title,
        body=body,
        revision=draft.revision,
    )


def test_first_publication_puts_the_course_in_the_catalog():
    course = CourseFactory()
    add_lesson(course, 1)

    publication = publishing.publish_course(course=course, by=None, note=" First words ")

    course = Course.objects.get()
    assert (course.status, course.publication, course.languages) == (
        "published",
        publication,
        ["zh-hans", "en"],
    )
    assert (publication.number, publication.note) == (1, "First words")
    assert list(Course.objects.search("第1课")) == [course]


def test_desk_reaches_learners_only_by_a_publication():
    course = published_course(2)
    rewrite(lesson_of(course, 1))
    desk.delete_lesson(lesson=lesson_of(course, 2))
    add_lesson(course, 3)

    outline = published_outline(Course.objects.get(pk=course.pk))

    assert [lesson.slug for lesson in outline.lessons] == ["lesson-1", "lesson-2"]
    version = LessonVersion.objects.get(pk=outline.lessons[0].texts["en"].version)
    assert version.body == "Text 1 en."


def test_publication_writes_only_what_is_new():
    course = published_course(3)
    before = published_outline(course)
    rewrite(lesson_of(course, 2))

    publish(course)

    after = published_outline(course)
    assert LessonVersion.objects.count() == 7
    assert after.lessons[0] == before.lessons[0]
    assert after.lessons[1].texts["zh-hans"] == before.lessons[1].texts["zh-hans"]
    assert after.lessons[1].texts["en"] != before.lessons[1].texts["en"]


def test_text_that_comes_back_is_the_same_version():
    course = published_course(1)
    first = published_outline(course).lessons
    rewrite(lesson_of(course, 1))
    publish(course)
    rewrite(lesson_of(course, 1), body="Text 1 en.")

    publish(course)

    assert published_outline(course).lessons == first
    assert course.publication.number == 3


def test_nothing_new_is_not_published():
    course = published_course()

    with pytest.raises(NothingToPublish):
        publishing.publish_course(course=course, by=None)

    assert CoursePublication.objects.count() == 1


def test_course_without_a_text_is_not_published():
    course = CourseFactory()
    ModuleFactory(course=course)

    with pytest.raises(CourseEmpty):
        publishing.publish_course(course=course, by=None)


def test_publisher_is_told_when_the_desk_moved():
    course = published_course()
    rewrite(lesson_of(course, 1))
    seen = desk_outline(course).digest
    rewrite(lesson_of(course, 1), body="Somebody else's.")

    with pytest.raises(DeskMoved):
        publishing.publish_course(course=course, by=None, seen=seen)

    assert course.publications.count() == 1
    seen = desk_outline(course).digest
    assert publishing.publish_course(course=course, by=None, seen=seen).number == 2


def test_materials_go_with_the_version_of_their_language():
    course = CourseFactory()
    lesson = add_lesson(course, 1)
    MaterialFactory(lesson=lesson, name="both.pdf")
    MaterialFactory(lesson=lesson, name="zh.pdf", language="zh-hans")
    video = MaterialFactory(lesson=lesson, name="talk.mp4", kind="video", language="en")
    MaterialFactory(
        lesson=lesson, name="talk.zh.vtt", kind="captions", language="zh-hans", captions_of=video
    )

    publish(course)

    files = Material.objects.filter(version__isnull=False).order_by("version__language", "name")
    assert [(file.version.language, file.name) for file in files] == [
        ("en", "both.pdf"),
        ("en", "talk.mp4"),
        ("en", "talk.zh.vtt"),
        ("zh-hans", "both.pdf"),
        ("zh-hans", "talk.zh.vtt"),
        ("zh-hans", "zh.pdf"),
    ]
    assert files[2].captions_of == files[1]
    assert files[4].captions_of is None


def test_a_new_file_alone_makes_a_new_version():
    course = published_course(1)
    MaterialFactory(lesson=lesson_of(course, 1), name="en.pdf", language="en")

    publish(course)

    assert LessonVersion.objects.filter(language="en").count() == 2
    assert LessonVersion.objects.filter(language="zh-hans").count() == 1


def test_old_publication_comes_back_to_the_desk_whole():
    course = published_course(3)
    lesson = lesson_of(course, 1)
    video = MaterialFactory(lesson=lesson, name="talk.mp4", kind="video")
    MaterialFactory(lesson=lesson, name="talk.vtt", kind="captions", captions_of=video)
    desk.update_lesson(
        lesson=lesson_of(course, 2), is_preview=True, prerequisites=[lesson_of(course, 1)]
    )
    publish(course)
    wanted = published_outline(course)
    desk.delete_module(module=course.modules.get())
    add_lesson(course, 9)
    Course.objects.filter(pk=course.pk).update(completion_percent=50)
    publish(course)

    publishing.take_back(course=course, by=None, number=2)

    assert desk_outline(Course.objects.get(pk=course.pk)).digest == wanted.digest
    assert [row.slug for row in course.lessons.filter(deleted_at=None).order_by("slug")] == [
        "lesson-1",
        "lesson-2",
        "lesson-3",
    ]
    publish(course)
    assert published_outline(course) == wanted


def test_taking_back_loses_nothing_that_was_not_published():
    course = published_course(1)
    rewrite(lesson_of(course, 1))

    with pytest.raises(DeskDirty):
        publishing.take_back(course=course, by=None, number=1)

    assert lesson_of(course, 1).drafts.get(language="en").body == "Better."


def test_difference_names_what_changes_and_no_neighbor():
    course = published_course(4)
    before = published_outline(course)
    rewrite(lesson_of(course, 1))
    desk.delete_lesson(lesson=lesson_of(course, 2))
    desk.update_lesson(lesson=lesson_of(course, 3), is_preview=True)
    add_lesson(course, 5, languages=("en",))

    found = difference(before, desk_outline(course))

    assert [lesson.slug for lesson in found.added] == ["lesson-5"]
    assert [lesson.slug for lesson in found.removed] == ["lesson-2"]
    assert [(c.after.slug, c.languages, c.rules, c.place) for c in found.changed] == [
        ("lesson-1", ["en"], False, False),
        ("lesson-3", [], True, False),
    ]
    assert not difference(before, before)
    assert text_difference("a\nb\n", "a\nc\n") == ["@@ -1,2 +1,2 @@", " a", "-b", "+c"]


def test_lesson_is_read_in_the_language_that_it_has():
    course = CourseFactory()
    add_lesson(course, 1, languages=("zh-hans",))
    add_lesson(course, 2)
    publish(course)
    only_chinese, both = published_outline(course).lessons

    with translation.override("en"):
        assert (only_chinese.title, both.title) == ("第1课", "Lesson 2")
    assert only_chinese.version_for("en") == ("zh-hans", only_chinese.texts["zh-hans"].version)
    assert replace(both, texts={}).texts == {}


def test_publishing_costs_no_more_queries_for_more_lessons(django_assert_num_queries):
    for lessons in (2, 30):
        course = CourseFactory()
        for number in range(lessons):
            add_lesson(course, number)
        with django_assert_num_queries(17):
            publishing.publish_course(course=course, by=None)
