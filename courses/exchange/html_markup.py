"""A page of HTML, as course systems write it, in plain Markdown."""

import re
from typing import Any

from bs4 import BeautifulSoup, Tag
from django.utils.translation import gettext as _
from markdownify import MarkdownConverter

from courses.exchange.parsed import CourseUnreadable

_dropped = ["script", "style", "head", "template", "noscript", "form", "svg", "math"]
_blank_lines = re.compile(r"\n{3,}")
_framed = {"iframe": "src", "video": "src", "audio": "src", "embed": "src", "object": "data"}


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
    """(what `<title>` says, the page in Markdown). Raises CourseUnreadable if nested too deeply."""
    try:
        soup = BeautifulSoup(html, "html.parser")
        title = soup.title.get_text() if soup.title else ""
        for element in soup(_dropped):
            element.decompose()
        text = _converter.convert_soup(soup)
    except RecursionError:
        raise CourseUnreadable(_("The page is nested too deeply."), place=place) from None
    return " ".join(title.split()), _blank_lines.sub("\n\n", text).strip()
