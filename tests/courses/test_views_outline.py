import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.models import Course, Lesson, LessonDraft, Module
from courses.services import desk, publishing
from tests.courses.personas import assert_only_writers, client_of
from tests.factories.accounts import UserFactory
from tests.factories.courses import (
    CourseFactory,
    LessonFactory,
    LessonVersionFactory,
    ModuleFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return CourseFactory()


@pytest.fixture
def module(course):
    return ModuleFactory(course=course)


@pytest.fixture
def lesson(module):
    return LessonFactory(module=module)


@pytest.fixture
def client(course):
    return client_of("lecturer of it", course)


def url(name, course, *args):
    return reverse(f"courses:{name}", args=[course.slug, *args])


def order(course):
    """As {module: lessons}, by their slugs."""
    return [
        (module.title_en, [lesson.slug for lesson in Lesson.objects.live().filter(module=module)])
        for module in course.modules.all()
    ]


def test_only_its_writers_touch_the_outline(course, module, lesson):
    gone = LessonFactory(module=module, deleted_at=timezone.now())

    assert_only_writers(
        course,
        [
            url("desk-outline", course),
            url("item-move", course),
            url("module-create", course),
            url("module-edit", course, module.public_id),
            url("module-delete", course, module.public_id),
            url("lesson-create", course, module.public_id),
            url("lesson-delete", course, lesson.public_id),
            url("lesson-restore", course, gone.public_id),
        ],
    )


def test_what_belongs_to_another_course_is_not_there(course, client):
    other = LessonFactory()

    for name, public_id in (
        ("module-edit", other.module.public_id),
        ("module-delete", other.module.public_id),
        ("lesson-create", other.module.public_id),
        ("lesson-delete", other.public_id),
    ):
        assert client.post(url(name, course, public_id)).status_code == 404


def test_an_empty_desk_says_so(course, client):
    assert "An empty desk" in client.get(url("desk-outline", course)).content.decode()


def test_a_module_is_added_renamed_and_needs_a_title(course, client):
    client.post(
        url("module-create", course), {"module-title_zh_hans": "账户", "module-title_en": ""}
    )
    module = Module.objects.get()
    client.post(
        url("module-edit", course, module.public_id),
        {"title_zh_hans": "账户", "title_en": "Accounts"},
    )
    refused = client.post(url("module-create", course), {"module-title_en": ""})

    assert [(str(row.title_zh_hans), row.title_en) for row in course.modules.all()] == [
        ("账户", "Accounts")
    ]
    assert list(refused.context["module_form"].errors) == ["title_zh_hans"]


def test_a_lesson_is_added_in_the_languages_that_have_a_title(course, module, client):
    response = client.post(
        url("lesson-create", course, module.public_id), {"title_zh_hans": "区块", "title_en": ""}
    )

    lesson = Lesson.objects.get()
    assert response.headers["Location"] == url("lesson-edit", course, lesson.public_id)
    assert [(draft.language, draft.title) for draft in lesson.drafts.all()] == [("zh-hans", "区块")]


def test_a_lesson_without_a_title_is_asked_for_one_where_it_was_typed(course, module, client):
    response = client.post(url("lesson-create", course, module.public_id), {})

    assert response.context["into"] == module
    assert list(response.context["lesson_form"].errors) == ["title_zh_hans"]
    assert Lesson.objects.count() == 0


def test_lessons_step_up_and_down_and_on_into_the_next_module(course, client):
    first, second = (
        ModuleFactory(course=course, title_en="A"),
        ModuleFactory(course=course, title_en="B"),
    )
    one = LessonFactory(module=first, slug="one")
    LessonFactory(module=first, slug="two")
    LessonFactory(module=second, slug="three")

    def step(direction):
        typed = {"kind": "lesson", "item": one.public_id, "direction": direction}
        assert client.post(url("item-move", course), typed).status_code == 302
        return order(course)

    assert step("down") == [("A", ["two", "one"]), ("B", ["three"])]
    assert step("down") == [("A", ["two"]), ("B", ["one", "three"])]
    assert step("down") == [("A", ["two"]), ("B", ["three", "one"])]
    assert step("down") == [("A", ["two"]), ("B", ["three", "one"])]
    assert step("up") == [("A", ["two"]), ("B", ["one", "three"])]
    assert step("up") == [("A", ["two", "one"]), ("B", ["three"])]


def test_a_lesson_is_dropped_before_another_one(course, client):
    first, second = (
        ModuleFactory(course=course, title_en="A"),
        ModuleFactory(course=course, title_en="B"),
    )
    one = LessonFactory(module=first, slug="one")
    three = LessonFactory(module=second, slug="three")
    drop = {"kind": "lesson", "item": one.public_id, "direction": "place"}

    client.post(
        url("item-move", course), drop | {"into": second.public_id, "before": three.public_id}
    )
    assert order(course) == [("A", []), ("B", ["one", "three"])]

    client.post(url("item-move", course), drop | {"into": second.public_id, "before": ""})
    assert order(course) == [("A", []), ("B", ["three", "one"])]


def test_modules_move_with_their_lessons(course, client):
    first, second = (
        ModuleFactory(course=course, title_en="A"),
        ModuleFactory(course=course, title_en="B"),
    )
    LessonFactory(module=first, slug="one")
    move = {"kind": "module", "item": second.public_id}

    client.post(url("item-move", course), move | {"direction": "up"})
    assert order(course) == [("B", []), ("A", ["one"])]

    client.post(url("item-move", course), move | {"direction": "place", "before": ""})
    assert order(course) == [("A", ["one"]), ("B", [])]


def test_with_htmx_a_move_answers_with_the_list_and_where_the_hand_was(course, lesson, client):
    typed = {"kind": "lesson", "item": lesson.public_id, "direction": "down"}

    response = client.post(url("item-move", course), typed, headers={"HX-Request": "true"})

    html = response.content.decode()
    assert html.strip().startswith('<div id="outline"')
    assert html.count(f'data-id="{lesson.public_id}" data-focus') == 1


def test_a_move_of_what_is_gone_changes_nothing(course, lesson, client):
    before = order(course)

    for item in ("nothing", LessonFactory().public_id):
        client.post(url("item-move", course), {"kind": "lesson", "item": item, "direction": "up"})

    assert order(course) == before


def test_a_completed_lesson_is_deleted_for_others_and_kept_for_who_completed_it(
    course, lesson, client
):
    version = LessonVersionFactory(lesson=lesson)
    lesson.completions.create(user=UserFactory(), version=version)

    page = client.get(url("lesson-delete", course, lesson.public_id)).content.decode()
    client.post(url("lesson-delete", course, lesson.public_id))

    assert "1 person completed this lesson. It is kept for them, and counts as before." in page
    lesson.refresh_from_db()
    assert lesson.deleted_at is not None
    assert lesson.completions.count() == 1


def test_a_deleted_lesson_can_be_brought_back(course, lesson, client):
    client.post(url("lesson-delete", course, lesson.public_id))
    assert [row.pk for row in client.get(url("desk-outline", course)).context["deleted"]] == [
        lesson.pk
    ]

    client.post(url("lesson-restore", course, lesson.public_id))

    assert list(Lesson.objects.live()) == [lesson]
    assert client.post(url("lesson-restore", course, lesson.public_id)).status_code == 404


def test_lessons_of_a_deleted_module_come_back_into_another(course, lesson, client):
    client.post(url("module-delete", course, lesson.module.public_id))
    refused = client.post(url("lesson-restore", course, lesson.public_id), follow=True)
    assert "Add a module first" in refused.content.decode()

    module = ModuleFactory(course=course)
    client.post(url("lesson-restore", course, lesson.public_id))

    assert [(row.pk, row.module) for row in Lesson.objects.live()] == [(lesson.pk, module)]


def test_the_outline_says_what_learners_do_not_see_yet(course, client):
    module = ModuleFactory(course=course)
    same, changed, moved = [LessonFactory(module=module, position=n) for n in range(3)]
    publishing.publish_course(course=course, by=UserFactory())
    LessonDraft.objects.filter(lesson=changed).update(body="New.")
    desk.arrange(
        course=course,
        order=[(module.public_id, [each.public_id for each in (moved, same, changed)])],
    )
    new = LessonFactory(module=module, position=9)

    parts = client.get(url("desk-outline", course)).context["parts"]

    states = {line.lesson.pk: line.state for part in parts for line in part.lessons}
    assert states == {moved.pk: "moved", same.pk: "moved", changed.pk: "changed", new.pk: "new"}


def test_the_outline_asks_the_same_queries_for_one_lesson_and_for_three(course, client):
    counts = []
    for total in (1, 3):
        while course.lessons.count() < total:
            LessonFactory(module=ModuleFactory(course=course))
        with CaptureQueriesContext(connection) as queries:
            client.get(url("desk-outline", course))
        counts.append(len(queries))

    assert counts == [14, 14]


def test_a_course_that_was_never_published_can_be_deleted(course, lesson, client):
    response = client.post(url("course-end", course))

    assert response.headers["Location"] == reverse("courses:teach")
    assert Course.objects.count() == 0


def test_a_published_course_is_archived_and_offered_again(course, lesson, client):
    publishing.publish_course(course=course, by=UserFactory())

    client.post(url("course-end", course))
    assert Course.objects.get().status == "archived"

    client.post(url("course-end", course))
    assert Course.objects.get().status == "published"


def test_orders_are_shown_to_those_who_run_the_chapter_alone(course):
    orders = reverse("checkout:seat-order-list", args=[course.slug])

    seen = {
        persona: orders
        in client_of(persona, course).get(url("desk-outline", course)).content.decode()
        for persona in ("organizer", "lecturer of it")
    }

    assert seen == {"organizer": True, "lecturer of it": False}
