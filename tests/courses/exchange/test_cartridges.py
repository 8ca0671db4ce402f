import time
from contextlib import suppress

import pytest

from courses.exchange import CourseUnreadable, read_course
from tests.courses.exchange.samples import cartridge, zipped

MANIFEST = cartridge()["imsmanifest.xml"]


def read(**changes):
    return read_course(zipped(cartridge() | changes))


def with_manifest(text):
    return read(**{"imsmanifest.xml": text})


@pytest.mark.parametrize("minor", [1, 2, 3])
def test_pages_files_and_links_are_lessons_in_the_manifests_order(minor):
    course = read_course(zipped(cartridge(minor)))

    assert course.kind == "cartridge"
    assert course.key == "man1"
    assert course.texts["title"] == {"en": "Tea & chains"}
    assert [
        (module.title["en"], [(lesson.key, lesson.bodies["en"].title) for lesson in module.lessons])
        for module in course.modules
    ] == [
        ("Week 1", [("page", "Brewing"), ("link", "Read on")]),
        ("Lessons", [("slides", "Slides")]),
        ("More pages", [("other", "Other")]),
    ]


def test_page_becomes_markdown_with_its_files_and_links():
    page = read().lessons[0]

    assert page.bodies["en"].text == (
        "## Water\n\nHot, **not** boiling. ![pot](pot.png) [more](lesson:other)\n\n"
        "- a\n  - b\n\n[Film](<https://example.com/film>)"
    )
    assert [file.path for file in page.files] == ["web_resources/pot.png"]


def test_links_and_files_say_what_they_are():
    _page, link, slides, _other = read().lessons

    assert link.bodies["en"].text == "[Read on](<https://example.com/a>)\n"
    assert slides.bodies["en"].text == "[tea slides.pdf](tea%20slides.pdf)\n"
    assert [(file.name, file.path) for file in slides.files] == [
        ("tea slides.pdf", "web_resources/tea slides.pdf")
    ]


def test_the_rest_is_told():
    assert [str(entry) for entry in read().skipped] == [
        "imsmanifest.xml, “Check yourself”: a quiz or a bank of questions is not read",
        "imsmanifest.xml, “Gone”: it leads to nothing in the cartridge",
        "quiz.xml: a quiz or a bank of questions is not read",
        "talk.xml: a discussion is not read",
        "tool.xml: an external tool (LTI) is not read",
    ]


def test_link_to_something_else_than_the_web_is_told():
    course = read(**{"link.xml": '<webLink><title>T</title><url href="javascript:x"/></webLink>'})

    assert "link" not in [lesson.key for lesson in course.lessons]
    assert str(course.skipped[0]) == "link.xml: “javascript:x” is not a web address"


BOMB = """<!DOCTYPE m [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>"""
OUTSIDE = """<!DOCTYPE m [<!ENTITY a SYSTEM "file:///etc/passwd">]>"""


@pytest.mark.parametrize("head", [BOMB, OUTSIDE, "<!DOCTYPE m SYSTEM 'http://example.com/x.dtd'>"])
def test_entities_are_refused(head):
    text = MANIFEST.replace("<manifest", f"{head}<manifest").replace("Tea &amp;", "&a;")

    with pytest.raises(
        CourseUnreadable, match=r"imsmanifest\.xml: The XML declares a document type"
    ):
        with_manifest(text)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "This is not valid XML"),
        ("<manifest>", "This is not valid XML"),
        ("<?xml version='1.0' encoding='klingon'?><manifest/>", "This is not valid XML"),
        ("<a>" * 100 + "</a>" * 100, "The XML is nested too deeply"),
        ("<a>" + "<b/>" * 100_001 + "</a>", "The XML has too many elements"),
        ("<manifest/>", "This is no Common Cartridge, but “[?]”"),
        (
            MANIFEST.replace("IMS Common Cartridge", "ADL SCORM"),
            "no Common Cartridge, but “ADL SCORM”",
        ),
    ],
)
def test_broken_manifest_is_refused(text, word):
    with pytest.raises(CourseUnreadable, match=word):
        with_manifest(text)


def test_cartridge_of_another_version_is_read_and_told():
    course = with_manifest(MANIFEST.replace("1.3.0", "2.0"))

    assert course.skipped[0].reason.startswith("version “2.0” is not 1.1, 1.2 or 1.3")


def test_resource_outside_of_the_cartridge_is_told():
    course = with_manifest(MANIFEST.replace("wiki_content/brewing.html", "../../etc/passwd"))

    assert str(course.skipped[0]) == (
        "imsmanifest.xml, “Brewing”: its file is not there: ../../etc/passwd"
    )


def test_cartridge_without_lessons_is_refused():
    text = MANIFEST.replace('type="webcontent"', 'type="assignment_xmlv1p0"').replace(
        "imswl", "imsdt"
    )

    with pytest.raises(CourseUnreadable, match="There is no page, file or link in it"):
        with_manifest(text)


@pytest.mark.parametrize("piece", ["<a ", "<!--", "<![CDATA[", "&amp", "<p>", "</p>", "<b a='"])
def test_hostile_page_takes_no_time(piece):
    start = time.perf_counter()

    with suppress(CourseUnreadable):
        read(**{"wiki_content/brewing.html": piece * (100_000 // len(piece))})

    assert time.perf_counter() - start < 10


def test_page_that_is_too_deep_is_refused():
    with pytest.raises(CourseUnreadable, match=r"brewing\.html: The page is nested too deeply"):
        read(**{"wiki_content/brewing.html": "<ul><li>" * 2_000})


def test_page_that_is_too_long_is_told():
    course = read(**{"wiki_content/brewing.html": "word " * 110_000})

    assert str(course.skipped[0]) == "imsmanifest.xml, “Brewing”: the page is longer than 512 KB"
