import pytest

from courses.exchange import CourseUnreadable, read_course
from courses.exchange.carpentries_markup import lesson_markdown
from tests.courses.exchange.samples import CARPENTRIES, zipped


def read(**changes):
    return read_course(zipped(CARPENTRIES | {k.replace("__", "."): v for k, v in changes.items()}))


def markdown(text):
    told = []
    return lesson_markdown(text, lambda line, reason: told.append((line, reason))), told


def test_order_title_and_minutes_are_read():
    course = read()

    assert course.kind == "carpentries"
    assert course.key == "https://example.com/knots"
    assert course.texts["title"] == {"en": "Knots and Ropes"}
    assert course.texts["description"] == {
        "en": "About knots.\n\nSource: <https://example.com/knots>\nLicense: CC-BY 4.0\n"
    }
    assert [
        (module.key, [(lesson.slug, lesson.bodies["en"].title) for lesson in module.lessons])
        for module in course.modules
    ] == [
        ("setup", [("setup", "Setup")]),
        ("episodes", [("second", "Second: more"), ("first", "First")]),
        ("learners", [("reference", "Reference")]),
    ]
    assert [lesson.settings for lesson in course.lessons] == [{}, {}, {"minutes": 15}, {}]


def test_blocks_links_and_pictures_are_those_of_our_lessons():
    second = read().lessons[1]

    assert second.bodies["en"].text == (
        ":::: challenge\n\n## Tie it\n\n::: solution\n\nSo.\n\n:::\n\n::::\n\n"
        "![A knot](knot.svg) [first](lesson:episodes%2Ffirst.md)\n"
        "See [setup](lesson:learners%2Fsetup.md#rope).\n"
    )
    assert [file.path for file in second.files] == ["episodes/fig/knot.svg"]


def test_what_is_left_out_is_told():
    assert [str(entry) for entry in read().skipped] == [
        "config.yaml: it lists “episodes/gone.md”, which is not there as Markdown",
        "instructors/notes.md: for instructors, not for learners",
    ]


def test_lesson_in_a_language_that_is_not_ours_goes_by_its_text():
    config = CARPENTRIES["config.yaml"].replace("lang: en", "lang: es")
    course = read(config__yaml=config)

    assert course.languages == ("en",)
    assert course.skipped[1].reason == "the language “es” is not one of ours"


def test_lesson_without_episodes_is_refused():
    tree = {"config.yaml": CARPENTRIES["config.yaml"], "episodes/x.txt": ""}

    with pytest.raises(CourseUnreadable, match="There is no episode in it"):
        read_course(zipped(tree))


def test_config_that_is_no_yaml_is_refused_with_its_line():
    with pytest.raises(CourseUnreadable, match=r"config\.yaml, line 3: This is not valid YAML"):
        read(config__yaml="carpentry: swc\ntitle: [\n")


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("{: .challenge}\nText\n", "Text\n"),
        ("```{.bash .x}\nls\n```\n", "```bash\nls\n```\n"),
        ("```\n{: .x}\n::: challenge\n```\n", "```\n{: .x}\n::: challenge\n```\n"),
        ("## Title {#id .class}\n", "## Title\n"),
        ("[a](b){target='_blank'}\n", "[a](b)\n"),
        ("{% include links.md %}\n", ""),
        ("\\-- dash\n", "-- dash\n"),
        ("::: {.callout}\nx\n:::\n", "::: callout\nx\n:::\n"),
        ("::: tab\nx\n:::\n", "x\n"),
        ("A set {a, b} stays.\n", "A set {a, b} stays.\n"),
    ],
)
def test_what_only_other_tools_understand_falls_away(text, result):
    assert markdown(text) == (result, [])


@pytest.mark.parametrize(
    ("text", "result", "told"),
    [
        (
            "::: hint\nx\n",
            "::: hint\nx\n:::\n",
            (2, "a block that begins with colons is not closed"),
        ),
        ("x\n:::\n", "x\n", (2, "colons end a block that did not begin")),
        (
            "::: wonder\nx\n:::\n",
            "::: callout\nx\n:::\n",
            (1, "a block of the unknown kind “wonder” is shown as a note"),
        ),
        (
            "+---+\n| a |\n+---+\n\nx\n",
            "````text\n+---+\n| a |\n+---+\n````\n\nx\n",
            (1, "a table drawn in characters is shown as it is drawn"),
        ),
    ],
)
def test_what_has_no_counterpart_is_told(text, result, told):
    assert markdown(text) == (result, [told])


def test_blocks_that_are_nested_without_end_are_one_in_the_tenth():
    text, told = markdown("::: hint\n" * 20_000 + "x\n" + ":::\n" * 20_000)

    assert (text.count("hint"), told) == (10, [])
