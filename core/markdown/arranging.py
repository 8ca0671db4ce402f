"""Between parsing and writing: headings in order, links and pictures led to where they are."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _
from markdown_it.token import Token

from core.markdown.cleaning import ID_PREFIX
from core.markdown.media import find_video, render_video
from core.markdown.rules import CALLOUTS

# Where a relative link or picture leads: its address, or None when there is no such thing
Resolve = Callable[[str], str | None]
_not_in_names = re.compile(r"[^\w\- ]")
_description = re.compile(r"\{[^{}]{1,2000}\}")
_alt = re.compile(r"""alt=(["'])(.*?)\1""")


@dataclass(frozen=True)
class Heading:
    level: int
    id: str
    text: str


def arrange(tokens: list[Token], resolve: Resolve, missing: list[str]) -> list[Heading]:
    """Change `tokens` in place; say the headings, and add to `missing` what `resolve` did not know."""
    targets = _Targets(resolve, missing)
    for index, token in enumerate(tokens):
        if token.type == "inline":
            token.children = _arrange_line(token.children or [], targets)
            _arrange_paragraph(tokens, index)
        elif token.type in {"th_open", "td_open"}:
            _arrange_cell(token)
        elif token.type == "alert_open":
            _arrange_alert(tokens, index)
    return list(_arrange_headings(tokens))


def _arrange_cell(token: Token) -> None:
    """A class of our own instead of a style, which the pages' policy forbids."""
    style = str(token.attrs.pop("style", ""))
    if style:
        token.attrs["data-align"] = style.removeprefix("text-align:")


def _arrange_headings(tokens: Sequence[Token]) -> Iterator[Heading]:
    """Begin at h2, since the page has its own h1, and leave no level out."""
    last, names = 1, _Names()
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            last = min(max(int(token.tag[1]), 2), last + 1)
            token.tag = tokens[index + 2].tag = f"h{last}"
            text = _plain(tokens[index + 1].children or [])
            name = names.take(text)
            token.attrSet("id", name)
            if token.level == 0:
                yield Heading(last, f"{ID_PREFIX}{name}", text)


class _Names:
    """Ids as GitHub makes them, so that links into a text from elsewhere go on to lead there."""

    def __init__(self) -> None:
        self.taken: dict[str, int] = {}

    def take(self, text: str) -> str:
        base = _not_in_names.sub("", text.lower()).strip().replace(" ", "-")[:80] or "part"
        name = base
        while name in self.taken:
            self.taken[base] += 1
            name = f"{base}-{self.taken[base]}"
        self.taken[name] = 0
        return name


def _plain(children: Sequence[Token]) -> str:
    shown = {"text", "code_inline", "math_inline", "image"}
    return "".join(child.content for child in children if child.type in shown).strip()


def _arrange_alert(tokens: Sequence[Token], index: int) -> None:
    """`> [!NOTE]` looks like our own callouts."""
    kind = str(tokens[index].meta["kind"]).lower()
    tokens[index].attrs = {"class": "callout", "data-kind": kind}
    tokens[index + 1].attrs = {"class": "callout-kind"}
    title = str(CALLOUTS.get(kind, CALLOUTS["note"]))
    tokens[index + 2].content = title
    tokens[index + 2].children = [Token("text", "", 0, content=title)]


class _Targets:
    def __init__(self, resolve: Resolve, missing: list[str]) -> None:
        self.resolve, self.missing = resolve, missing

    def find(self, target: str) -> str | None:
        """The address that `target` leads to from this page, or None."""
        parts = urlsplit(target)
        if target.startswith("#"):
            return f"#{ID_PREFIX}{unquote(target[1:])}"
        if target.startswith("//"):
            return f"https:{target}"
        if parts.scheme or target.startswith("/"):
            return target
        address = self.resolve(unquote(parts.path))
        if address is None:
            self.missing.append(unquote(target))
            return None
        return f"{address}#{ID_PREFIX}{unquote(parts.fragment)}" if parts.fragment else address


def _arrange_line(children: Sequence[Token], targets: _Targets) -> list[Token]:
    out: list[Token] = []
    link: Token | None = None
    for at, child in enumerate(children):
        if child.type == "link_open":
            link = child
            _lead(child, targets)
        elif child.type == "link_close" and link:
            child.tag, link = link.tag, None
        if child.type == "image":
            _take_description(child, children[at + 1 : at + 2])
            out += _picture(child, targets, inside=link is not None)
        else:
            out.append(child)
    return out


def _take_description(image: Token, after: Sequence[Token]) -> None:
    """`![](a.svg){alt='What it shows'}`, as other tools for lessons write it."""
    found = _description.match(after[0].content) if after and after[0].type == "text" else None
    if found:
        after[0].content = after[0].content[found.end() :]
        alt = _alt.search(found[0])
        image.attrSet("alt", alt[2] if alt else "")


def _lead(link: Token, targets: _Targets) -> None:
    try:
        address = targets.find(str(link.attrGet("href") or ""))
    except ValueError:  # such as http://[
        address = None
    if address is not None:
        link.attrSet("href", address)
        return
    link.tag = "span"
    link.attrs = {"class": "missing", "title": _("This leads nowhere yet")}


def _picture(image: Token, targets: _Targets, *, inside: bool) -> list[Token]:
    """The picture; a link where it lies elsewhere, so that no other host hears of the reader."""
    src = str(image.attrGet("src") or "")
    image.content = str(image.attrs.pop("alt", "") or "") or _plain(image.children or [])
    try:
        address = targets.find(src)
    except ValueError:
        address = None
    label = image.content or src.rsplit("/", 1)[-1]
    if address is None or src.startswith(("data:", "#")):
        attrs: dict[str, str | int | float] = {
            "class": "missing",
            "title": _("This picture is missing"),
        }
        return [
            Token("span_open", "span", 1, attrs=attrs),
            _text(label),
            Token("span_close", "span", -1),
        ]
    if address.startswith("/"):
        image.attrSet("src", address)
        return [image]
    if inside:
        return [_text(label)]
    return [
        Token("link_open", "a", 1, attrs={"href": address}),
        _text(label),
        Token("link_close", "a", -1),
    ]


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _arrange_paragraph(tokens: Sequence[Token], index: int) -> None:
    """A line of its own: a video's link becomes its card, a picture with a title a figure."""
    before, line = tokens[index - 1], tokens[index]
    if before.type != "paragraph_open" or before.hidden:
        return
    children = [c for c in line.children or [] if c.content.strip() or c.type != "text"]
    kinds = [child.type for child in children]
    if kinds[:1] == ["link_open"] and kinds.count("link_open") == 1 and kinds[-1] == "link_close":
        href = str(children[0].attrGet("href") or "")
        if video := find_video(href):
            html = render_video(href, _plain(children), video)
            line.children = [Token("video", "", 0, content=html)]
            before.hidden = tokens[index + 1].hidden = True
    elif kinds == ["image"] and children[0].attrGet("title"):
        before.tag = tokens[index + 1].tag = "figure"
        caption = str(children[0].attrs.pop("title"))
        line.children = [
            children[0],
            Token("caption_open", "figcaption", 1),
            _text(caption),
            Token("caption_close", "figcaption", -1),
        ]
