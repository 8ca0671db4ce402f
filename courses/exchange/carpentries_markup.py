"""The Carpentries' Markdown, written for Pandoc and kramdown, in that of our lessons.

Their blocks between colons (`::: challenge`) are ours too; only their lengths must tell which is
inside which. Attributes in braces fall away, a picture's `alt` becomes its text.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from courses.exchange.markup import lines_with_code, outside_code

_open = re.compile(r"^ {0,3}:{3,}[ \t]*(?:\{[ \t]*\.)?([A-Za-z][\w-]*)[^:\n]*:*[ \t]*$")
_close = re.compile(r"^ {0,3}:{3,}[ \t]*$")
_attribute_line = re.compile(r"^[ >]*\{:[^}\n]*\}[ \t]*\r?\n?", re.MULTILINE)
_include = re.compile(r"^\{%[ \t]*include\b[^\n]*%\}[ \t]*\r?\n?", re.MULTILINE)
_image = re.compile(r"(!\[)([^\]\n]*)(\]\([^()\n]*\))\{:?([^{}\n]*)\}")
_attributes = re.compile(r"(?<=[\])])\{:?[^{}\n]*\}")
_heading = re.compile(r"^(#{1,6}[ \t][^\n{}]*?)[ \t]+\{[^{}\n]*\}(?=[ \t]*$)", re.MULTILINE)
_alt = re.compile(r"""\balt=(?:"([^"]*)"|'([^']*)')""")
_dash = re.compile(r"^\\--", re.MULTILINE)
_code_class = re.compile(r"^([ >]*)(`{3,}|~{3,})[ \t]*\{[ \t]*\.([\w+-]+)[^}\n]*\}", re.MULTILINE)
_grid_rule = re.compile(r"^\+[-=+]{3,}\+[ \t]*$")

# Blocks that our lessons know by the same name, and what takes the place of the others
KINDS = {
    "callout", "caution", "challenge", "checklist", "discussion", "exercise", "hint",
    "keypoints", "objectives", "prereq", "questions", "solution", "spoiler",
}  # fmt: skip
INSTEAD = {"testimonial": "callout", "instructor": "callout", "tab": "", "group-tab": ""}

MAX_NESTED = 10  # what is deeper stands in the block that is deep enough

# (line of the text, counted from 1; reason)
Report = Callable[[int, str], None]


def lesson_markdown(text: str, report: Report) -> str:
    """`report` hears of what has no counterpart: a block not closed, a table drawn in characters."""
    text = outside_code(_code_class.sub(r"\1\2\3", text), _without_attributes)
    return "".join(_with_fenced_grids(_with_nested_blocks(text, report), report))


def _without_attributes(prose: str) -> str:
    prose = _include.sub("", _attribute_line.sub("", prose))
    prose = _image.sub(_with_alt, prose)
    prose = _heading.sub(r"\1", _attributes.sub("", prose))
    return _dash.sub("--", prose)


def _with_alt(match: re.Match[str]) -> str:
    alt = _alt.search(match[4])
    text = (alt[1] or alt[2] or "") if alt else ""
    return match[1] + re.sub(r"[\[\]]", "", text or match[2]) + match[3]


@dataclass
class _Block:
    """A block between colons: its lines, and how deep blocks are nested in it."""

    kind: str
    lines: list[str] = field(default_factory=list)
    height: int = 0

    def written(self) -> Iterator[str]:
        colons = ":" * (3 + self.height)
        return iter([f"{colons} {self.kind}\n", *self.lines, f"{colons}\n"])


def _with_nested_blocks(text: str, report: Report) -> str:
    """What is outside has more colons than what is inside, which authors do not take care of."""
    blocks = _Blocks(report)
    number = 0
    for number, (line, is_code) in enumerate(lines_with_code(text), start=1):
        bare = line.rstrip("\r\n")
        if not is_code and (opener := _open.match(bare)):
            blocks.begin(opener[1].casefold(), number)
        elif not is_code and _close.match(bare):
            blocks.end(number)
        else:
            blocks.stack[-1].lines.append(line)
    return blocks.finish(number)


class _Blocks:
    """The text so far, and inside it the blocks that are open."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.stack = [_Block("")]
        self.too_deep = 0

    def begin(self, name: str, number: int) -> None:
        if len(self.stack) > MAX_NESTED:
            self.too_deep += 1
        else:
            self.stack.append(_Block(_kind(name, number, self.report)))

    def end(self, number: int) -> None:
        if self.too_deep:
            self.too_deep -= 1
        elif len(self.stack) == 1:
            self.report(number, _("colons end a block that did not begin"))
        else:
            self._shut()

    def finish(self, number: int) -> str:
        if len(self.stack) > 1:
            self.report(number, _("a block that begins with colons is not closed"))
        while len(self.stack) > 1:
            self._shut()
        return "".join(self.stack[0].lines)

    def _shut(self) -> None:
        block = self.stack.pop()
        outer = self.stack[-1]
        outer.height = max(outer.height, block.height + 1)
        outer.lines += block.written() if block.kind else block.lines


def _kind(name: str, number: int, report: Report) -> str:
    if name in KINDS:
        return name
    if name not in INSTEAD:
        report(number, _("a block of the unknown kind “%s” is shown as a note") % name[:40])
    return INSTEAD.get(name, "callout")


def _with_fenced_grids(text: str, report: Report) -> Iterator[str]:
    """Pandoc's tables of `+---+` and `|`, which our Markdown cannot say, shown as drawn."""
    in_grid = False
    for number, (line, is_code) in enumerate(lines_with_code(text), start=1):
        bare = line.rstrip("\r\n")
        if not in_grid and not is_code and _grid_rule.match(bare):
            report(number, _("a table drawn in characters is shown as it is drawn"))
            in_grid = True
            yield "````text\n"
        elif in_grid and not bare.startswith(("+", "|")):
            in_grid = False
            yield "````\n"
        yield line
    if in_grid:
        yield "\n````\n"
