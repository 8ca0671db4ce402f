"""What changed between two texts, as a person reads it: lines, and in a changed line the words."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import NamedTuple

SAME, ADDED, REMOVED, CHANGED, GAP = "same", "added", "removed", "changed", "gap"
CONTEXT = 2  # unchanged lines that stay beside a change
MOST_WORDS = 1_500  # a longer line is shown whole: comparing words takes quadratic time
MOST_LINES = 6_000
# A Latin word, a run of spaces, or one character: Chinese has no spaces to split at
WORD = re.compile(r"[A-Za-z0-9_]+|\s+|.", re.DOTALL)


class Piece(NamedTuple):
    kind: str
    text: str


class Line(NamedTuple):
    """`left_out` is how many unchanged lines a gap stands for."""

    kind: str
    pieces: list[Piece]
    left_out: int = 0


def difference(old: str, new: str) -> list[Line]:
    """The lines of both texts in order; long runs without a change become a gap. Empty: no change."""
    before, after = _lines(old), _lines(new)
    if before == after:
        return []
    lines: list[Line] = []
    for tag, a, b, c, d in _changes(before, after):
        if tag == "equal":
            is_first, is_last = not lines, b == len(before) and d == len(after)
            lines += _shortened(before[a:b], is_first=is_first, is_last=is_last)
        else:
            lines += _changed(before[a:b], after[c:d])
    return lines


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").rstrip("\n").split("\n") if text.strip() else []


def _changes(before: list[str], after: list[str]) -> Iterator[tuple[str, int, int, int, int]]:
    if max(len(before), len(after)) > MOST_LINES:
        yield "replace", 0, len(before), 0, len(after)
        return
    yield from SequenceMatcher(None, before, after, autojunk=False).get_opcodes()


def _shortened(lines: list[str], *, is_first: bool, is_last: bool) -> list[Line]:
    """What stands next to a change, and a gap for the rest."""
    head = [] if is_first else lines[:CONTEXT]
    rest = lines[len(head) :]
    tail = [] if is_last else rest[max(0, len(rest) - CONTEXT) :]
    left_out = len(rest) - len(tail)
    if left_out == 1:  # a gap would take as much room
        return [_line(SAME, text) for text in lines]
    gap = [Line(GAP, [], left_out)] if left_out else []
    return [*(_line(SAME, text) for text in head), *gap, *(_line(SAME, text) for text in tail)]


def _changed(removed: list[str], added: list[str]) -> Iterator[Line]:
    """Lines that resemble each other side by side are one changed line."""
    for old, new in zip_longest(removed, added):
        if old is None:
            yield _line(ADDED, new)
        elif new is None:
            yield _line(REMOVED, old)
        else:
            yield from _pair(old, new)


def _pair(old: str, new: str) -> Iterator[Line]:
    before, after = WORD.findall(old), WORD.findall(new)
    if max(len(before), len(after)) <= MOST_WORDS:
        matcher = SequenceMatcher(None, before, after, autojunk=False)
        if matcher.ratio() >= 0.4:
            yield Line(CHANGED, list(_pieces(matcher, before, after)))
            return
    if old:
        yield _line(REMOVED, old)
    yield _line(ADDED, new)


def _pieces(
    matcher: "SequenceMatcher[str]", before: list[str], after: list[str]
) -> Iterator[Piece]:
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            yield Piece(SAME, "".join(before[a:b]))
            continue
        if a < b:
            yield Piece(REMOVED, "".join(before[a:b]))
        if c < d:
            yield Piece(ADDED, "".join(after[c:d]))


def _line(kind: str, text: str) -> Line:
    return Line(kind, [Piece(kind, text)])
