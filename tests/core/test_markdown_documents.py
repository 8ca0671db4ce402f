"""Documents: what a lesson's Markdown becomes, and what hostile texts cannot do."""

import time
from html.parser import HTMLParser

import pytest
from django.core.cache import cache
from hypothesis import given, settings, strategies as st

from core.markdown import MAX_BYTES, TextTooLong, render_document, render_markdown

FILES = {"fig/a.png": "/files/1/a.png", "../02-next/README.md": "/lessons/next/"}


def render(text, language="en"):
    return render_document(text, language=language, resolve=FILES.get)


def html(text):
    return str(render(text).html).strip()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("~~old~~", "<p><s>old</s></p>"),
        ("<kbd>Ctrl</kbd>", "<p><kbd>Ctrl</kbd></p>"),
        ("H<sub>2</sub>O<br>x", "<p>H<sub>2</sub>O<br>x</p>"),
        ('<p align="center">text</p>', "<p>text</p>"),
        ("a <!-- quiet --> b", "<p>a  b</p>"),
        ("<!-- two\n\nlines -->\n\nx", "<p>x</p>"),
        ("`<b>`", "<p><code>&lt;b&gt;</code></p>"),
        ("$5 and $6", "<p>$5 and $6</p>"),
        (
            "![](fig/a.png){alt='What it shows'}",
            '<p><img src="/files/1/a.png" alt="What it shows" loading="lazy"></p>',
        ),
        (
            '<img src="fig/a.png" width="10" onerror="alert(1)">',
            '<p><img src="/files/1/a.png" alt="" loading="lazy"></p>',
        ),
        (
            '![Alt](fig/a.png "A caption")',
            (
                '<figure><img src="/files/1/a.png" alt="Alt" loading="lazy">'
                "<figcaption>A caption</figcaption></figure>"
            ),
        ),
        (
            "```sol\nuint x;\n```",
            (
                '<pre tabindex="0" data-language="solidity"><code><span class="hl-kt">uint</span>'
                '<span class="hl-w"> </span><span class="hl-nv">x</span><span class="hl-p">;</span>\n'
                "</code></pre>"
            ),
        ),
        (
            "```nonsense\n<x>\n```",
            '<pre tabindex="0" data-language=""><code>&lt;x&gt;\n</code></pre>',
        ),
    ],
)
def test_a_document_says(text, wanted):
    assert html(text) == wanted


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("[next](../02-next/README.md)", "/lessons/next/"),
        ("[part](../02-next/README.md#The%20part)", "/lessons/next/#t-The part"),
        ("[here](#part)", "#t-part"),
        ("[site](/events/)", "/events/"),
        ("[mail](mailto:a@example.com)", "mailto:a@example.com"),
        ("[host](//example.com/a)", "https://example.com/a"),
        ("https://example.com/a，再见", "https://example.com/a"),
        ("见https://example.com/a。", "https://example.com/a"),
        ("(https://example.com/a_(b))", "https://example.com/a_(b)"),
        ("![far](https://example.com/a.png)", "https://example.com/a.png"),
    ],
)
def test_a_link_leads_to(text, href):
    assert html(text).split('href="')[1].split('"')[0] == href


def test_what_leads_nowhere_is_said_once_and_is_no_link():
    document = render("[a](gone.md) [b](gone.md#x) ![c](gone.png) [d](gone.md)")

    assert document.missing == ("gone.md", "gone.md#x", "gone.png")
    assert "href" not in document.html
    assert "<img" not in document.html


@pytest.mark.parametrize(
    ("url", "player"),
    [
        ("https://youtu.be/dQw4w9WgXcQ", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
        (
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=3",
            "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
        ),
        ("https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871?dnt=1"),
        (
            "https://www.bilibili.com/video/BV1xx411c7mD/",
            "https://player.bilibili.com/player.html?bvid=BV1xx411c7mD&amp;autoplay=0&amp;danmaku=0",
        ),
    ],
)
def test_a_video_link_alone_in_its_line_is_a_card(url, player):
    card = html(url)

    assert card.startswith('<figure class="video-link">')
    assert f'data-player="{player}"' in card
    assert "data-player" not in html(f"See {url} for more")


@pytest.mark.parametrize(
    "url",
    [
        "https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ",
        "https://evil.example/https://youtu.be/dQw4w9WgXcQ",
        "https://youtu.be/dQw4w9WgXcQ%22onload",
        "https://vimeo.com/1/../evil",
    ],
)
def test_other_hosts_get_no_player(url):
    assert "data-player" not in html(url)


def test_headings_begin_below_the_page_s_own_and_leave_no_level_out():
    document = render("# A `b`\n\n#### C\n\n# A `b`\n\n> ## quoted")

    assert [(h.level, h.id, h.text) for h in document.headings] == [
        (2, "t-a-b", "A b"),
        (3, "t-c", "C"),
        (2, "t-a-b-1", "A b"),
    ]
    assert '<h3 id="t-c">C</h3>' in document.html


def test_a_heading_can_be_chinese():
    assert [heading.id for heading in render("## 部署 合约！").headings] == ["t-部署-合约"]


def test_math_is_mathml_and_bad_tex_shows_its_source():
    assert html("$x^2$") == (
        '<p><math display="inline"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math></p>'
    )
    for bad in [r"\frac{", r"\nonsense{x}", r"\newcommand{\a}{\a\a}\a", "x^y^z"]:
        assert html(f"${bad}$") == f'<p><code class="math-source">{bad}</code></p>'
    assert 'display="block"' in html("$$\na = b\n$$")


def test_notes_lead_there_and_back():
    text = html("One[^a], again[^a].\n\n[^a]: The note.")

    for name in ["t-fn1", "t-fnref1", "t-fnref1-1"]:
        assert (text.count(f'id="{name}"'), f'href="#{name}"' in text) == (1, True)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("**重点：**后面", "<strong>重点：</strong>后面"),
        ("这是**“重点”**内容", "这是<strong>“重点”</strong>内容"),
        ("前*（注）*后", "前<em>（注）</em>后"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("甲 * 乙 * 丙", "甲 * 乙 * 丙"),
        ('a**"b"**c', "a**&quot;b&quot;**c"),
        ("snake_case_名", "snake_case_名"),
    ],
)
def test_chinese_needs_no_spaces_for_emphasis(text, wanted):
    assert html(text) == f"<p>{wanted}</p>".replace("&quot;", '"')
    assert render_markdown(text).strip() == html(text)


def test_callouts_speak_the_document_s_language():
    text = "::: challenge\n:::: solution\nYes\n:::::\n:::\n\n> [!TIP]\n> So."

    assert str(render(text).html).strip() == (
        '<div class="callout" data-kind="challenge"><p class="callout-kind">Exercise</p>\n'
        '<details class="callout" data-kind="solution"><summary>Solution</summary>\n'
        "<p>Yes</p>\n</details>\n</div>\n"
        '<div class="callout" data-kind="tip">\n<p class="callout-kind">Tip</p>\n<p>So.</p>\n</div>'
    )
    assert '<p class="callout-kind">练习</p>' in render(text, language="zh-hans").html


def test_tables_scroll_by_keyboard_and_need_no_style():
    table = html("|a|b|\n|-|-:|\n|1|2|")

    assert table.startswith(
        '<div class="table-scroll" tabindex="0" role="group" aria-label="Table">'
    )
    assert '<td data-align="right">2</td>' in table
    assert "style" not in table


def test_tasks_are_shown_and_cannot_be_ticked():
    assert html("- [x] done") == (
        '<ul class="contains-task-list">\n<li class="task-list-item">'
        '<input disabled="" type="checkbox" checked="" aria-label="Task"> done</li>\n</ul>'
    )


HOSTILE = [
    "<script>alert(1)</script>",
    "[a](javascript:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "<javascript:alert(1)>",
    "![a](javascript:alert(1))",
    '<img src="x" onerror="alert(1)">',
    '<a href="javascript:alert(1)">a</a>',
    "<iframe src=//example.com></iframe>",
    "<svg onload=alert(1)>",
    "$\\href{javascript:alert(1)}{x}$",
    "$\\style{position:fixed}{x}$",
    '```"onmouseover=alert(1)\nx\n```',
    '![a](fig/a.png "\\"onerror=alert(1)")',
    '![a" onerror=alert(1)](fig/a.png)',
    '::: note" onload=alert(1)\nx\n:::',
    "[a](data:text/html,<script>alert(1)</script>)",
    "<style>body{display:none}</style>",
    "<details open ontoggle=alert(1)>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_runs_gets_through(text):
    assert _dangers(html(text)) == []


@given(
    st.lists(
        st.sampled_from([*HOSTILE, "> ", "- ", "|", "`", "$", "[", "]", "(", "\n", "*", "<", "é"])
    )
)
@settings(max_examples=60)
def test_nothing_that_runs_gets_through_in_any_mix(parts):
    assert _dangers(html("".join(parts))) == []


def _dangers(text):
    """Tags and attributes that are none of ours, in what a browser would read as HTML."""
    found = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            names = [name for name, _value in attrs]
            values = [
                value or "" for name, value in attrs if name in {"href", "src", "data-player"}
            ]
            if tag in {"script", "iframe", "svg", "style", "object"}:
                found.append(tag)
            found.extend(name for name in names if name.startswith("on") or name == "style")
            found.extend(
                v for v in values if not v.startswith(("/", "#", "https:", "http:", "mailto:"))
            )

    Reader().feed(text)
    return found


def test_a_text_too_long_is_refused_before_it_is_looked_at():
    text = "[" * 10_000_000
    began = time.process_time()

    with pytest.raises(TextTooLong) as refused:
        render(text)

    assert time.process_time() - began < 0.5
    assert str(refused.value) == ("This text is longer than 200 KB. Please divide it into several.")
    with pytest.raises(TextTooLong):
        render("字" * (MAX_BYTES // 3 + 1))


SIZE = 24_000
SHAPES = {
    "a thousand quotes": ">" * 1_000 + " x",
    "quotes ever deeper": "\n".join(">" * depth + " x" for depth in range(200)),
    "a thousand lists": "\n".join(" " * depth + "- x" for depth in range(0, 600, 2)),
    "lists in one line": "- " * (SIZE // 2) + "x",
    "brackets": "[" * SIZE,
    "closed brackets": "[" * (SIZE // 2) + "]" * (SIZE // 2),
    "pictures begun": "![a](" * (SIZE // 5),
    "stars": "*a **b " * (SIZE // 7),
    "ticks": "".join("`" * count + "a" for count in range(200)),
    "html begun": "<p <img " * (SIZE // 8),
    "comments begun": "<!--\n" * (SIZE // 5),
    "comments closed at the end": "<!--\n" * (SIZE // 5) + "--> x",
    "keys": "<kbd><sub>" * (SIZE // 10),
    "a wide table": "|a" * 1_000 + "\n" + "|-" * 1_000 + "\n" + "|\n" * (SIZE // 4),
    "dollars": "$a " * (SIZE // 3),
    "a formula": "$" + "x^{" * 1_300 + "}" * 1_300 + "$",
    "formulas": "$x$ " * (SIZE // 4),
    "notes": "[^1]" * (SIZE // 4) + "\n\n[^1]: x",
    "notes in notes": "".join(f"[^{n}]: [^{n + 1}]\n" for n in range(SIZE // 14)) + "\n[^0]",
    "callouts": "::: note\n" * (SIZE // 9),
    "callouts in turn": "::: note\nx\n:::\n" * (SIZE // 15),
    "headings": "# a\n" * (SIZE // 4),
    "links": "https://a.b" + ")" * SIZE,
    "lines": "a\n" * (SIZE // 2) + "===",
    "alerts": "> [!NOTE]\n\nx\n\n" * (SIZE // 14),
    "code": "```bash\n" + "$((" * (SIZE // 3) + "\n```",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_hostile_shape_takes_no_longer_than_its_length(shape):
    """Seconds of this process, four times what the slowest took on one old core."""
    began = time.process_time()

    render(SHAPES[shape])

    assert time.process_time() - began < 6


def test_a_document_is_kept_until_its_text_language_or_targets_change():
    asked = []

    def resolve(target):
        asked.append(target)
        return "/x/"

    for text, language, key in [
        ("[a](b.md)", "en", "1"),
        ("[a](b.md)", "en", "1"),
        ("[a](b.md)", "zh-hans", "1"),
        ("[a](b.md)", "en", "2"),
        ("[a](c.md)", "en", "1"),
    ]:
        render_document(text, language=language, resolve=resolve, key=key)

    assert asked == ["b.md", "b.md", "b.md", "c.md"]
    cache.clear()
    assert render_document("[a](b.md)", language="en", resolve=resolve, key="1").missing == ()
