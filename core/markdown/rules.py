"""What our documents know beyond Markdown: bare links, a little HTML, comments, callouts."""

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

# Bare links end where ASCII does: Chinese sentences go on without a space
_bare_link = re.compile(r"(?<![\w@/])https?://[!-;=?-_a-z~]{1,2000}", re.ASCII | re.IGNORECASE)
_inline_tag = re.compile(r"<(/?)(kbd|sub|sup|mark)\s*>|<br\s*/?>", re.IGNORECASE)
# What people paste from elsewhere to place and color things: left out, their text stays
_dropped_tag = re.compile(
    r"</?(?:p|div|center|font|span|small|u|b|i|a|details|summary|section|picture)"
    r"(?:\s[^<>]{0,400})?/?>",
    re.IGNORECASE,
)
_picture_tag = re.compile(r"<img\s([^<>]{1,2000})/?>", re.IGNORECASE)
_attribute = re.compile(r"""(\w+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_fence = re.compile(r":{3,}\s*\{?\.?([\w-]*)[^\n]*$")

CALLOUTS: dict[str, str | Promise] = {
    "callout": pgettext_lazy("callout", "Note"),
    "caution": _("Caution"),
    "challenge": _("Exercise"),
    "checklist": _("Checklist"),
    "discussion": _("To talk about"),
    "exercise": _("Exercise"),
    "hint": _("Hint"),
    "important": _("Important"),
    "keypoints": _("Key points"),
    "note": pgettext_lazy("callout", "Note"),
    "objectives": _("What you will learn"),
    "prereq": _("Before you start"),
    "questions": _("Questions"),
    "solution": _("Solution"),
    "spoiler": _("More about this"),
    "tip": _("Tip"),
    "warning": _("Warning"),
}
FOLDED = {"hint", "solution", "spoiler"}


def add_rules(parser: MarkdownIt) -> None:
    parser.block.ruler.before("paragraph", "comment", _block_comment, {"alt": []})
    parser.inline.ruler.before("html_inline", "little_html", _little_html)
    parser.core.ruler.after("inline", "bare_links", _bare_links)
    alternatives = ["paragraph", "reference", "blockquote", "list"]
    parser.block.ruler.before("fence", "callout", _callout, {"alt": alternatives})
    parser.add_render_rule("callout_open", _callout_open)
    parser.add_render_rule("callout_close", _callout_close)


def _callout(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`::: kind` to the `:::` that closes it, whatever their lengths; open to the end otherwise."""
    found = _fence.match(_line(state, start))
    kind = found[1].lower() if found else ""
    if kind not in CALLOUTS:
        return False
    if silent:
        return True
    close = _closing_line(state, start, end)
    parent, last_line = state.parentType, state.lineMax
    state.parentType, state.lineMax = "callout", close
    state.push("callout_open", "div", 1).info = kind
    state.md.block.tokenize(state, start + 1, close)
    state.push("callout_close", "div", -1).info = kind
    state.parentType, state.lineMax = parent, last_line
    state.line = min(close + 1, end)
    return True


def _closing_line(state: StateBlock, start: int, end: int) -> int:
    depth = 1
    for line in range(start + 1, end):
        found = _fence.match(_line(state, line))
        if found:
            depth += 1 if found[1] else -1
        if depth == 0:
            return line
    return end


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _callout_open(_renderer: Any, tokens: Sequence[Token], index: int, *_rest: Any) -> str:
    kind = tokens[index].info
    title = escape(str(CALLOUTS[kind]))
    if kind in FOLDED:
        return f'<details class="callout" data-kind="{kind}"><summary>{title}</summary>\n'
    return f'<div class="callout" data-kind="{kind}"><p class="callout-kind">{title}</p>\n'


def _callout_close(_renderer: Any, tokens: Sequence[Token], index: int, *_rest: Any) -> str:
    return "</details>\n" if tokens[index].info in FOLDED else "</div>\n"


def _block_comment(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`<!-- … -->` at the start of a line, over as many lines as it takes."""
    begin = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith("<!--", begin):
        return False
    close = _end_of_comment(state, begin)
    if close < 0 or close > state.eMarks[end - 1]:
        return False
    line = start
    while state.eMarks[line] < close:
        line += 1
    if state.src[close : state.eMarks[line]].strip():
        return False  # text goes on behind it: the inline rule takes that
    state.line = line + 1
    return True


def _end_of_comment(state: StateBlock, begin: int) -> int:
    """Where it is over, or -1. Remembers what it found, so that a text is searched once."""
    since, close = state.env.get("comment", (0, 0))
    if not (since <= begin and (close < 0 or begin + 7 <= close)):
        close = state.src.find("-->", begin + 4)
        close = close + 3 if close >= 0 else -1
        state.env["comment"] = (begin, close)
    return close


def _little_html(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "<":
        return False
    if state.src.startswith("<!--", state.pos):
        close = state.src.find("-->", state.pos + 4, state.pos + 2_000)
        length = close + 3 - state.pos if close >= 0 else 0
    elif found := _inline_tag.match(state.src, state.pos):
        length = found.end() - state.pos
        if not silent:
            state.push("html_inline", "", 0).content = found[0].lower()
    elif found := _picture_tag.match(state.src, state.pos):
        length = found.end() - state.pos
        if not silent:
            _push_picture(state, found[1])
    else:
        found = _dropped_tag.match(state.src, state.pos)
        length = found.end() - state.pos if found else 0
    state.pos += length
    return length > 0


def _push_picture(state: StateInline, attributes: str) -> None:
    found = {key.lower(): a or b for key, a, b in _attribute.findall(attributes)}
    token = state.push("image", "img", 0)
    token.attrs = {"src": found.get("src", ""), "alt": ""}
    token.content = found.get("alt", "")
    text = Token("text", "", 0, content=token.content)
    token.children = [text]


def _bare_links(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and "://" in token.content:
            token.children = list(_with_links(token.children or []))


def _with_links(children: Sequence[Token]) -> list[Token]:
    out: list[Token] = []
    inside = 0
    for child in children:
        inside += {"link_open": 1, "link_close": -1}.get(child.type, 0)
        out += [child] if inside or child.type != "text" else _split_links(child)
    return out


def _split_links(text: Token) -> list[Token]:
    out: list[Token] = []
    last = 0
    for found in _bare_link.finditer(text.content):
        url = _without_tail(found[0])
        out.append(Token("text", "", 0, content=text.content[last : found.start()]))
        out.append(Token("link_open", "a", 1, attrs={"href": url}))
        out.append(Token("text", "", 0, content=url))
        out.append(Token("link_close", "a", -1))
        last = found.start() + len(url)
    rest = text.content[last:]
    return [t for t in [*out, Token("text", "", 0, content=rest)] if t.content or t.type != "text"]


def _without_tail(url: str) -> str:
    """Punctuation behind a link belongs to the sentence, and so does a bracket it does not open."""
    while url and (
        url[-1] in "?!.,:;*_~'\"]" or (url[-1] == ")" and url.count("(") < url.count(")"))
    ):
        url = url[:-1]
    return url
