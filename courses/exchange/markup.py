"""Markdown as text: its code left alone, its links and front matter taken apart.

Works on the source and not on a syntax tree, so that what is not touched stays byte for byte.
"""

import re
from collections.abc import Callable, Iterator

_line = re.compile(r"[^\n]*\n|[^\n]+")
_fence = re.compile(r"^[ >]*(?:(?:[-*+]|\d{1,9}[.)]) +)?(`{3,}|~{3,})(.*)$")
_blank = re.compile(r"(\n[ \t\r]*\n)")
_backticks = re.compile(r"`+")
_hidden = re.compile(r"\x00(\d+)\x00")
_front_matter = re.compile(r"\A---[ \t]*\r?\n(.*?\r?\n)?---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_heading = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_setext = re.compile(r"^ {0,3}=+[ \t]*$")

_destination = r"(<[^<>\n]*>|[^\s()<>]*(?:\([^\s()]*\)[^\s()]*)*)"
_inline_link = re.compile(
    rf"(?P<before>(?P<image>!?)\[(?P<label>(?:[^\[\]\\]|\\.|\[[^\[\]]*\](?:\([^()]*\))?)*)\]\(\s*)"
    rf"(?P<to>{_destination})(?P<after>(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\))"
)
_picture_tag = re.compile(
    r"(?P<before><img\s[^<>]{0,2000}?\bsrc\s*=\s*(?P<quote>[\"']))(?P<to>[^<>\"']*)(?P<after>(?P=quote))",
    re.IGNORECASE,
)
_definition = re.compile(rf"^(?P<before> {{0,3}}\[[^\[\]\n]+\]:[ \t]*)(?P<to>{_destination})", re.M)

# (destination, whether it is shown as a picture) → the new one, or None to leave it
LinkMap = Callable[[str, bool], str | None]


def front_matter(text: str) -> tuple[str, str]:
    """(the YAML, the rest). The YAML is empty when there is none."""
    match = _front_matter.match(text)
    return (match[1] or "", text[match.end() :]) if match else ("", text)


def lines_with_code(text: str) -> Iterator[tuple[str, bool]]:
    """Each line with its end, and whether it belongs to a fenced block of code."""
    fence = ""
    for line in _line.findall(text):
        match = _fence.match(line.rstrip("\r\n"))
        if fence:
            yield line, True
            if match and match[1].startswith(fence) and not match[2].strip():
                fence = ""
        elif match and not (match[1][0] == "`" and "`" in match[2]):
            fence = match[1]
            yield line, True
        else:
            yield line, False


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """`text` with `change` applied to what is neither fenced nor a code span."""
    whole, prose = [], ""
    for line, is_code in lines_with_code(text):
        if is_code:
            whole.append(_outside_spans(prose, change))
            whole.append(line)
            prose = ""
        else:
            prose += line
    whole.append(_outside_spans(prose, change))
    return "".join(whole)


def _outside_spans(prose: str, change: Callable[[str], str]) -> str:
    """Spans are put back afterwards, so that a link may have code in its label."""
    spans: list[str] = []
    shown = "".join(_hide_spans(piece, spans) for piece in _blank.split(prose))
    return _hidden.sub(lambda match: spans[int(match[1])], change(shown))


def _hide_spans(paragraph: str, spans: list[str]) -> str:
    """Each span replaced by its number between zero bytes, which no text of ours has."""
    shown, at = [], 0
    runs = list(_backticks.finditer(paragraph))
    for opener, closer in _pairs(paragraph, runs):
        shown += [paragraph[at : opener.start()], f"\x00{len(spans)}\x00"]
        spans.append(paragraph[opener.start() : closer.end()])
        at = closer.end()
    return "".join(shown) + paragraph[at:]


def _pairs(text: str, runs: list[re.Match[str]]) -> Iterator[tuple[re.Match[str], re.Match[str]]]:
    """Openers with the next run of the same length; in one pass, whatever the text."""
    later: dict[int, int] = {}
    partner: list[int | None] = [None] * len(runs)
    for at in range(len(runs) - 1, -1, -1):
        length = len(runs[at][0])
        partner[at] = later.get(length)
        later[length] = at
    at = 0
    while at < len(runs):
        end = partner[at]
        is_escaped = text[max(0, runs[at].start() - 1) : runs[at].start()] == "\\"
        if end is None or is_escaped:
            at += 1
        else:
            yield runs[at], runs[end]
            at = end + 1


def map_links(text: str, change: LinkMap) -> str:
    """Every link, picture and link definition outside code, with its destination changed.

    What is not changed stays byte for byte.
    """
    return outside_code(text, lambda prose: _map_prose(prose, change))


def _map_prose(prose: str, change: LinkMap) -> str:
    def inline(match: re.Match[str]) -> str:
        label = _inline_link.sub(inline, match["label"])  # a picture that is a link
        before = match["before"].replace(match["label"], label, 1)
        return before + _new(match["to"], bool(match["image"]), change) + match["after"]

    def definition(match: re.Match[str]) -> str:
        return match["before"] + _new(match["to"], False, change)

    def picture(match: re.Match[str]) -> str:
        new = change(match["to"], True)
        return match[0] if new is None else match["before"] + new + match["after"]

    linked = _definition.sub(definition, _inline_link.sub(inline, prose))
    return _picture_tag.sub(picture, linked)


def _new(written: str, is_image: bool, change: LinkMap) -> str:
    destination = written[1:-1] if written.startswith("<") else written
    new = change(destination, is_image)
    if new is None:
        return written
    return f"<{new}>" if re.search(r"[\s()]", new) else new


def take_title(text: str) -> tuple[str, str]:
    """(the title, the rest) when the text's only heading of the first level stands first.

    With several such headings, or another heading before it, none is the title of the whole.
    """
    headings = list(_headings(text))
    first_level = [at for level, _title, at, _end in headings if level == 1]
    if not headings or len(first_level) != 1 or headings[0][0] != 1:
        return "", text
    _level, title, at, end = headings[0]
    return title, text[:at] + text[end:].lstrip("\r\n")


def _headings(text: str) -> Iterator[tuple[int, str, int, int]]:
    at, before = 0, ""
    for line, is_code in lines_with_code(text):
        bare = line.rstrip("\r\n")
        if not is_code and (match := _heading.match(bare)):
            yield len(match[1]), match[2].strip(), at, at + len(line)
        elif not is_code and before.strip() and _setext.match(bare):
            yield 1, before.strip(), at - len(before), at + len(line)
        before = "" if is_code else line
        at += len(line)
