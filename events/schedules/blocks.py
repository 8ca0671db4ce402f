"""The lines and blocks of an iCalendar file, with the numbers of their lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from icalendar.parser import Contentline, split_on_unescaped_comma, unescape_backslash

from events.schedules.parsed import ScheduleError
from events.schedules.texts import one_line

_line_end = re.compile(r"\r\n|\n|\r")
_border = re.compile(r"(BEGIN|END)[ \t]*:(.*)", re.IGNORECASE)


@dataclass(slots=True)
class Line:
    """One property, unfolded; `number` is where it begins in the file."""

    number: int
    name: str
    params: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        return unescape_backslash(self.value)

    @property
    def texts(self) -> list[str]:
        return split_on_unescaped_comma(self.value)


@dataclass(slots=True)
class Block:
    """What stands between a BEGIN and its END. `raw` lacks the lines of the inner `blocks`."""

    name: str
    number: int
    raw: list[tuple[int, str]] = field(default_factory=list)
    blocks: list["Block"] = field(default_factory=list)

    def walk(self) -> Iterator["Block"]:
        """Itself and all blocks in it, in the order of the file."""
        waiting = [self]
        while waiting:
            block = waiting.pop()
            yield block
            waiting.extend(reversed(block.blocks))

    def source(self) -> str:
        inner = "".join(block.source() for block in self.blocks)
        own = "".join(f"{text}\r\n" for _number, text in self.raw)
        return f"BEGIN:{self.name}\r\n{own}{inner}END:{self.name}\r\n"


def read_blocks(text: str) -> Block:
    """A nameless block around the file's. Raises ScheduleError where BEGIN and END do not match."""
    stack = [Block("", 0)]
    for number, line in _unfolded(text):
        border = _border.fullmatch(line)
        if border is None:
            stack[-1].raw.append((number, line))
        elif border[1].upper() == "BEGIN":
            block = Block(border[2].strip().upper(), number)
            stack[-1].blocks.append(block)
            stack.append(block)
        elif border[2].strip().upper() != stack.pop().name or not stack:
            raise ScheduleError(_("This END belongs to no BEGIN."), place=place_of(number))
    if len(stack) > 1:
        raise ScheduleError(
            _("BEGIN:%s has no END: the file breaks off or is damaged.")
            % one_line(stack[-1].name[:40]),
            place=place_of(stack[-1].number),
        )
    return stack[0]


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """A line that begins with a blank goes on with the one before it; empty lines are nothing."""
    start, parts = 0, list[str]()
    for number, line in enumerate(_line_end.split(text), 1):
        if line[:1] in {" ", "\t"} and parts:
            parts.append(line[1:])
            continue
        if not line:
            continue
        if parts:
            yield start, "".join(parts)
        start, parts = number, [line]
    if parts:
        yield start, "".join(parts)


def parse_line(number: int, raw: str) -> Line | None:
    """None for what is no iCalendar line."""
    try:
        name, params, value = Contentline(raw).raw_parts()
    except (ValueError, TypeError):
        return None
    texts = {
        key.upper(): ",".join(text) if isinstance(text, list) else str(text)
        for key, text in params.items()
    }
    return Line(number, name.upper(), texts, value)


def place_of(number: int) -> str:
    return _("line %d") % number
