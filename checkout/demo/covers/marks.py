"""What a brush or a knife leaves: a circle, a chain, tally marks, a carved seal."""

import math
from itertools import pairwise
from typing import NamedTuple

from checkout.demo.covers.sheet import HEIGHT, WIDTH, Color, Point, Sheet, Stroke, arc


def enso(sheet: Sheet) -> None:
    """One circle in one breath: nothing, and all that is needed."""
    chance = sheet.chance
    x, y = WIDTH * chance.uniform(0.4, 0.6), HEIGHT * 0.5
    radius, start = chance.uniform(270, 310), chance.uniform(0.2, 0.5)
    path = arc(x, y, radius * 1.04, radius, start, start + chance.uniform(0.9, 0.96))
    stroke = Stroke(
        path,
        chance.uniform(66, 92),
        dry=0.5,
        press=lambda along: min(1.0, 0.5 + along * 5) * (1.08 - 0.3 * along),
    )
    stroke.path = _spiral(stroke.path, x, y)
    sheet.brush([stroke], color=sheet.ink, strength=0.96)
    sheet.stamp(x + radius * 1.75, y + radius * 0.86, 62)


def _spiral(path: list[Point], x: float, y: float) -> list[Point]:
    """The hand draws a little inwards."""
    last = len(path) - 1
    return [
        (x + (px - x) * (1 - 0.09 * index / last), y + (py - y) * (1 - 0.09 * index / last))
        for index, (px, py) in enumerate(path)
    ]


def chain(sheet: Sheet) -> None:
    """Links that hold each other; one is of another color, and holds as well."""
    chance = sheet.chance
    count = 6
    red = chance.randint(2, count - 2)
    bend = chance.uniform(70, 130) * chance.choice([-1, 1])
    gap = (WIDTH + 60) / count
    places = [
        Link(
            x=gap * number - 30,
            y=HEIGHT / 2 + bend * math.sin((number / count - 0.5) * math.pi * 1.6),
            reach=gap * 0.7,
            tilt=bend / 330 * math.cos((number / count - 0.5) * math.pi * 1.6),
            color=sheet.seal if number == red else sheet.ink,
        )
        for number in range(count + 1)
    ]
    for number, link in enumerate(places):
        begin = chance.uniform(0.3, 0.6)
        _draw_link(sheet, link, begin, begin + 1.02)
        if number:  # above, the link before comes over this one again
            _draw_link(sheet, places[number - 1], 0.79, 0.95)


class Link(NamedTuple):
    x: float
    y: float
    reach: float
    tilt: float
    color: Color


def _draw_link(sheet: Sheet, link: Link, begin: float, end: float) -> None:
    cos, sin = math.cos(link.tilt), math.sin(link.tilt)
    path = [
        (link.x + u * cos - v * sin, link.y + u * sin + v * cos)
        for u, v in arc(0, 0, link.reach, link.reach * 0.62, begin, end)
    ]
    sheet.brush([Stroke(path, 58, dry=0, press=lambda _along: 1)], color=sheet.ground)
    sheet.brush([Stroke(path, 42, dry=0.3, press=lambda _along: 1)], color=link.color)


# 正, the sign that Chinese tallies are made of, on a square of 1: five strokes, five votes
TALLY: list[list[Point]] = [
    [(0.1, 0.1), (0.9, 0.08)],
    [(0.52, 0.1), (0.51, 0.88)],
    [(0.54, 0.46), (0.86, 0.45)],
    [(0.24, 0.42), (0.23, 0.88)],
    [(0.02, 0.9), (0.98, 0.88)],
]


def tally(sheet: Sheet) -> None:
    """Votes as they are counted: five strokes a sign. The last one is still being written."""
    chance = sheet.chance
    side, columns, rows = 118, 8, 4
    left, top = (WIDTH - columns * 158) / 2 + 20, (HEIGHT - rows * 176) / 2 + 30
    total = columns * rows - chance.randint(5, 8)
    ink: list[Stroke] = []
    for number in range(total):
        row, column = divmod(number, columns)
        strokes = _sign(sheet, left + column * 158, top + row * 176, side)
        if number < total - 1:
            ink += strokes
        else:
            sheet.brush(strokes[:3], color=sheet.seal)
    sheet.brush(ink, color=sheet.ink, strength=0.9)
    rules = [
        [(left - 50, top - 24 + row * 176), (left + columns * 158, top - 24 + row * 176)]
        for row in range(rows + 1)
    ]
    sheet.lines(rules, color=sheet.seal, width=1.2, strength=0.45)


def _sign(sheet: Sheet, x: float, y: float, side: float) -> list[Stroke]:
    def jitter() -> float:
        return sheet.chance.uniform(-0.025, 0.025)

    return [
        Stroke(
            [(x + (u + jitter()) * side, y + (v + jitter()) * side) for u, v in line], 13, dry=0.3
        )
        for line in TALLY
    ]


def carved(sheet: Sheet) -> None:
    """A seal as wide as the sheet: lines that fold until they fill the stone."""
    columns, rows, cell = 16, 8, 86
    left, top = (WIDTH - columns * cell) / 2, (HEIGHT - rows * cell) / 2
    stone = _stone(sheet, left - 34, top - 34, WIDTH - left + 34, HEIGHT - top + 34)
    sheet.polygons([stone], color=sheet.seal)
    walls = _maze(sheet, columns, rows)
    cuts = [[(left + (u + 0.5) * cell, top + (v + 0.5) * cell) for u, v in wall] for wall in walls]
    sheet.lines(cuts, color=sheet.ground, width=30, strength=0.96)
    corners = [point for cut in cuts for point in cut]
    sheet.dots(corners, radius=15, color=sheet.ground, strength=0.96)


def _stone(sheet: Sheet, left: float, top: float, right: float, bottom: float) -> list[Point]:
    """A rectangle with edges cut by hand."""
    chance, points = sheet.chance, []
    corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    for (x0, y0), (x1, y1) in pairwise(corners):
        for step in range(24):
            part, deep = step / 24, 9 if chance.random() < 0.08 else 2.5
            points.append(
                (
                    x0 + (x1 - x0) * part + chance.uniform(-deep, deep),
                    y0 + (y1 - y0) * part + chance.uniform(-deep, deep),
                )
            )
    return points


def _maze(sheet: Sheet, columns: int, rows: int) -> list[list[Point]]:
    """Paths that meet every cell once, few of them joined: long folded lines, as in nine-fold script."""
    chance = sheet.chance
    free = {(column, row) for column in range(columns) for row in range(rows)}
    lines: list[list[Point]] = []
    while free:
        here = min(free, key=lambda cell: (cell[0] // 4, cell[1], cell[0]))
        free.discard(here)
        line, heading = [here], (0, 1)
        while len(line) < 13:
            ways = [(here[0] + dx, here[1] + dy) for dx, dy in ((0, 1), (1, 0), (-1, 0), (0, -1))]
            open_ways = [way for way in ways if way in free]
            if not open_ways:
                break
            straight = (here[0] + heading[0], here[1] + heading[1])
            turn = chance.random() < 0.45 or straight not in open_ways
            there = chance.choice(open_ways) if turn else straight
            heading, here = (there[0] - here[0], there[1] - here[1]), there
            free.discard(here)
            line.append(here)
        lines.append([(float(u), float(v)) for u, v in line])
    return [line for line in lines if len(line) > 1]
