"""Bamboo, plum branches, the rings of a tree: blocks, hashes, years."""

import math

from checkout.demo.covers.sheet import HEIGHT, WIDTH, Point, Sheet, Stroke, noise_line, polar

Twig = tuple[list[Point], float]  # its way and its width


def bamboo(sheet: Sheet) -> None:
    """Each stalk is a chain of blocks; one block is new."""
    chance = sheet.chance
    stalks = sorted(chance.uniform(0.06, 0.94) for _ in range(8))
    for number, place in enumerate(stalks):
        near = chance.choice([0.16, 0.3, 0.55, 0.95])
        _stalk(sheet, WIDTH * place, near=near, is_red=number == len(stalks) // 2)
    leaves = []
    for _ in range(9):
        x, y = WIDTH * chance.choice(stalks), HEIGHT * chance.uniform(0.05, 0.75)
        leaves += [_leaf(sheet, x, y) for _ in range(chance.randint(2, 4))]
    sheet.brush(leaves, color=sheet.ink, strength=0.85)


def _stalk(sheet: Sheet, x: float, *, near: float, is_red: bool) -> None:
    chance, y = sheet.chance, float(HEIGHT + 30)
    lean, width = chance.uniform(-0.06, 0.06), 14 + 26 * near
    segments, joints = [], []
    while y > -60:
        length = chance.uniform(130, 210) * (0.6 + 0.5 * near)
        top = (x + lean * length, y - length + 9)
        segments.append(Stroke([(x, y), top], width, dry=0.55, press=_waist))
        joints.append([(x - width / 2 + lean * 4, y + 4), (x + width / 2 + lean * 4, y + 2)])
        x, y = top[0], y - length
    red = segments.pop(len(segments) // 2) if is_red else None
    strength = 1 if is_red else near
    sheet.brush(segments, color=sheet.ink, strength=max(0.14, strength * 0.8))
    sheet.brush((Stroke(joint, 5, dry=0.1) for joint in joints), color=sheet.ink, strength=strength)
    if red:
        sheet.brush([red], color=sheet.seal)


def _waist(along: float) -> float:
    """A segment is widest at its ends."""
    return 0.88 + 0.5 * (along - 0.5) ** 2


def _leaf(sheet: Sheet, x: float, y: float) -> Stroke:
    angle, length = sheet.chance.uniform(0.15, 0.85) * math.pi, sheet.chance.uniform(110, 200)
    tip = polar(x, y, length, angle)
    belly = polar(x, y, length * 0.5, angle + 0.09)
    return Stroke(
        [(x, y), belly, tip],
        24,
        dry=0.12,
        press=lambda along: math.sin(math.pi * min(1, along * 0.93 + 0.05)) ** 0.8,
    )


def plum(sheet: Sheet) -> None:
    """A branch that splits in two, again and again, with a blossom on every leaf: a hash tree."""
    chance = sheet.chance
    side = chance.choice([-1, 1])  # the way it grows
    root = (WIDTH * (0.5 - 0.54 * side), HEIGHT * chance.uniform(0.8, 0.9))
    twigs: list[Twig] = []
    tips: list[Point] = []
    heading = math.pi * (-0.12 if side > 0 else -0.88)
    _grow(sheet, root, heading, 430, 44, twigs, tips)
    for low, high, strength in ((0, 7, 0.6), (7, 22, 0.8), (22, 99, 0.94)):
        strokes = [Stroke(path, width, dry=0.36) for path, width in twigs if low <= width < high]
        sheet.brush(strokes, color=sheet.ink, strength=strength)
    for x, y in tips:
        if chance.random() < 0.8:
            _blossom(sheet, x, y, chance.uniform(9, 17))
    sheet.stamp(WIDTH * (0.5 + 0.41 * side), HEIGHT * 0.85, 52)


def _grow(
    sheet: Sheet,
    start: Point,
    angle: float,
    length: float,
    width: float,
    twigs: list[Twig],
    tips: list[Point],
) -> None:
    """The old wood goes on, a young shoot leaves it to the sky or to the ground."""
    chance = sheet.chance
    middle = polar(*start, length * chance.uniform(0.4, 0.6), angle + chance.uniform(-0.22, 0.22))
    end = polar(*start, length, angle)
    twigs.append(([start, middle, end], width))
    if width < 5:
        tips.append(end)
        return
    turn = chance.choice([-1, 1]) * chance.uniform(0.1, 0.32)
    _grow(sheet, end, angle + turn, length * chance.uniform(0.66, 0.8), width * 0.66, twigs, tips)
    shoot = angle - math.copysign(chance.uniform(0.5, 0.95), turn)
    _grow(sheet, end, shoot, length * chance.uniform(0.45, 0.66), width * 0.48, twigs, tips)


def _blossom(sheet: Sheet, x: float, y: float, size: float) -> None:
    turn = sheet.chance.uniform(0, 1)
    petals = [polar(x, y, size, math.tau * (petal / 5 + turn)) for petal in range(5)]
    sheet.dots(petals, radius=size * 0.74, color=sheet.seal, strength=sheet.chance.uniform(0.6, 1))
    sheet.dots([(x, y)], radius=size * 0.2, color=sheet.ground)


def rings(sheet: Sheet) -> None:
    """A tree keeps every year, and nobody can add one in between."""
    chance = sheet.chance
    x, y = WIDTH * chance.uniform(0.36, 0.64), HEIGHT * chance.uniform(0.44, 0.56)
    shape = noise_line(chance, 180, octaves=4, rough=0.55)
    shape = [value * (1 - step / 180) + shape[0] * step / 180 for step, value in enumerate(shape)]
    fine: list[list[Point]] = []
    bold: list[list[Point]] = []
    radius, number = 16.0, 0
    red_at = chance.randint(12, 18)
    while radius < 760:
        loop = _ring(sheet, x, y, radius, shape)
        if number == red_at:
            sheet.brush([Stroke(loop, 15, dry=0.25, press=lambda _along: 1.0)], color=sheet.seal)
        else:
            (bold if number % 5 == 0 else fine).append(loop)
        radius += chance.uniform(9, 26)
        number += 1
    sheet.lines(fine, color=sheet.ink, width=1.7, strength=0.62)
    sheet.brush(
        (Stroke(loop, 6, dry=0.5, press=lambda _along: 1.0) for loop in bold),
        color=sheet.ink,
        strength=0.85,
    )
    split = [(x, y), polar(x, y, 250, 0.6), polar(x, y, 800, 0.66)]
    sheet.brush([Stroke(split, 9, dry=0.35)], color=sheet.ink, strength=0.8)


def _ring(sheet: Sheet, x: float, y: float, radius: float, shape: list[float]) -> list[Point]:
    own = noise_line(sheet.chance, len(shape) + 1, octaves=3)
    loop = []
    for step in range(len(shape) + 1):
        bump = shape[step % len(shape)]
        closing = own[step] * (1 - step / len(shape)) + own[0] * step / len(shape)
        reach = radius * (1 + 0.09 * bump) + closing * 3
        loop.append(polar(x, y, reach, math.tau * step / len(shape)))
    return [(px, y + (py - y) * 0.9) for px, py in loop]
