import pytest

from courses.errors import PrerequisiteLoop
from courses.exchange import CourseUnreadable
from courses.models import Blob, Course, CourseLogEntry, Lesson, LessonDraft, Material, Module
from courses.services.desk import save_draft
from courses.services.imports import (
    CourseOfOthers,
    NothingInCommon,
    compare_course,
    import_course,
    read_source,
)
from courses.services.publishing import publish_course
from tests.courses.exchange.samples import (
    BILINGUAL,
    CARPENTRIES,
    OWN,
    PNG,
    cartridge,
    zipped,
)
from tests.factories.community import ChapterFactory, MembershipFactory
from tests.factories.courses import CourseFactory, LessonFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def chapter():
    return ChapterFactory()


def reading(tree, name="chains"):
    return read_source(
        zipped({path: text for path, text in tree.items() if text is not None}, name)
    )


def bring(chapter, tree, name="chains", **kwargs):
    return import_course(reading(tree, name), chapter=chapter, **kwargs)


def told(comparison):
    return [(change.kind.value, str(change.noun), change.name) for change in comparison.changes]


def counts():
    return [
        model.objects.count() for model in (Course, Module, Lesson, LessonDraft, Material, Blob)
    ]


def drafts(course):
    rows = LessonDraft.objects.filter(lesson__course=course, lesson__deleted_at=None)
    return {(draft.lesson.slug, draft.language): (draft.title, draft.body) for draft in rows}


def order(course):
    rows = Lesson.objects.live().filter(course=course).select_related("module")
    return [(lesson.module.title_en or lesson.module.title_zh_hans, lesson.slug) for lesson in rows]


def test_new_source_makes_a_draft_course(chapter):
    comparison = bring(chapter, BILINGUAL)

    course = Course.objects.get()
    assert comparison.course == course
    assert (course.status, course.title_en, course.title_zh_hans, course.publication) == (
        "draft",
        "Chains from scratch",
        "从零开始",
        None,
    )
    assert course.description_en == "Learn by [doing](lessons/keys/).\n"
    assert order(course) == [("Basic", "keys"), ("Basic", "hashes"), ("Basic", "last")]
    assert drafts(course)["keys", "zh-hans"] == ("密钥", "见下图。\n")
    assert drafts(course)["keys", "en"] == (
        "Keys",
        "See ![a key](key.png) and then [hashes](../hashes/#salt).\n",
    )
    assert [(m.lesson.slug, m.name, m.kind) for m in Material.objects.all()] == [
        ("keys", "key.png", "image")
    ]
    assert CourseLogEntry.objects.filter(course=course, action="course_imported").count() == 1


def test_look_writes_nothing_and_tells_what_import_does(chapter):
    look = compare_course(reading(BILINGUAL), chapter=chapter)

    assert counts() == [0, 0, 0, 0, 0, 0]
    assert told(look) == told(bring(chapter, BILINGUAL))
    assert told(look) == [
        ("added", "Course", "从零开始"),
        ("added", "Module", "Basic"),
        ("added", "Lesson", "Keys"),
        ("added", "Lesson", "Hashes"),
        ("added", "Lesson", "Last"),
    ]
    assert (look.lessons, look.languages, look.files) == (3, ("zh-hans", "en"), 1)


@pytest.mark.parametrize("tree", [BILINGUAL, CARPENTRIES, cartridge(), OWN])
def test_same_source_again_changes_nothing(chapter, tree):
    bring(chapter, tree)
    before = counts(), CourseLogEntry.objects.count()

    assert told(compare_course(reading(tree), chapter=chapter)) == []
    assert told(bring(chapter, tree)) == []
    assert (counts(), CourseLogEntry.objects.count()) == before


def test_changed_source_changes_just_that(chapter):
    course = bring(chapter, BILINGUAL).course
    before = drafts(course)
    revisions = dict(LessonDraft.objects.values_list("pk", "revision"))
    hashes = LessonDraft.objects.get(lesson__slug="hashes")

    changed = BILINGUAL | {
        "basic/02-hashes/readme.md": "Only words.\n",
        "basic/01-keys/images/key.png": PNG + b"2",
    }
    comparison = bring(chapter, changed)

    assert told(comparison) == [("changed", "Lesson", "Keys"), ("changed", "Lesson", "Hashes")]
    assert drafts(course) == before | {("hashes", "en"): ("Hashes", "Only words.\n")}
    revisions[hashes.pk] += 1
    assert dict(LessonDraft.objects.values_list("pk", "revision")) == revisions
    assert Material.objects.get().blob.size == len(PNG) + 1


def test_what_left_the_source_leaves_the_desk_and_comes_back_with_it(chapter):
    course = bring(chapter, BILINGUAL).course
    lesson = Lesson.objects.get(slug="hashes")
    LessonFactory(module=Module.objects.get(), course=course, slug="by-hand", position=9)

    comparison = bring(chapter, BILINGUAL | {"basic/02-hashes/readme.md": None})

    assert ("removed", "Lesson", "Hashes") in told(comparison)
    assert order(course) == [("Basic", "keys"), ("Basic", "last"), ("Basic", "by-hand")]

    bring(chapter, BILINGUAL)

    assert Lesson.objects.get(source_key="basic/02-hashes") == lesson
    assert order(course) == [
        ("Basic", "keys"),
        ("Basic", "hashes"),
        ("Basic", "last"),
        ("Basic", "by-hand"),
    ]
    assert told(bring(chapter, BILINGUAL)) == []


def test_module_that_left_the_source_goes_but_not_what_was_written_in_it(chapter):
    rest = {"README.md": "# T\n\nx", "a/1.md": "x", "a/2.md": "x"}
    tree = rest | {"b/1.md": "x", "b/2.md": "x", "c/1.md": "x", "c/2.md": "x"}
    course = bring(chapter, tree).course
    kept = Module.objects.get(title_en="C")
    LessonFactory(module=kept, course=course, slug="by-hand", position=9)

    bring(chapter, rest)

    assert order(course) == [("A", "1"), ("A", "2"), ("C", "by-hand")]
    assert [module.title_en for module in Module.objects.all()] == ["A", "C"]


def test_lesson_that_moved_to_another_module_stays_the_same_lesson(chapter):
    tree = OWN | {
        "course.yaml": OWN["course.yaml"]
        + "  - id: m2\n    title:\n      en: More\n    lessons:\n      - black\n"
    }
    tree["course.yaml"] = tree["course.yaml"].replace(
        "      - green\n      - black\n", "      - green\n", 1
    )
    course = bring(chapter, OWN).course
    black = Lesson.objects.get(slug="black")

    comparison = bring(chapter, tree)

    assert told(comparison) == [("added", "Module", "More"), ("changed", "Order of lessons", "Tea")]
    assert order(course) == [("Leaves", "green"), ("More", "black")]
    assert Lesson.objects.get(slug="black") == black

    back = bring(chapter, OWN)

    assert told(back) == [("removed", "Module", "More"), ("changed", "Order of lessons", "Tea")]
    assert order(course) == [("Leaves", "green"), ("Leaves", "black")]
    assert Lesson.objects.live().get(slug="black") == black


def test_order_of_the_desk_stays_until_the_source_brings_another(chapter):
    course = bring(chapter, BILINGUAL).course
    LessonFactory(module=Module.objects.get(), course=course, slug="first", position=0)
    Lesson.objects.filter(slug="keys").update(position=1)

    assert told(bring(chapter, BILINGUAL)) == []


def test_lessons_may_change_their_addresses_and_turn_their_needs_round(chapter):
    course = bring(chapter, OWN).course
    turned = OWN | {
        "course.yaml": OWN["course.yaml"],
        "lessons/green/lesson.yaml": "id: l2\nneeds:\n  - black\n",
        "lessons/black/lesson.yaml": "id: l1\n",
        "lessons/green/cup.png": None,
    }
    rows = dict(Lesson.objects.values_list("source_key", "pk"))

    bring(chapter, turned)

    assert {(row.source_key, row.slug) for row in course.lessons.all()} == {
        ("l1", "black"),
        ("l2", "green"),
    }
    assert dict(Lesson.objects.values_list("source_key", "pk")) == rows
    assert [row.source_key for row in Lesson.objects.get(source_key="l2").prerequisites.all()] == [
        "l1"
    ]
    assert Lesson.objects.get(source_key="l1").prerequisites.count() == 0


def test_own_folder_says_all_and_what_it_does_not_say_goes(chapter):
    course = bring(chapter, OWN).course
    black = Lesson.objects.get(slug="black")
    assert (black.release, black.release_days) == ("after_start", 7)
    assert [row.slug for row in black.prerequisites.all()] == ["green"]

    less = OWN | {
        "course.yaml": OWN["course.yaml"]
        .replace("  zh-hans: 茶\n", "")
        .replace("level: advanced\n", ""),
        "lessons/green/zh-hans.md": None,
        "lessons/green/cup.png": None,
        "lessons/green/lesson.yaml": "id: l1\n",
        "lessons/black/lesson.yaml": "id: l2\n",
    }
    comparison = bring(chapter, less)

    course.refresh_from_db()
    black.refresh_from_db()
    assert (course.title_zh_hans, course.level) == ("", "beginner")
    assert ("green", "zh-hans") not in drafts(course)
    assert Material.objects.count() == 0
    assert (black.release, black.release_days, black.prerequisites.count()) == ("at_once", None, 0)
    assert [name for _kind, _noun, name in told(comparison)] == ["Tea", "Green tea", "black"]


def test_lesson_written_on_the_desk_stays_and_is_named(chapter):
    course = bring(chapter, OWN).course
    LessonFactory(
        module=Module.objects.get(), course=course, slug="by-hand", position=9, drafts=("en",)
    )

    comparison = bring(chapter, OWN)

    assert told(comparison) == []
    assert [str(entry) for entry in comparison.skipped] == [
        "by-hand en: it is not in the source, but stays: it was written here"
    ]


def test_course_page_belongs_to_the_lecturer_once_it_is_written(chapter):
    course = bring(chapter, BILINGUAL).course
    Course.objects.filter(pk=course.pk).update(description_en="Mine.", description_zh_hans="")

    bring(chapter, BILINGUAL | {"README.md": "# Another title\n\nAnother text.\n"})

    course.refresh_from_db()
    assert (course.title_en, course.description_en) == ("Chains from scratch", "Mine.")
    assert course.description_zh_hans == "边做边学。\n"


def test_translation_written_on_the_desk_stays(chapter):
    course = bring(chapter, BILINGUAL).course
    lesson = Lesson.objects.get(slug="hashes")
    save_draft(lesson=lesson, language="zh-hans", by=None, title="哈希", body="", revision=0)

    assert told(bring(chapter, BILINGUAL)) == []
    assert drafts(course)["hashes", "zh-hans"] == ("哈希", "")


def test_learners_see_nothing_before_it_is_published(chapter):
    course = bring(chapter, OWN).course
    first = publish_course(course=course, by=None)

    bring(chapter, OWN | {"lessons/green/en.md": "---\ntitle: Green\n---\nOther.\n"})

    course.refresh_from_db()
    assert course.publication == first
    assert publish_course(course=course, by=None).number == 2


def test_file_that_cannot_be_kept_is_told_and_the_rest_comes(chapter):
    tree = {
        "a.md": "[x](x.bin) [y](y.txt) [z](z.srt)",
        "x.bin": b"\x00\x01\x02",
        "y.txt": "",
        "z.srt": "no",
    }

    comparison = bring(chapter, tree)

    assert [entry.place for entry in comparison.skipped] == ["x.bin", "y.txt", "z.srt"]
    assert counts() == [1, 1, 1, 1, 0, 0]


def test_captions_are_kept_as_webvtt_and_the_same_the_second_time(chapter):
    srt = "1\n00:00:01,000 --> 00:00:02,000\nHello\n"
    tree = {"a.md": "[words](z.srt)", "z.srt": srt}

    bring(chapter, tree)

    assert [(row.name, row.kind) for row in Material.objects.all()] == [("z.vtt", "captions")]
    assert drafts(Course.objects.get())["a", "en"] == ("A", "[words](z.vtt)")
    assert told(bring(chapter, tree)) == []


def test_broken_file_leaves_nothing(chapter):
    broken = OWN | {"lessons/black/en.md": "x" * 300_000}

    with pytest.raises(CourseUnreadable, match=r"lessons/black/en\.md: The text has more than"):
        bring(chapter, broken)

    assert counts() == [0, 0, 0, 0, 0, 0]


def test_what_the_desk_refuses_leaves_nothing(chapter):
    loop = OWN | {"lessons/green/lesson.yaml": "id: l1\nneeds:\n  - black\n"}

    with pytest.raises(PrerequisiteLoop):
        bring(chapter, loop)

    assert counts()[:5] == [0, 0, 0, 0, 0]


def test_source_of_the_same_name_but_something_else_is_refused(chapter):
    bring(chapter, BILINGUAL)

    with pytest.raises(NothingInCommon):
        bring(chapter, {"other.md": "x"})


def test_each_chapter_has_its_own_course(chapter):
    bring(chapter, OWN)
    bring(ChapterFactory(), OWN)

    assert Course.objects.count() == 2


def test_course_of_others_is_not_touched(chapter):
    bring(chapter, BILINGUAL)
    stranger = MembershipFactory(chapter=chapter, role="lecturer").user

    with pytest.raises(CourseOfOthers):
        compare_course(reading(BILINGUAL), chapter=chapter, by=stranger)
    with pytest.raises(CourseOfOthers):
        bring(chapter, BILINGUAL, by=stranger)


def test_lecturer_who_brings_a_course_leads_it(chapter):
    lecturer = MembershipFactory(chapter=chapter, role="lecturer").user

    course = bring(chapter, BILINGUAL, by=lecturer).course

    assert [row.user for row in course.course_lecturers.all()] == [lecturer]
    assert told(bring(chapter, BILINGUAL, by=lecturer)) == []


def test_source_comes_into_a_course_without_taking_anything_from_it(chapter):
    course = CourseFactory(chapter=chapter, title_en="Mine", title_zh_hans="")
    LessonFactory(module__course=course, slug="green", source_key="from elsewhere")

    bring(chapter, OWN, course=course)

    course.refresh_from_db()
    assert (course.title_en, course.title_zh_hans) == ("Mine", "茶")
    assert {slug for _module, slug in order(course)} == {"green", "green-2", "black"}
    assert told(bring(chapter, OWN, course=course)) == []


def test_titles_that_are_too_long_are_cut_and_told(chapter):
    comparison = bring(chapter, {"a.md": "# " + "x" * 300 + "\n\ntext"})

    assert len(LessonDraft.objects.get().title) == 200
    assert [entry.reason for entry in comparison.skipped] == ["cut to 200 characters"]
    assert told(bring(chapter, {"a.md": "# " + "x" * 300 + "\n\ntext"})) == []


def test_number_of_queries_does_not_grow_with_a_source_that_changes_nothing(
    chapter, django_assert_num_queries
):
    few, many = {f"{n}.md": "x" for n in range(2)}, {f"{n}.md": "x" for n in range(20)}
    bring(chapter, few, "few")
    bring(chapter, many, "many")

    for tree, name in ((few, "few"), (many, "many")):
        found = reading(tree, name)
        with django_assert_num_queries(6):
            compare_course(found, chapter=chapter)
