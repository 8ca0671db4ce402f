from datetime import UTC, datetime

import pytest

from courses.exchange import CourseUnreadable, read_course
from tests.courses.exchange.samples import OWN, PNG, zipped


def read(changes=None):
    tree = OWN | (changes or {})
    return read_course(zipped({path: text for path, text in tree.items() if text is not None}))


def test_course_is_read_as_it_is_written():
    course = read()

    assert (course.kind, course.key, course.is_whole) == ("own", "c1", True)
    assert course.texts == {
        "title": {"en": "Tea", "zh-hans": "茶"},
        "summary": {},
        "description": {},
        "audience": {},
        "outcomes": {},
    }
    assert course.settings == {"level": "advanced", "completion_percent": 100}
    assert [(module.key, module.title) for module in course.modules] == [("m1", {"en": "Leaves"})]
    assert [(lesson.key, lesson.slug) for lesson in course.lessons] == [
        ("l1", "green"),
        ("l2", "black"),
    ]
    assert course.skipped == ()


def test_bodies_are_kept_to_the_byte():
    green, black = read().lessons

    assert green.bodies["en"].text == "Drink ![cup](cup.png).\r\n  \n"
    assert (green.bodies["zh-hans"].title, green.bodies["zh-hans"].text) == ("绿茶", "")
    assert (black.bodies["en"].title, black.bodies["en"].text) == (
        "black",
        "See [green](../green/).\n",
    )


def test_settings_and_files_are_read():
    green, black = read().lessons

    assert green.settings == {
        "is_preview": True,
        "is_required": True,
        "minutes": 10,
        "release": "at_once",
        "release_at": None,
        "release_days": None,
        "release_class": None,
        "needs": (),
    }
    assert black.settings | {"is_preview": None} == {
        "is_preview": None,
        "is_required": True,
        "minutes": None,
        "release": "after_start",
        "release_at": None,
        "release_days": 7,
        "release_class": None,
        "needs": ("l1",),
    }
    (file,) = green.files
    assert (file.name, file.path, file.language, file.title) == (
        "cup.png",
        "lessons/green/cup.png",
        "en",
        "A cup",
    )


def test_lesson_needs_nothing_but_its_text():
    course = read(
        {
            "lessons/green/lesson.yaml": None,
            "lessons/green/cup.png": None,
            "lessons/green/a pot.png": PNG,
        }
    )

    assert course.lessons[0].key == "green"
    assert [file.name for file in course.lessons[0].files] == ["a pot.png"]


def test_date_is_read_in_utc():
    course = read(
        {"lessons/black/lesson.yaml": "release: on_date\nrelease_at: 2030-05-01T09:00:00+08:00\n"}
    )

    assert course.lessons[1].settings["release_at"] == datetime(2030, 5, 1, 1, tzinfo=UTC)


def test_what_is_not_known_is_told():
    course = read(
        {
            "course.yaml": OWN["course.yaml"] + "price: 10\n",
            "lessons/green/en.md": "---\nauthor: me\n---\nx",
            "lessons/red/en.md": "not listed",
        }
    )

    assert [str(entry) for entry in course.skipped] == [
        "lessons/green/en.md: author: this is not known here",
        "course.yaml: price: this is not known here",
        "lessons/red/en.md: no lesson shows it or links to it",
    ]


COURSE = OWN["course.yaml"]


@pytest.mark.parametrize(
    ("path", "text", "word"),
    [
        ("course.yaml", "", "course.yaml: “” is not a format that is read; chainone-course/1 is."),
        ("course.yaml", COURSE.replace("/1", "/9"), "course.yaml: “chainone-course/9” is not"),
        ("course.yaml", "- a\n", "course.yaml: This is YAML, but no list of names and values."),
        ("course.yaml", "a: 'b\n", "course.yaml, line 2: This is not valid YAML"),
        (
            "course.yaml",
            "a: " + "x" * 500_000,
            "course.yaml: YAML may have 300000 characters at most.",
        ),
        ("course.yaml", "a: &x b\nc: *x\n", "course.yaml, line 2: This is not valid YAML: anchors"),
        ("course.yaml", "a: 1\na: 2\n", "course.yaml, line 2: This is not valid YAML: “a” stands"),
        ("course.yaml", "a: " + "[" * 50, "course.yaml, line 1: This is not valid YAML: nested"),
        ("course.yaml", "a: !!python/object:os.system x\n", "course.yaml: “” is not a format"),
        ("course.yaml", COURSE.replace("en: Tea", "fr: Thé"), "course.yaml: title: Write it by"),
        ("course.yaml", COURSE.replace("Tea", "x" * 161), "course.yaml: title: en: It has more"),
        ("course.yaml", COURSE.replace("advanced", "hard"), "course.yaml: level: It must be one"),
        ("course.yaml", COURSE + "cover: no.png\n", "course.yaml: cover: Its file is not there"),
        (
            "course.yaml",
            COURSE + "completion_percent: 0\n",
            "course.yaml: completion_percent: This",
        ),
        (
            "course.yaml",
            COURSE.replace("- black", "- green"),
            "course.yaml: modules[1]: “green”: This",
        ),
        ("course.yaml", COURSE.replace("- black", "- ../x"), "course.yaml: modules[1]: “../x”: A"),
        (
            "course.yaml",
            COURSE.replace("- black", "- red"),
            "course.yaml: modules[1]: “red”: There",
        ),
        ("lessons/black/lesson.yaml", "id: l1\n", "lessons/black/lesson.yaml: Another lesson has"),
        (
            "lessons/black/lesson.yaml",
            "needs:\n- x\n",
            "lessons/black/lesson.yaml: needs: There is",
        ),
        (
            "lessons/black/lesson.yaml",
            "needs: x\n",
            "lessons/black/lesson.yaml: needs: This is not",
        ),
        (
            "lessons/black/lesson.yaml",
            "preview: yes\n",
            "lessons/black/lesson.yaml: preview: Write",
        ),
        ("lessons/black/lesson.yaml", "minutes: -1\n", "lessons/black/lesson.yaml: minutes: This"),
        (
            "lessons/black/lesson.yaml",
            "minutes: '1²'\n",
            "lessons/black/lesson.yaml: minutes: This",
        ),
        (
            "lessons/black/lesson.yaml",
            "release: on_date\n",
            "lessons/black/lesson.yaml: release: A",
        ),
        (
            "lessons/black/lesson.yaml",
            "release: on_date\nrelease_at: 2030-01-01\n",
            "lessons/black/lesson.yaml: release_at: Write a date",
        ),
        (
            "lessons/black/lesson.yaml",
            "files:\n- name: ../green/cup.png\n",
            "lessons/black/lesson.yaml: files[1]: Its file is not there",
        ),
        (
            "lessons/black/lesson.yaml",
            "files:\n- name: en.md\n",
            "lessons/black/lesson.yaml: files[1]: Its file is not there",
        ),
        (
            "lessons/black/en.md",
            b"\xff\xfa\xff",
            "lessons/black/en.md, line 1: The text is neither",
        ),
    ],
)
def test_mistake_is_refused_with_its_place(path, text, word):
    with pytest.raises(CourseUnreadable) as caught:
        read({path: text})

    assert str(caught.value).startswith(word)
