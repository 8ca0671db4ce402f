import pytest

from courses.exchange import CourseUnreadable, read_course
from courses.exchange.parsed import Body
from tests.courses.exchange.samples import BILINGUAL, PNG, zipped


def read(tree, name="course"):
    return read_course(zipped(tree, name))


def lessons(course):
    return {lesson.key: lesson for lesson in course.lessons}


def test_texts_of_two_languages_are_one_lesson():
    course = read(BILINGUAL)

    assert course.kind == "markdown"
    assert course.texts["title"] == {"en": "Chains from scratch", "zh-hans": "从零开始"}
    assert course.texts["description"] == {
        "en": "Learn by [doing](lesson:basic%2F01-keys).\n",
        "zh-hans": "边做边学。\n",
    }
    assert [(module.key, module.title) for module in course.modules] == [
        ("basic", {"en": "Basic", "zh-hans": "Basic"})
    ]
    assert [(lesson.key, lesson.slug, sorted(lesson.bodies)) for lesson in course.lessons] == [
        ("basic/01-keys", "keys", ["en", "zh-hans"]),
        ("basic/02-hashes", "hashes", ["en"]),
        ("basic/10-last", "last", ["zh-hans"]),
    ]


def test_title_and_language_switch_are_taken_from_the_text():
    keys = lessons(read(BILINGUAL))["basic/01-keys"].bodies

    assert (keys["zh-hans"].title, keys["zh-hans"].text) == ("密钥", "见下图。\n")
    assert keys["en"].title == "Keys"


def test_text_with_several_titles_keeps_them_and_is_called_by_its_folder():
    body = lessons(read(BILINGUAL))["basic/02-hashes"].bodies["en"]

    assert body.title == "Hashes"
    assert body.text == "# Hashes\n\n# Salt\n\nTwo titles, so none is the whole's.\n"


def test_links_lead_to_lessons_and_to_the_lessons_own_files():
    keys = lessons(read(BILINGUAL))["basic/01-keys"]

    assert keys.bodies["en"].text == (
        "See ![a key](key.png) and then [hashes](lesson:basic%2F02-hashes#salt).\n"
    )
    assert [(file.name, file.path) for file in keys.files] == [
        ("key.png", "basic/01-keys/images/key.png")
    ]


def test_what_is_left_out_is_told_with_its_place():
    assert [str(entry) for entry in read(BILINGUAL).skipped] == [
        "LICENSE: no lesson shows it or links to it",
        "notes.txt: no lesson shows it or links to it",
    ]


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("a.md", "a-cn.md"),
        ("a.md", "a-CN.md"),
        ("a_en.md", "a.md"),
        ("a.en.md", "a.zh-CN.md"),
        ("a_EN.md", "a_zh_CN.md"),
        ("en/a.md", "zh/a.md"),
        ("docs/en/a.md", "docs/zh-Hans/a.md"),
        ("a/README.md", "a/README-CN.md"),
        ("a/readme.md", "a/README-cn.md"),
        ("a/en.md", "a/zh.md"),
        ("en-US/a.md", "中文/a.md"),
        ("a.md", "a.中文.md"),
    ],
)
def test_names_tell_the_language(english, chinese):
    course = read(
        {english: "Words in English.\n", chinese: "这里是中文。\n", "b.md": "More words."}
    )

    (both,) = [lesson for lesson in course.lessons if len(lesson.bodies) == 2]
    assert both.bodies["en"].text == "Words in English.\n"
    assert both.bodies["zh-hans"].text == "这里是中文。\n"


def test_language_is_told_by_the_text_where_the_name_is_silent():
    course = read(
        {
            "a.md": "合约与 Uniswap、Solidity、Vyper。\n\n```\n" + "word " * 99 + "\n```\n",
            "b.md": "What Chinese people call 茶.\n",
        }
    )

    assert {key: [*lesson.bodies] for key, lesson in lessons(course).items()} == {
        "a": ["zh-hans"],
        "b": ["en"],
    }


def test_second_text_in_one_language_is_told():
    course = read({"a.md": "# 一\n\n中文中文", "a-cn.md": "# 二\n\n中文中文"})

    assert course.lessons[0].bodies["zh-hans"].title == "二"
    assert [str(entry) for entry in course.skipped] == [
        "a.md: there is another text in this language: a-cn.md"
    ]


def test_modules_are_the_folders_of_several_texts_in_natural_order():
    course = read(
        {
            "week10/b.md": "x",
            "week10/a.md": "x",
            "week2/a.md": "x",
            "week2/b.md": "x",
            "01-alone/README.md": "x",
        }
    )

    assert [
        (module.title["en"], [lesson.key for lesson in module.lessons]) for module in course.modules
    ] == [
        ("Lessons", ["01-alone"]),
        ("Week2", ["week2/a", "week2/b"]),
        ("Week10", ["week10/a", "week10/b"]),
    ]


def test_root_with_one_text_is_a_course_of_one_lesson():
    course = read({"README.md": "# Only\n\nThis."}, "my-course")

    assert course.texts["title"] == {"en": "My course"}
    assert [lesson.bodies["en"].title for lesson in course.lessons] == ["Only"]


def test_front_matter_names_the_title():
    course = read({"a.md": "---\ntitle: 'No: 1'\nlayout: page\n---\n\n# No: 1\n\nText\n"})

    assert course.lessons[0].bodies["en"] == Body("No: 1", "Text\n")


def test_front_matter_that_is_no_yaml_is_told_and_left_out():
    course = read({"a.md": "---\ntitle: [\n---\nText\n"})

    assert course.lessons[0].bodies["en"].text == "Text\n"
    assert course.skipped[0].place == "a.md"


def test_files_of_one_name_get_names_of_their_own():
    course = read(
        {"a.md": "![](x/p.png) ![](y/p.png) ![](x/p.png)", "x/p.png": PNG, "y/p.png": PNG}
    )

    assert course.lessons[0].bodies["en"].text == "![](p.png) ![](p-2.png) ![](p.png)"


def test_links_that_lead_nowhere_or_out_are_told_and_stay():
    text = "[a](gone.md) ![](../../etc/passwd) <img src='no.png'> [b](mailto:x@example.com) [c](#d)"
    course = read({"a.md": text})

    assert course.lessons[0].bodies["en"].text == text
    assert [str(entry) for entry in course.skipped] == [
        "a.md: it leads to “gone.md”, which is not there",
        "a.md: it leads to “../../etc/passwd”, which is not there",
        "a.md: it leads to “no.png”, which is not there",
    ]


def test_picture_on_the_courses_page_is_told_for_it_has_no_files():
    course = read({"README.md": "# T\n\n![](p.png)", "a.md": "x", "p.png": PNG})

    assert [str(entry) for entry in course.skipped] == [
        "README.md: the course's page cannot lead to “p.png”",
        "p.png: no lesson shows it or links to it",
    ]


def test_nothing_to_read_is_refused():
    with pytest.raises(CourseUnreadable, match="There is no course in it"):
        read({"a.txt": "x"})
    with pytest.raises(CourseUnreadable, match="There is no lesson in it"):
        read({"LICENSE.md": "x"})
    with pytest.raises(CourseUnreadable, match="There is no file in it"):
        read({})
