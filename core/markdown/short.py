"""Markdown that strangers may write: rendered by markdown-it-py, cleaned by nh3."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from core.markdown.emphasis import add_chinese_emphasis

_parser = MarkdownIt("commonmark", {"linkify": False, "html": False}).enable(
    ["table", "strikethrough"]
)
add_chinese_emphasis(_parser)
_tags = {
    "a", "blockquote", "br", "code", "del", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li",
    "ol", "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip


def render_markdown(text: str) -> SafeString:
    """Safe HTML. Headings start at h2, since the page has its own h1; pictures become links."""
    tokens = _parser.parse(text.replace("\x00", ""))
    for token in tokens:
        if token.type in {"heading_open", "heading_close"} and token.tag == "h1":
            token.tag = "h2"
    html = _parser.renderer.render(tokens, _parser.options, {})
    clean = nh3.clean(
        html,
        tags=_tags,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(clean)  # noqa: S308  nh3 has just cleaned it
