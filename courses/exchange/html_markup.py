"""A page of HTML, as course systems write it, in plain Markdown."""

import re
from html import unescape
from typing import Any

import nh3
from bs4 import BeautifulSoup, Tag
from django.utils.translation import gettext as _
from markdownify import MarkdownConverter

from courses.exchange.parsed import CourseUnreadable

MAX_BYTES = 512 * 1024  # some seconds

MAX_NESTED = 300

_title = re.compile(r"<title[^<>]*>([^<>]{0,1000})</title>", re.IGNORECASE)
_tag = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# Elements that end by themselves, so that many of them stand in a row and not in one another
_unclosed = {
    "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta",
    "option", "p", "source", "tbody", "td", "th", "thead", "tr", "wbr",
}  # fmt: skip
_blank_lines = re.compile(r"\n{3,}")
_framed = {"iframe": "src", "video": "src", "audio": "src", "embed": "src", "object": "data"}
_tags = {
    "a", "abbr", "b", "blockquote", "body", "br", "code", "dd", "del", "div", "dl", "dt", "em",
    "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "li", "ol", "p",
    "pre", "s", "section", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "u", "ul", "source", *_framed,
}  # fmt: skip
_attributes = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "source": {"src"},
    **{tag: {attribute, "title"} for tag, attribute in _framed.items()},
}


class Converter(MarkdownConverter):
    """Headings as `#`, frames and players as links, since their address is all that remains."""

    def convert_iframe(self, el: Tag, text: str, parent_tags: Any) -> str:
        attribute = _framed[el.name]
        source = el.find("source")
        address = el.get(attribute) or (source.get("src") if isinstance(source, Tag) else "")
        if not address:
            return text
        title = el.get("title") or _("Open")
        return f"\n\n[{_in_label(str(title))}](<{address}>)\n\n"

    convert_video = convert_audio = convert_embed = convert_object = convert_iframe


_converter = Converter(heading_style="atx", bullets="-", escape_misc=False)


def _in_label(text: str) -> str:
    return re.sub(r"[\[\]\s]+", " ", text).strip()


def title_and_markdown(html: str, *, place: str) -> tuple[str, str]:
    """(what `<title>` says, the page in Markdown). Raises CourseUnreadable if nested too deeply.

    nh3 goes first: what it writes is well-formed, while Python's own parser takes the square of
    its length for a page that is not. So does nh3 where all is nested, hence the look before.
    """
    if _depth(html) > MAX_NESTED:
        raise CourseUnreadable(_("The page is nested too deeply."), place=place)
    title = _title.search(html[:65_536])
    clean = nh3.clean(
        html,
        tags=_tags,
        clean_content_tags={"script", "style", "title", "template", "noscript", "svg", "math"},
        attributes=_attributes,
        link_rel=None,
    )
    try:
        text = _converter.convert_soup(BeautifulSoup(clean, "html.parser"))
    except RecursionError:
        raise CourseUnreadable(_("The page is nested too deeply."), place=place) from None
    words = unescape(title[1]).split() if title else []
    return " ".join(words), _blank_lines.sub("\n\n", text).strip()


def _depth(html: str) -> int:
    depth = deepest = 0
    for closes, name in _tag.findall(html):
        if name.lower() not in _unclosed:
            depth = max(0, depth - 1) if closes else depth + 1
            deepest = max(deepest, depth)
    return deepest
