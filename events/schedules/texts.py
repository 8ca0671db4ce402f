"""From bytes to text, and from what sources write to what we keep."""

import html
import re

from django.utils.translation import gettext as _

from events.schedules.parsed import MAX_BYTES, ScheduleError

_marks = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# Control characters (PostgreSQL refuses NUL), lone surrogates, overrides of the direction
_unwanted = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ufeff\ud800-\udfff]")
_line_end = re.compile(r"\r\n?")
_blank_lines = re.compile(r"\n{3,}")

_element = re.compile(
    r"<(/?)(a|b|br|blockquote|code|dd|div|dl|dt|em|font|h[1-6]|hr|i|img|li|ol|p|pre|s|script|small|"
    r"span|strong|style|sub|sup|table|tbody|td|th|thead|tr|u|ul)\b[^<>]{0,2000}>",
    re.IGNORECASE,
)
_opens = {"li": "\n- ", "br": "\n", "hr": "\n\n---\n\n", "tr": "\n", "dt": "\n", "dd": "\n"}
_around = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`"}
_blocks = {
    "p",
    "div",
    "ul",
    "ol",
    "dl",
    "table",
    "blockquote",
    "pre",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
}
_unseen = {"script", "style"}


def decode(data: bytes) -> str:
    """The file's text, by its byte order mark, else UTF-8. Raises ScheduleError with the line."""
    if len(data) > MAX_BYTES:
        raise ScheduleError(_("The file is larger than %d MB.") % (MAX_BYTES // 2**20))
    if not data.strip(b"\x00 \t\r\n"):
        raise ScheduleError(_("The file is empty."))
    codec = next((codec for mark, codec in _marks if data.startswith(mark)), "utf-8")
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ScheduleError(
            _("The file is not in the encoding UTF-8."),
            place=_("line %(line)d, byte %(byte)d") % {"line": line, "byte": error.start + 1},
        ) from None


def clean(text: str) -> str:
    """Without control characters and surrogates; line ends are LF."""
    return _unwanted.sub("", _line_end.sub("\n", text)).strip()


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def prose(text: str) -> str:
    """Markdown from Markdown or HTML: known elements become Markdown or vanish.

    What only looks like an element (`a < b`, `List<String>`) stays; the renderer escapes it.
    """
    text = clean(text)
    if _element.search(text):
        text = html.unescape(_without_elements(text))
        text = clean(text)
    return _blank_lines.sub("\n\n", text)


def _without_elements(text: str) -> str:
    kept: list[str] = []
    at, unseen = 0, ""
    for match in _element.finditer(text):
        closes, name = bool(match[1]), match[2].lower()
        if not unseen:
            kept.append(text[at : match.start()])
            kept.append(_instead(name, closes=closes))
        at = match.end()
        if name in _unseen:
            unseen = "" if closes else name
    if not unseen:
        kept.append(text[at:])
    return "".join(kept)


def _instead(name: str, *, closes: bool) -> str:
    if name in _around:
        return _around[name]
    if name in _blocks:
        level = int(name[1]) if name[0] == "h" else 0
        return "\n\n" + ("#" * max(level, 2) + " " if level and not closes else "")
    return "" if closes else _opens.get(name, "")
