import pytest

from courses.errors import DeskMoved, DraftConflict, NotOfThisCourse, PrerequisiteLoop, TitleMissing
from courses.models import Lesson
from courses.services import desk
from tests.courses.world import add_lesson
from tests.factories.accounts import UserFactory
from tests.factories.courses import CourseFactory, LessonFactory, ModuleFactory

pytestmark = pytest.mark.django_db


def save(lesson, body, revision, by=None):
    return desk.save_draft(
        lesson=lesson, language="en", by=by, title="Title", body=body, revision=revision
    )


def test_second_save_of_one_revision_overwrites_nothing():
    lesson, other = LessonFactory(drafts=()), UserFactory(name="Mei")
    save(lesson, "one", 0)
    save(lesson, "theirs", 1, by=other)

    with pytest.raises(DraftConflict) as refused:
        save(lesson, "mine", 1)

    assert refused.value.theirs.body == "theirs"
    assert str(refused.value).startswith("Mei saved this text")
    assert lesson.drafts.get().body == "theirs"


def test_save_that_is_sent_twice_is_no_conflict():
    lesson = LessonFactory(drafts=())
    save(lesson, "one", 0)
    save(lesson, "two", 1)

    again = save(lesson, "two", 1)

    assert (again.revision, again.body) == (2, "two")


def test_two_who_begin_a_language_meet():
    lesson = LessonFactory(drafts=())
    save(lesson, "one", 0)

    with pytest.raises(DraftConflict):
        save(lesson, "other", 0)


def test_draft_needs_a_title():
    with pytest.raises(TitleMissing):
        desk.save_draft(
            lesson=LessonFactory(drafts=()), language="en", by=None, title=" ", body="", revision=0
        )


def test_deleted_draft_names_the_revision_too():
    lesson = LessonFactory(drafts=())
    save(lesson, "one", 0)
    save(lesson, "two", 1)

    with pytest.raises(DraftConflict):
        desk.delete_draft(lesson=lesson, language="en", revision=1)
    desk.delete_draft(lesson=lesson, language="en", revision=2)
    desk.delete_draft(lesson=lesson, language="en", revision=2)

    assert not lesson.drafts.exists()


def test_arrange_moves_lessons_between_modules():
    course = CourseFactory()
    first, second = ModuleFactory(course=course), ModuleFactory(course=course)
    one, two, three = (LessonFactory(module=first) for _ in range(3))

    desk.arrange(
        course=course,
        order=[
            (second.public_id, [three.public_id, one.public_id]),
            (first.public_id, [two.public_id]),
        ],
    )

    assert list(Lesson.objects.live().filter(course=course)) == [three, one, two]


def test_arrange_that_misses_what_came_meanwhile_changes_nothing():
    course = CourseFactory()
    module = ModuleFactory(course=course)
    one, two = LessonFactory(module=module), LessonFactory(module=module)
    order = [(module.public_id, [two.public_id, one.public_id])]
    three = LessonFactory(module=module)

    with pytest.raises(DeskMoved):
        desk.arrange(course=course, order=order)

    assert list(Lesson.objects.live().filter(course=course)) == [one, two, three]


def test_prerequisites_close_no_loop():
    course = CourseFactory()
    one, two, three = (add_lesson(course, number) for number in (1, 2, 3))
    desk.update_lesson(lesson=two, prerequisites=[one])
    desk.update_lesson(lesson=three, prerequisites=[two])

    with pytest.raises(PrerequisiteLoop):
        desk.update_lesson(lesson=one, prerequisites=[three])
    with pytest.raises(NotOfThisCourse):
        desk.update_lesson(lesson=one, prerequisites=[LessonFactory()])

    assert list(one.prerequisites.all()) == []


def test_deleted_lesson_frees_its_address_and_comes_back_under_another():
    course = CourseFactory()
    lesson = add_lesson(course, 1)
    desk.delete_lesson(lesson=lesson)
    add_lesson(course, 1)
    lesson.refresh_from_db()

    desk.restore_lesson(lesson=lesson, module=course.modules.get())

    slugs = Lesson.objects.live().filter(course=course).values_list("slug", flat=True)
    assert list(slugs) == ["lesson-1", "lesson-1-2"]


def test_deleted_module_takes_its_lessons_off_the_desk():
    course = CourseFactory()
    lesson = add_lesson(course, 1)

    desk.delete_module(module=lesson.module)

    assert not Lesson.objects.live().filter(course=course).exists()
    lesson.refresh_from_db()
    assert lesson.module is None


def test_lesson_gets_an_address_from_its_title():
    module = ModuleFactory()

    slugs = [
        desk.add_lesson(module=module, titles=titles).slug
        for titles in ({"en": "Hello, chain!"}, {"en": "Hello chain"}, {"zh-hans": "你好"})
    ]

    assert slugs == ["hello-chain", "hello-chain-2", "lesson"]
