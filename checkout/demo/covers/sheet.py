"""A sheet of paper, or of ink-stone at night, and what can be put on it: wash, brush, hairline."""

import math
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import pairwise
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1600, 900
FINE = 2  # brush and line are drawn this much larger, then reduced
COARSE = 4  # washes are soft: drawn this much smaller, then enlarged

Color = tuple[int, int, int]
Point = tuple[float, float]
Box = tuple[int, int, int, int]  # left, top, right, bottom

PAPER, NIGHT = (246, 241, 229), (21, 28, 31)
INK, PALE_INK = (32, 29, 26), (226, 218, 200)
CINNABAR, EMBER = (178, 42, 30), (212, 74, 54)


@cache
def _grain() -> Image.Image:
    """Coarse and fine noise around the middle gray: the tooth of the paper."""
    chance = Random("grain")  # noqa: S311  a drawing, no secret
    fine = Image.frombytes("L", (WIDTH, HEIGHT), chance.randbytes(WIDTH * HEIGHT))
    small = (WIDTH // 8, HEIGHT // 8)
    cloud = Image.frombytes("L", small, chance.randbytes(small[0] * small[1]))
    cloud = cloud.filter(ImageFilter.GaussianBlur(3)).resize(fine.size, Image.Resampling.BICUBIC)
    cloud = cloud.point([min(255, max(0, 128 + (v - 128) * 4)) for v in range(256)])
    both = Image.blend(fine.filter(ImageFilter.GaussianBlur(0.8)), cloud, 0.35)
    return both.point([128 + (v - 128) // 3 for v in range(256)])


@cache
def _ground(*, night: bool) -> Image.Image:
    """Lighter where a lamp stands, above the middle."""
    light = Image.radial_gradient("L").resize((WIDTH * 2, HEIGHT * 2), Image.Resampling.BICUBIC)
    light = light.crop((WIDTH // 2, HEIGHT * 5 // 8, WIDTH * 3 // 2, HEIGHT * 13 // 8))
    base = NIGHT if night else PAPER
    far = tuple(max(0, part - (8 if night else 16)) for part in base)
    ground = Image.new("RGB", (WIDTH, HEIGHT), base)
    ground.paste(far, mask=light)
    return ground


class Sheet:
    """`chance` decides all that is not decided; `ink` and `seal` are this ground's two colors."""

    def __init__(self, chance: Random, *, night: bool = False) -> None:
        self.chance = chance
        self.night = night
        self.ground: Color = NIGHT if night else PAPER
        self.ink: Color = PALE_INK if night else INK
        self.seal: Color = EMBER if night else CINNABAR
        self.image = _ground(night=night).copy()

    def finished(self) -> Image.Image:
        grain = _grain()
        if self.chance.random() < 0.5:
            grain = grain.transpose(Image.Transpose.ROTATE_180)
        return ImageChops.soft_light(self.image, Image.merge("RGB", [grain] * 3))

    def paint(self, color: Color, mask: Image.Image, strength: float = 1.0) -> None:
        if strength < 1:
            mask = mask.point([round(v * strength) for v in range(256)])
        self.image.paste(color, mask=mask)

    # Washes: soft, uneven, darker where the water dried

    def wash(self, shapes: Iterable[Sequence[Point]], *, color: Color, strength: float) -> None:
        """Fill polygons with thin ink."""
        mask = Image.new("L", (WIDTH // COARSE, HEIGHT // COARSE))
        draw = ImageDraw.Draw(mask)
        for shape in shapes:
            draw.polygon([(x / COARSE, y / COARSE) for x, y in shape], fill=255)
        self.paint(color, self.wet(mask), strength)

    def wet(self, mask: Image.Image) -> Image.Image:
        """Let a coarse mask bleed: its edge dries darker than its middle, unevenly."""
        soft = mask.filter(ImageFilter.GaussianBlur(1.6))
        inside = mask.filter(ImageFilter.GaussianBlur(9)).point([v * 5 // 12 for v in range(256)])
        dried = ImageChops.subtract(soft, inside)
        cloud = self.cloud(mask.size)
        return ImageChops.multiply(dried, cloud).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)

    def cloud(self, size: tuple[int, int]) -> Image.Image:
        """Between half and full: how much ink the paper took here and there."""
        small = (max(2, size[0] // 12), max(2, size[1] // 12))
        noise = Image.frombytes("L", small, self.chance.randbytes(small[0] * small[1]))
        noise = noise.filter(ImageFilter.GaussianBlur(1)).resize(size, Image.Resampling.BICUBIC)
        return noise.point([min(255, 130 + v * 3 // 4) for v in range(256)])

    def mist(self, top: float, bottom: float, *, strength: float = 1.0) -> None:
        """The ground shows through again between two heights, most in the middle."""
        column = Image.new("L", (1, HEIGHT))
        for y in range(HEIGHT):
            along = (y - top) / (bottom - top)
            value = math.sin(math.pi * along) ** 2 if 0 < along < 1 else 0.0
            column.putpixel((0, y), round(255 * value))
        mask = ImageChops.multiply(column.resize((WIDTH, HEIGHT)), self.cloud((WIDTH, HEIGHT)))
        self.paint(self.ground, mask, strength)

    def disc(
        self, x: float, y: float, radius: float, *, color: Color, strength: float = 1.0
    ) -> None:
        """A sun, a moon, a stone: round as a hand draws it."""
        turn, rough = self.chance.uniform(0, math.tau), radius * 0.012
        points = []
        for step in range(90):
            angle = math.tau * step / 90
            bump = math.sin(angle * 3 + turn) + math.sin(angle * 7 + turn * 2) * 0.5
            points.append(polar(x, y, radius + bump * rough, angle))
        self.polygons([points], color=color, strength=strength)

    # Brush and hairline

    def lines(
        self, paths: Iterable[Sequence[Point]], *, color: Color, width: float, strength: float = 1.0
    ) -> None:
        """Hairlines and carved lines: even, with soft joints."""
        paths = list(paths)
        size = max(1, round(width * FINE))
        box = _box(paths, width)

        def act(draw: ImageDraw.ImageDraw) -> None:
            for path in paths:
                draw.line(_fine(path, box), fill=255, width=size, joint="curve")

        self._paint_box(color, box, act, strength)

    def brush(self, strokes: Iterable["Stroke"], *, color: Color, strength: float = 1.0) -> None:
        strokes = list(strokes)
        box = _box([stroke.path for stroke in strokes], max(each.width for each in strokes))

        def act(draw: ImageDraw.ImageDraw) -> None:
            for stroke in strokes:
                stroke.draw(draw, self.chance, box)

        self._paint_box(color, box, act, strength)

    def polygons(
        self,
        shapes: Iterable[Sequence[Point]],
        *,
        color: Color,
        strength: float = 1.0,
        even: bool = False,
    ) -> None:
        """Sharp shapes in ink that lies unevenly, as a stamp leaves it, unless `even`."""
        shapes = list(shapes)
        box = _box(shapes, 2)

        def act(draw: ImageDraw.ImageDraw) -> None:
            for shape in shapes:
                draw.polygon(_fine(shape, box), fill=255)

        self._paint_box(color, box, act, strength, even=even)

    def _paint_box(
        self,
        color: Color,
        box: Box,
        act: Callable[[ImageDraw.ImageDraw], object],
        strength: float,
        *,
        even: bool = True,
    ) -> None:
        """Paint through a mask that `act` draws at twice the size; `box` bounds it."""
        size = (box[2] - box[0], box[3] - box[1])
        if min(size) <= 0:
            return
        mask = Image.new("L", (size[0] * FINE, size[1] * FINE))
        act(ImageDraw.Draw(mask))
        mask = mask.reduce(FINE)
        if not even:
            mask = ImageChops.multiply(mask, self.cloud(size))
        if strength < 1:
            mask = mask.point([round(v * strength) for v in range(256)])
        self.image.paste(color, box, mask)

    def dots(
        self, points: Iterable[Point], *, radius: float, color: Color, strength: float = 1.0
    ) -> None:
        rounds = [arc(x, y, radius, radius, 0, 1) for x, y in points]
        self.polygons(rounds, color=color, strength=strength, even=True)

    def stamp(self, x: float, y: float, side: float) -> None:
        """A small seal, slightly turned, with a maze of two lines cut out of it."""
        turn = self.chance.uniform(-0.05, 0.05)

        def placed(points: Sequence[Point]) -> list[Point]:
            cos, sin = math.cos(turn) * side, math.sin(turn) * side
            return [(x + u * cos - v * sin, y + u * sin + v * cos) for u, v in points]

        rim = [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]
        self.polygons([placed(rim)], color=self.seal)
        cuts = [
            [
                (0.32, -0.34),
                (0.06, -0.34),
                (0.06, -0.12),
                (0.32, -0.12),
                (0.32, 0.34),
                (0.06, 0.34),
            ],
            [(0.06, 0.1), (0.2, 0.1)],
            [(-0.32, -0.34), (-0.1, -0.34), (-0.1, 0.34), (-0.32, 0.34), (-0.32, -0.1)],
        ]
        self.lines(map(placed, cuts), color=self.ground, width=side * 0.075, strength=0.92)


class Stroke:
    """A brush drawn along `path`: many hairs, each with its own ink, which runs dry.

    `press` says how wide the brush is along its way (0 to 1 → 0 to 1); `dry` how soon paper
    shows between the hairs (0 wet, 1 very dry).
    """

    STEPS = 96  # at most

    def __init__(
        self,
        path: Sequence[Point],
        width: float,
        *,
        dry: float = 0.3,
        press: Callable[[float], float] = lambda along: min(1.0, 0.55 + along * 4, 1.6 - along),
    ) -> None:
        self.path = evenly(path, max(8, min(self.STEPS, round(length_of(path) / 7))))
        self.width, self.dry, self.press = width, dry, press

    def draw(self, draw: ImageDraw.ImageDraw, chance: Random, box: Box) -> None:
        """Into a mask that stands for `box` of the sheet."""
        path = [(x - box[0], y - box[1]) for x, y in self.path]
        sides = [_normal(self.path, index) for index in range(len(self.path))]
        hairs = max(7, round(self.width / 1.7))
        thick = max(2, round(self.width * FINE / hairs * 1.9))
        for hair in range(hairs):
            across = 2 * (hair + chance.uniform(0.2, 0.8)) / hairs - 1
            self._hair(draw, chance, path, sides, across, thick)

    def _hair(
        self,
        draw: ImageDraw.ImageDraw,
        chance: Random,
        path: list[Point],
        sides: list[Point],
        across: float,
        thick: int,
    ) -> None:
        """The outer hairs run dry first."""
        last = len(path) - 1
        ink = chance.gauss(1.25, 0.28) - 0.3 * abs(across) ** 3
        wave, speed = chance.uniform(0, math.tau), chance.uniform(5, 14)
        shade = chance.randint(190, 255)
        run: list[Point] = []
        for index, ((x, y), (nx, ny)) in enumerate(zip(path, sides, strict=True)):
            along = index / last
            left = ink - self.dry * (0.25 + 1.5 * along) + 0.16 * math.sin(wave + speed * along)
            if left < 0.42:
                _run(draw, run, shade, thick)
                run = []
                continue
            reach = across * self.width / 2 * self.press(along)
            run.append(((x + nx * reach) * FINE, (y + ny * reach) * FINE))
        _run(draw, run, shade, thick)


def _run(draw: ImageDraw.ImageDraw, run: list[Point], shade: int, thick: int) -> None:
    if len(run) > 1:
        draw.line(run, fill=shade, width=thick)


def _fine(path: Sequence[Point], box: Box) -> list[Point]:
    return [((x - box[0]) * FINE, (y - box[1]) * FINE) for x, y in path]


def _box(paths: Iterable[Sequence[Point]], margin: float) -> Box:
    """What of the sheet `paths` may touch."""
    xs, ys = zip(*(point for path in paths for point in path), strict=True)
    return (
        max(0, math.floor(min(xs) - margin)),
        max(0, math.floor(min(ys) - margin)),
        min(WIDTH, math.ceil(max(xs) + margin)),
        min(HEIGHT, math.ceil(max(ys) + margin)),
    )


def length_of(path: Sequence[Point]) -> float:
    return sum(math.dist(a, b) for a, b in pairwise(path))


def _normal(path: Sequence[Point], index: int) -> Point:
    (x0, y0), (x1, y1) = path[max(0, index - 1)], path[min(len(path) - 1, index + 1)]
    length = math.hypot(x1 - x0, y1 - y0) or 1.0
    return (y0 - y1) / length, (x1 - x0) / length


def evenly(path: Sequence[Point], steps: int) -> list[Point]:
    """`steps` points at the same distance along `path`."""
    lengths = [math.dist(a, b) for a, b in pairwise(path)]
    gap, points, done, leg = sum(lengths) / (steps - 1), [], 0.0, 0
    for step in range(steps):
        want = gap * step
        while leg < len(lengths) - 1 and done + lengths[leg] < want:
            done += lengths[leg]
            leg += 1
        part = min(1.0, (want - done) / (lengths[leg] or 1.0))
        (x0, y0), (x1, y1) = path[leg], path[leg + 1]
        points.append((x0 + (x1 - x0) * part, y0 + (y1 - y0) * part))
    return points


def polar(x: float, y: float, radius: float, angle: float) -> Point:
    return x + math.cos(angle) * radius, y + math.sin(angle) * radius


def arc(x: float, y: float, rx: float, ry: float, start: float, end: float) -> list[Point]:
    """An ellipse's arc; angles in turns, clockwise from the right."""
    steps = max(12, round(abs(end - start) * 90))
    angles = [math.tau * (start + (end - start) * step / steps) for step in range(steps + 1)]
    return [(x + math.cos(angle) * rx, y + math.sin(angle) * ry) for angle in angles]


def noise_line(chance: Random, steps: int, *, octaves: int = 5, rough: float = 0.5) -> list[float]:
    """A smooth random line of `steps` values, about −1 to 1."""
    waves = [
        (rough**octave, chance.uniform(0, math.tau), 2**octave * chance.uniform(0.8, 1.25))
        for octave in range(octaves)
    ]
    full = sum(size for size, _, _ in waves)
    return [
        sum(size * math.sin(turn + speed * math.tau * step / steps) for size, turn, speed in waves)
        / full
        for step in range(steps)
    ]
