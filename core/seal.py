"""Seals: a name carved into a square stone, as SVG. The same name gives the same stone."""

import hashlib
import re
from random import Random
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

CHINESE = re.compile(r"[\u3400-\u9fff]")
GENERIC = re.compile(r"(ChainONE|区块链技术指北|社区|分会|小组|学习组|站)")
SIDE = 100.0
Point = tuple[float, float]
Cell = tuple[float, float, float, float]  # left, top, width, height

# Read as on a carved seal: from the right column to the left, each from above.
CHINESE_CELLS: dict[int, list[Cell]] = {
    1: [(13, 13, 74, 74)],
    2: [(51, 12, 37, 76), (12, 12, 37, 76)],
    3: [(51, 12, 37, 76), (12, 12, 37, 37), (12, 51, 37, 37)],
    4: [(51, 12, 37, 37), (51, 51, 37, 37), (12, 12, 37, 37), (12, 51, 37, 37)],
}
LATIN_CELLS: dict[int, list[Cell]] = {
    1: [(15, 15, 70, 70)],
    2: [(12, 17, 37, 66), (51, 17, 37, 66)],
}


def seal_text(name: str) -> str:
    """One to four Chinese characters of `name`, or one to two Latin initials.

    Words that every chapter shares (社区, 分会 …) are left off while something remains.
    """
    chinese = "".join(CHINESE.findall(GENERIC.sub("", name))) or "".join(CHINESE.findall(name))
    if chinese:
        return chinese[:4]
    words = re.findall(r"\w+", name.replace("ChainONE", "")) or re.findall(r"\w+", name)
    return "".join(word[0] for word in words[:2]).upper() or "一"


class Sign(NamedTuple):
    """Where a sign stands: drawn at 40 units, its baseline 14.6 below the middle, then turned and scaled."""

    text: str
    x: float
    y: float
    turn: float
    scale_x: float
    scale_y: float


class SealDrawing(NamedTuple):
    """A seal in a square of 100 units, y downwards. Outlines are filled by the even-odd rule.

    `carved` (白文): pale signs on red; else (朱文) red signs in a red frame.
    """

    carved: bool
    outlines: list[list[Point]]
    signs: list[Sign]


def draw_seal(name: str) -> SealDrawing:
    """Half of all names are cut into the stone, half stand out of it."""
    text = seal_text(name)
    digest = hashlib.sha256(text.encode()).digest()
    chance, carved = Random(digest), digest[1] % 2 == 0  # noqa: S311  a drawing, no secret
    outlines = [stone(chance, inset=2.5)]
    if not carved:
        outlines.append(stone(chance, inset=8.0, rough=0.5))
    cells = (CHINESE_CELLS if CHINESE.match(text) else LATIN_CELLS)[len(text)]
    shrink = 1.0 if carved else 0.92
    signs = [_sign(sign, cell, chance, shrink) for sign, cell in zip(text, cells, strict=True)]
    return SealDrawing(carved, outlines, signs)


def seal_svg(name: str, *, title: str = "", size: str = "") -> SafeString:
    """Draw the seal of `name`. Without `title` it is decoration and hidden from readers.

    `size` is one of small, large, huge (seal.css).
    """
    seal = draw_seal(name)
    role = format_html('role="img" aria-label="{}"', title) if title else 'aria-hidden="true"'
    return format_html(
        '<svg class="seal" viewBox="0 0 100 100" data-size="{}" {}>{}'
        '<path fill="currentColor" fill-rule="evenodd" d="{}"/><g class="{}">{}</g></svg>',
        size,
        SafeString(role),
        format_html("<title>{}</title>", title) if title else "",
        "".join(map(_path, seal.outlines)),
        "seal-cut" if seal.carved else "seal-raised",
        _texts(seal.signs),
    )


def _path(outline: list[Point]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in outline) + "Z"


def _texts(signs: list[Sign]) -> SafeString:
    return format_html_join(
        "",
        '<text text-anchor="middle" font-size="40" y="14.6" transform="translate({} {}) '
        'rotate({}) scale({} {})">{}</text>',
        ((*(f"{number:.2f}" for number in sign[1:]), sign.text) for sign in signs),
    )


def _sign(sign: str, cell: Cell, chance: Random, shrink: float) -> Sign:
    left, top, width, height = cell
    is_chinese = bool(CHINESE.match(sign))
    natural_width, natural_height = (38.0, 38.0) if is_chinese else (30.0, 27.5)
    middle_x, middle_y = left + width / 2, top + height / 2
    return Sign(
        sign,
        50 + (middle_x - 50) * shrink,
        50 + (middle_y - 50) * shrink,
        chance.uniform(-1.1, 1.1),
        width / natural_width * shrink,
        height / natural_height * shrink,
    )


def stone(chance: Random, *, inset: float, rough: float = 0.9) -> list[Point]:
    """A square whose edges were cut by hand: small waves, some chips."""
    return [point for edge in range(4) for point in _edge(chance, edge, inset, rough)]


def _edge(chance: Random, edge: int, inset: float, rough: float) -> list[Point]:
    """One edge from corner to corner, turned by `edge` quarter turns around the middle."""
    length, points = SIDE - 2 * inset, []
    for step in range(1, 14):
        along = inset + length * (step - 1) / 13 + (chance.uniform(1.2, 2.4) if step == 1 else 0)
        depth = inset + chance.uniform(-rough, rough)
        if chance.random() < 0.07:
            depth += chance.uniform(1.4, 2.6)
        points.append((along, depth))
    for _ in range(edge):
        points = [(SIDE - y, x) for x, y in points]
    return points
