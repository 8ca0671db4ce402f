import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.forms.drafts import Read
from courses.models import LessonDraft, ReleaseRule
from courses.services import desk
from tests.courses.personas import assert_only_writers, client_of
from tests.factories.accounts import UserFactory
from tests.factories.courses import CourseFactory, LessonFactory, ModuleFactory

pytestmark = pytest.mark.django_db

AUTOSAVE = {"X-Autosave": "1"}


@pytest.fixture
def course():
    return CourseFactory()


@pytest.fixture
def lesson(course):
    return LessonFactory(module=ModuleFactory(course=course), drafts=("en",))


@pytest.fixture
def client(course):
    return client_of("lecturer of it", course)


def url(name, lesson):
    return reverse(f"courses:{name}", args=[lesson.course.slug, lesson.public_id])


def page(lesson, **changes):
    """What the form of a page that was opened now would send."""
    drafts = {draft.language: draft for draft in lesson.drafts.all()}
    texts = {}
    for end, code in (("zh_hans", "zh-hans"), ("en", "en")):
        draft = drafts.get(code)
        texts |= {
            f"title_{end}": draft.title if draft else "",
            f"body_{end}": draft.body if draft else "",
            f"read_{end}": str(Read.of(draft)),
        }
    return texts | changes


def stored(lesson):
    drafts = lesson.drafts.order_by("language")
    return {draft.language: (draft.title, draft.body, draft.revision) for draft in drafts}


def save_meanwhile(lesson, language, title, body, by=None):
    draft = lesson.drafts.filter(language=language).first()
    revision = draft.revision if draft else 0
    return desk.save_draft(
        lesson=lesson, language=language, by=by, title=title, body=body, revision=revision
    )


def test_only_its_writers_write_a_lesson(course, lesson):
    assert_only_writers(
        course,
        [url("lesson-edit", lesson), url("lesson-preview", lesson), url("lesson-rules", lesson)],
    )


def test_a_lesson_of_another_course_or_a_deleted_one_is_not_there(lesson, client):
    other = LessonFactory()
    foreign = reverse("courses:lesson-edit", args=[lesson.course.slug, other.public_id])
    assert client.get(foreign).status_code == 404

    desk.delete_lesson(lesson=lesson)

    assert client.get(url("lesson-edit", lesson)).status_code == 404


def test_both_languages_are_saved_and_learners_still_read_the_old(lesson, client):
    response = client.post(
        url("lesson-edit", lesson),
        page(lesson, title_zh_hans="区块", body_zh_hans="一\r\n二", body_en=" Two.\n"),
    )

    assert response.headers["Location"] == url("lesson-edit", lesson)
    title = lesson.drafts.get(language="en").title
    assert stored(lesson) == {"en": (title, " Two.\n", 2), "zh-hans": ("区块", "一\n二", 1)}


def test_autosave_answers_with_what_is_read_now(lesson, client):
    first = client.post(url("lesson-edit", lesson), page(lesson, body_en="One."), headers=AUTOSAVE)
    read = first.json()["read"]["read_en"]
    second = client.post(
        url("lesson-edit", lesson),
        page(lesson, body_en="One, two.") | {"read_en": read},
        headers=AUTOSAVE,
    )

    assert (first.status_code, second.status_code) == (200, 200)
    assert stored(lesson)["en"][1:] == ("One, two.", 3)


def test_two_who_write_in_two_languages_do_not_collide(lesson, client):
    mine = page(lesson, title_zh_hans="区块", body_zh_hans="中文")
    save_meanwhile(lesson, "en", "Blocks", "Theirs.")

    response = client.post(url("lesson-edit", lesson), mine, headers=AUTOSAVE)

    assert response.status_code == 200
    assert stored(lesson) == {"en": ("Blocks", "Theirs.", 2), "zh-hans": ("区块", "中文", 1)}


def test_a_collision_shows_both_texts_and_overwrites_nothing(lesson, client):
    mine = page(lesson, body_en="Mine.", title_zh_hans="区块", body_zh_hans="中文")
    ada = UserFactory(name="Ada")
    save_meanwhile(lesson, "en", "Blocks", "Theirs.", by=ada)

    response = client.post(url("lesson-edit", lesson), mine, headers=AUTOSAVE)

    assert response.status_code == 409
    html = response.json()["html"]
    for words in ("Ada saved this text while you were editing it", "Theirs.", "Mine."):
        assert words in html
    # what collides waits; the other language is kept
    assert stored(lesson) == {"en": ("Blocks", "Theirs.", 2), "zh-hans": ("区块", "中文", 1)}
    assert list(response.json()["read"]) == ["read_zh_hans"]


def test_without_a_script_a_collision_shows_both_texts_and_keeps_what_was_typed(lesson, client):
    mine = page(lesson, body_en="Mine.")
    save_meanwhile(lesson, "en", "Blocks", "Theirs.")

    response = client.post(url("lesson-edit", lesson), mine)

    [conflict] = response.context["conflicts"]
    assert (conflict["theirs"].body, conflict["text"].body) == ("Theirs.", "Mine.")
    assert response.context["form"]["body_en"].value() == "Mine."
    assert client.post(url("lesson-edit", lesson), mine).context["conflicts"] != []

    client.post(url("lesson-edit", lesson), mine | {"over_en": conflict["read"]})

    assert stored(lesson)["en"][1] == "Mine."


def test_the_other_text_can_be_let_stand(lesson, client):
    mine = page(lesson, body_en="Mine.", title_zh_hans="区块")
    save_meanwhile(lesson, "en", "Blocks", "Theirs.")

    client.post(url("lesson-edit", lesson), mine | {"theirs_en": "1"})

    assert stored(lesson) == {"en": ("Blocks", "Theirs.", 2), "zh-hans": ("区块", "", 1)}


def test_a_broken_hidden_field_collides_instead_of_overwriting(lesson, client):
    response = client.post(
        url("lesson-edit", lesson), page(lesson, body_en="Mine.", read_en="nonsense")
    )

    assert len(response.context["conflicts"]) == 1
    assert stored(lesson)["en"][1] != "Mine."


def test_a_text_without_a_title_is_refused_at_its_field_and_kept_on_the_page(lesson, client):
    typed = page(lesson, body_zh_hans="只有正文")

    autosaved = client.post(url("lesson-edit", lesson), typed, headers=AUTOSAVE)
    posted = client.post(url("lesson-edit", lesson), typed)

    assert autosaved.status_code == 422
    assert autosaved.json() == {"errors": {"title_zh_hans": ["This text needs a title."]}}
    assert posted.context["form"]["body_zh_hans"].value() == "只有正文"
    assert "zh-hans" not in stored(lesson)


def test_a_text_of_ten_megabytes_or_of_the_longest_kind_is_refused_with_a_sentence(lesson, client):
    long = client.post(
        url("lesson-edit", lesson), page(lesson, body_en="x" * 210_000), headers=AUTOSAVE
    )
    huge = client.post(
        url("lesson-edit", lesson), page(lesson, body_en="x" * 10_000_000), headers=AUTOSAVE
    )

    assert long.json()["errors"]["body_en"] == [
        "This text is longer than 200 KB. Make two lessons of it."
    ]
    assert huge.status_code == 400
    assert stored(lesson)["en"][2] == 1


def test_an_emptied_language_leaves_the_desk_by_the_button_alone(lesson, client):
    empty = page(lesson, title_en="", body_en="")

    client.post(url("lesson-edit", lesson), empty, headers=AUTOSAVE)
    assert list(stored(lesson)) == ["en"]

    client.post(url("lesson-edit", lesson), empty)
    assert stored(lesson) == {}


def test_preview_shows_what_learners_will_read(lesson, client):
    html = client.post(
        url("lesson-preview", lesson) + "?language=en",
        {"body_en": "**Bold** <script>alert(1)</script> ![](missing.png)"},
    ).content.decode()

    assert "<strong>Bold</strong>" in html
    assert "<script>" not in html
    assert "Not found among the files of this lesson: missing.png" in html


def test_preview_of_a_text_that_is_too_long_says_so(lesson, client):
    html = client.post(
        url("lesson-preview", lesson) + "?language=en", {"body_en": "x" * 300_000}
    ).content.decode()

    assert "This text is longer than 200 KB." in html


def test_the_page_asks_the_same_queries_whatever_the_course_holds(lesson, client):
    counts = []
    for more in (0, 3):
        for _ in range(more):
            LessonFactory(module=lesson.module)
        with CaptureQueriesContext(connection) as queries:
            client.get(url("lesson-edit", lesson))
        counts.append(len(queries))

    assert counts == [8, 8]


def rules(lesson, **changes):
    return {"release": "at_once", "is_required": "on", "slug": lesson.slug, **changes}


def test_rules_are_kept_and_what_another_rule_wants_is_forgotten(lesson, client):
    other = LessonFactory(module=lesson.module)
    client.post(
        url("lesson-rules", lesson),
        rules(
            lesson,
            release="on_date",
            release_at="2036-05-01T09:00",
            release_days="3",
            is_preview="on",
            minutes="20",
            prerequisites=[other.pk],
        ),
    )

    lesson.refresh_from_db()
    assert (lesson.release, lesson.release_days) == (ReleaseRule.ON_DATE, None)
    assert lesson.release_at.isoformat() == "2036-05-01T01:00:00+00:00"  # nine in Shanghai
    assert (lesson.is_preview, lesson.is_required, lesson.minutes) == (True, True, 20)
    assert list(lesson.prerequisites.all()) == [other]


@pytest.mark.parametrize(
    ("release", "field"),
    [
        ("on_date", "release_at"),
        ("after_start", "release_days"),
        ("after_enrollment", "release_days"),
    ],
)
def test_a_rule_says_what_it_wants(lesson, client, release, field):
    response = client.post(url("lesson-rules", lesson), rules(lesson, release=release))

    assert list(response.context["form"].errors) == [field]


def test_lessons_cannot_wait_for_each_other(lesson, client):
    other = LessonFactory(module=lesson.module)
    other.prerequisites.add(lesson)

    response = client.post(url("lesson-rules", lesson), rules(lesson, prerequisites=[other.pk]))

    assert list(response.context["form"].errors) == ["prerequisites"]
    assert list(lesson.prerequisites.all()) == []


def test_an_address_that_another_lesson_has_is_refused_at_its_field(lesson, client):
    other = LessonFactory(module=lesson.module, slug="taken")

    response = client.post(url("lesson-rules", lesson), rules(lesson, slug=other.slug))

    assert list(response.context["form"].errors) == ["slug"]
    assert LessonDraft.objects.count() == 3
