"""Draw the app icons from the same strokes as static/img/seal.svg."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from PIL import Image, ImageDraw

SIDE = 64
RED, PAPER = "#b3281d", "#fdf8ee"
STROKE = 6.2
STONE = [
    (2.6, 3.4), (19, 2.2), (33, 2.9), (46.4, 2), (61.3, 3), (61.9, 18.5), (61.1, 31.5),
    (62, 47.3), (61.3, 61.3), (45.8, 62.2), (32.6, 61.6), (16.7, 62.3), (2.5, 61.3),
    (2.1, 46.7), (3, 31.5), (2.1, 17.6),
]  # fmt: skip
STROKES = [
    [(25.4, 9.5), (25.4, 54.5)],
    [(9.5, 24.4), (25.5, 24.4)],
    [(8.6, 44.6), (17.5, 44.6), (25.5, 41.5)],
    [(39, 9.5), (39, 51.7), (54.6, 51.7), (54.6, 42.3)],
    [(39, 28.8), (46.4, 28.8), (46.4, 19), (54.6, 19)],
]
SIZES = (180, 192, 512)


def svg() -> str:
    def path(points: list[tuple[float, float]]) -> str:
        return "M" + "L".join(f"{x} {y}" for x, y in points)

    strokes = "".join(path(points) for points in STROKES)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}">'
        f'<path fill="{RED}" d="{path(STONE)}Z"/>'
        f'<path fill="none" stroke="{PAPER}" stroke-width="{STROKE}" d="{strokes}"/></svg>\n'
    )


def png(size: int) -> Image.Image:
    """Full-bleed, as home screens cut their own corners; drawn four times as large, then shrunk."""
    scale = size * 4 / SIDE
    image = Image.new("RGB", (size * 4, size * 4), RED)
    draw = ImageDraw.Draw(image)
    for points in STROKES:
        scaled = [(x * scale, y * scale) for x, y in points]
        draw.line(scaled, fill=PAPER, width=round(STROKE * scale), joint="curve")
    return image.resize((size, size), Image.Resampling.LANCZOS)


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.BASE_DIR / "static" / "img"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "seal.svg").write_text(svg())
        for size in SIZES:
            png(size).save(folder / f"icon-{size}.png", optimize=True)
        self.stdout.write(f"Drew seal.svg and {len(SIZES)} icons.")
