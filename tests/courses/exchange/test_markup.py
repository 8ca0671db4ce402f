import time

import pytest
from hypothesis import given, strategies as st

from courses.exchange.links import at_addresses
from courses.exchange.markup import front_matter, map_links, take_title


def upper(destination, is_image):
    return destination.upper() + ("!" if is_image else "")


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("[a](b.md)", "[a](B.MD)"),
        ('[a](b.md "Title") and ![c](<d e.png>)', '[a](B.MD "Title") and ![c](<D E.PNG!>)'),
        ("[![pic](a.png)](b.md)", "[![pic](A.PNG!)](B.MD)"),
        ("[`code`](b.md)", "[`code`](B.MD)"),
        ("[a](b_(c).md)", "[a](<B_(C).MD>)"),
        ("[ref]: b.md 'T'\n", "[ref]: B.MD 'T'\n"),
        ('<img width="1" src="a.png">', '<img width="1" src="A.PNG!">'),
        ("`[a](b.md)`", "`[a](b.md)`"),
        ("``[a](b.md) ` ``", "``[a](b.md) ` ``"),
        ("```\n[a](b.md)\n```\n[a](b.md)\n", "```\n[a](b.md)\n```\n[a](B.MD)\n"),
        ("- ```\n  [a](b.md)\n  ```\n- [a](b.md)\n", "- ```\n  [a](b.md)\n  ```\n- [a](B.MD)\n"),
        ("a ` b\n\n[a](b.md) ` c", "a ` b\n\n[a](B.MD) ` c"),
        ("[a] (b.md) [](c.md)\r\n", "[a] (b.md) [](C.MD)\r\n"),
    ],
)
def test_links_are_changed_and_code_is_not(text, changed):
    assert map_links(text, upper) == changed


@given(st.text(alphabet=st.sampled_from(list("[]()!`<>~ \\\r\nab#:-\"'|\u2028\x0c")), max_size=200))
def test_text_whose_links_stay_is_the_same_to_the_byte(text):
    assert map_links(text, lambda destination, is_image: None) == text


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "![",
        "[a](",
        "`",
        "` `` ",
        "[[a]",
        "(",
        "<img ",
        "![a]",
        "[a](b",
        "> ",
        "```\n",
        ":::\n",
    ],
)
def test_hostile_text_takes_no_time(piece):
    text = piece * (200_000 // len(piece))
    start = time.perf_counter()

    map_links(text, upper)
    take_title(text)
    front_matter(text)

    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("---\na: b\n---\nText", ("a: b\n", "Text")),
        ("---\r\na: b\r\n---\r\n\r\nText", ("a: b\r\n", "\r\nText")),
        ("---\n---\n", ("", "")),
        ("---\nno end\n", ("", "---\nno end\n")),
        ("Text\n---\na\n---\n", ("", "Text\n---\na\n---\n")),
    ],
)
def test_front_matter_is_what_stands_between_two_lines_at_the_top(text, parts):
    assert front_matter(text) == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("# A #\n\nText", ("A", "Text")),
        ("A\n===\n\nText", ("A", "Text")),
        ("Intro\n\n# A\n\nText", ("A", "Intro\n\nText")),
        ("# A\n\n# B\n", ("", "# A\n\n# B\n")),
        ("## B\n\n# A\n", ("", "## B\n\n# A\n")),
        ("```\n# no\n```\n", ("", "```\n# no\n```\n")),
    ],
)
def test_title_is_the_only_heading_of_its_level_and_the_first(text, parts):
    assert take_title(text) == parts


def test_lessons_are_linked_by_address_and_unknown_ones_stay():
    text = "[a](lesson:x%2Fy#z) [b](lesson:gone) `[a](lesson:x%2Fy)`"

    assert at_addresses(text, {"x/y": "the-y"}) == (
        "[a](../the-y/#z) [b](lesson:gone) `[a](lesson:x%2Fy)`"
    )
