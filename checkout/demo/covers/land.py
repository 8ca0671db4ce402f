"""Mountains, water, fields, the moon."""

import math

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from checkout.demo.covers.sheet import (
    HEIGHT,
    WIDTH,
    Point,
    Sheet,
    Stroke,
    arc,
    evenly,
    noise_line,
)  # fmt: skip

STEP = 8


def mountains(sheet: Sheet) -> None:
    """Ridges behind ridges; fine strokes hang from the nearest, as on a chart of hash rates."""
    chance = sheet.chance
    side = chance.choice([0.24, 0.3, 0.68, 0.74])
    sheet.disc(WIDTH * side, HEIGHT * 0.3, chance.uniform(78, 112), color=sheet.seal, strength=0.94)
    ridges = 5
    for number in range(ridges):
        near = number / (ridges - 1)
        ridge = _ridge(
            sheet, base=HEIGHT * (0.46 + 0.34 * near), height=HEIGHT * (0.2 + 0.06 * near)
        )
        _mountain(sheet, ridge, strength=0.16 + 0.62 * near**1.6)
        if number == ridges - 1:
            _chart(sheet, ridge)
    sheet.stamp(WIDTH * (1 - side), HEIGHT * 0.14, 46)


def _ridge(sheet: Sheet, *, base: float, height: float) -> list[Point]:
    line = noise_line(sheet.chance, WIDTH // STEP + 1, octaves=6, rough=0.52)
    return [
        (index * STEP, base - height * abs(value) ** 0.8 * math.copysign(1, value))
        for index, value in enumerate(line)
    ]


def _mountain(sheet: Sheet, ridge: list[Point], *, strength: float) -> None:
    """Dark along the ridge, gone in the mist below."""
    half = (WIDTH // 2, HEIGHT // 2)
    mask = Image.new("L", half)
    outline = [*ridge, (WIDTH, HEIGHT), (0, HEIGHT)]
    ImageDraw.Draw(mask).polygon([(x / 2, y / 2) for x, y in outline], fill=255)
    below = ImageChops.offset(mask, 0, 70)
    below.paste(0, (0, 0, half[0], 70))
    fading = ImageChops.subtract(mask, below.filter(ImageFilter.GaussianBlur(58)))
    fading = ImageChops.multiply(fading, sheet.cloud(half))
    sheet.paint(sheet.ink, fading.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC), strength)


def _chart(sheet: Sheet, ridge: list[Point]) -> None:
    bars = []
    for x, y in ridge[::2]:
        length = sheet.chance.uniform(18, 150) * (1 if sheet.chance.random() < 0.8 else 1.7)
        bars.append([(x, y + 10), (x, y + 10 + length)])
    sheet.lines(bars, color=sheet.ground, width=1.6, strength=0.5)


def waves(sheet: Sheet) -> None:
    """Scales of water; one of them carries the red."""
    chance = sheet.chance
    radius = chance.choice([92, 104, 118])
    top = HEIGHT * chance.uniform(0.34, 0.44)
    rows = math.ceil((HEIGHT - top) / (radius / 2)) + 2
    red = (chance.randint(5, 8), chance.randint(2, 5))
    swell = noise_line(chance, 64, octaves=3)
    sheet.disc(WIDTH * chance.uniform(0.2, 0.8), HEIGHT * 0.2, 62, color=sheet.ink, strength=0.16)
    for row in range(rows):
        y = top + row * radius / 2
        near = row / rows
        for column in range(-1, math.ceil(WIDTH / (2 * radius)) + 2):
            x = column * 2 * radius + (radius if row % 2 else 0) + chance.uniform(-2, 2)
            is_red = (row, column) == red
            tone = near * (0.7 + 0.5 * swell[(row * 5 + column * 3) % 64])
            _scale(sheet, x, y, radius, near=max(0.0, tone), is_red=is_red)
    sheet.mist(top - radius * 1.4, top + radius * 1.6, strength=0.9)
    sheet.mist(HEIGHT * 0.62, HEIGHT * 0.86, strength=0.55)


def _scale(sheet: Sheet, x: float, y: float, radius: float, *, near: float, is_red: bool) -> None:
    cover = arc(x, y, radius, radius, 0.5, 1.0)
    box = (int(x - radius - 4), int(y - radius - 4), int(x + radius + 4), int(y + 4))
    patch = Image.new("L", ((box[2] - box[0]) * 2, (box[3] - box[1]) * 2))
    draw = ImageDraw.Draw(patch)
    moved = [((px - box[0]) * 2, (py - box[1]) * 2) for px, py in cover]
    draw.polygon(moved, fill=255)
    tone = sheet.seal if is_red else sheet.ground
    sheet.image.paste(tone, box, patch.reduce(2))
    draw.rectangle((0, 0, *patch.size), fill=0)
    for ring in range(5):
        inner = radius * (1 - ring * 0.2)
        width = 5 if ring == 0 else 3
        line = [
            ((px - box[0]) * 2, (py - box[1]) * 2) for px, py in arc(x, y, inner, inner, 0.5, 1.0)
        ]
        draw.line(line, fill=round(255 * (0.35 + 0.6 * near)), width=width)
    sheet.image.paste(sheet.ground if is_red else sheet.ink, box, patch.reduce(2))


def terraces(sheet: Sheet) -> None:
    """Lines that flow around a hill, as fields do, or as what waits to be put in order."""
    chance = sheet.chance
    center_x, center_y = WIDTH * chance.uniform(0.3, 0.7), HEIGHT * chance.uniform(0.45, 0.6)
    lift = chance.uniform(330, 420)
    drift = noise_line(chance, WIDTH // STEP + 1, octaves=3)
    fine: list[list[Point]] = []
    bold: list[list[Point]] = []
    count = 46
    for number in range(count):
        y = HEIGHT * (number + 0.5) / count
        line = []
        for index, wobble in enumerate(drift):
            x = float(index * STEP)
            away = ((x - center_x) / 420) ** 2 + ((y - center_y) / 240) ** 2
            push = lift * math.exp(-away) * (y - center_y + 20) / 210
            line.append((x, y + push + wobble * 26 * math.sin(number / 6)))
        (bold if number % 6 == 0 else fine).append(line)
    sheet.lines(fine, color=sheet.ink, width=1.4, strength=0.5)
    sheet.brush((Stroke(line, 9, dry=0.55) for line in bold), color=sheet.ink, strength=0.75)
    sheet.disc(center_x, center_y + 8, 44, color=sheet.seal)


def moon(sheet: Sheet) -> None:
    """A large moon over still water; its light lies in pieces."""
    chance = sheet.chance
    x, y, radius = WIDTH * chance.uniform(0.34, 0.66), HEIGHT * 0.38, chance.uniform(180, 220)
    sheet.disc(x, y, radius, color=sheet.seal, strength=0.95)
    horizon = HEIGHT * 0.66
    far = _ridge(sheet, base=horizon - 20, height=70)
    _mountain(sheet, far, strength=0.5)
    sheet.image.paste(sheet.ground, (0, int(horizon), WIDTH, HEIGHT))
    strokes, lights = [], []
    for number in range(46):
        depth = number / 46
        line_y = horizon + 6 + depth**1.5 * (HEIGHT - horizon)
        length = chance.uniform(60, 300) * (0.5 + depth)
        start = chance.uniform(-100, WIDTH)
        strokes.append(Stroke([(start, line_y), (start + length, line_y)], 3 + 7 * depth, dry=0.6))
        if number % 2 == 0:
            spread = radius * (0.9 - 0.5 * depth) * chance.uniform(0.5, 1)
            at = x + chance.uniform(-30, 30)
            lights.append(
                Stroke(
                    [(at - spread, line_y + 4), (at + spread, line_y + 4)], 4 + 8 * depth, dry=0.4
                )
            )
    sheet.brush(strokes, color=sheet.ink, strength=0.5)
    sheet.brush(lights, color=sheet.seal, strength=0.8)
    boat = evenly(
        [
            (x + 330, horizon + 70),
            (x + 372, horizon + 84),
            (x + 430, horizon + 84),
            (x + 480, horizon + 66),
        ],
        40,
    )
    sheet.brush([Stroke(boat, 13, dry=0.1)], color=sheet.ink)
