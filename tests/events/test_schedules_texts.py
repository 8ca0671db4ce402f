import pytest
from hypothesis import given, strategies as st

from core.markdown import render_markdown
from events.schedules.languages import language_code
from events.schedules.texts import prose


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("plain *Markdown*\r\nhere", "plain *Markdown*\nhere"),
        ("a < b and List<String>", "a < b and List<String>"),
        ("<<九日> by <span class='x'>me</span>", "<<九日> by me"),
        ("<h1>Part</h1><ul><li>one<li>two</ul>", "## Part\n\n- one\n- two"),
        ("one<br>two<br />three", "one\ntwo\nthree"),
        ("<p>A &amp; B</p><p><b>bold</b></p>", "A & B\n\n**bold**"),
        ("safe<script>alert('no')</script> text", "safe text"),
        ("AT&amp;T", "AT&amp;T"),
        ("nul\x00 and bell\x07", "nul and bell"),
    ],
)
def test_prose_becomes_markdown(written, kept):
    assert prose(written) == kept


@given(st.text(alphabet="<>/abscript &;lqgt\n\"'=", max_size=80))
def test_prose_never_becomes_a_script_on_the_page(text):
    html = render_markdown(prose(text))

    assert "<script" not in html
    assert "<style" not in html


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Chinese", "zh"), ("中文", "zh"), ("zh-TW", "zh"), ("English", "en"), ("en", "en"),
        ("ja-JP", "ja"), ("taiwanese", "nan"), ("日文", "ja"), ("Other", ""), ("", ""),
    ],
)  # fmt: skip
def test_language_code_of_what_sources_write(name, code):
    assert language_code(name) == code
