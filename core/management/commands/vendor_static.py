"""Copy the few files that pages serve from node_modules into static/vendor/."""

import filecmp
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

SANS = "@fontsource-variable/source-sans-3/files/source-sans-3"
SERIF = "@fontsource-variable/source-serif-4/files/source-serif-4"
PDF_FONT = "@expo-google-fonts/noto-sans-sc"

FILES = {
    "fonts/sans-latin.woff2": f"{SANS}-latin-wght-normal.woff2",
    "fonts/sans-latin-ext.woff2": f"{SANS}-latin-ext-wght-normal.woff2",
    "fonts/sans-latin-italic.woff2": f"{SANS}-latin-wght-italic.woff2",
    "fonts/serif-latin.woff2": f"{SERIF}-latin-opsz-normal.woff2",
    "fonts/serif-latin-ext.woff2": f"{SERIF}-latin-ext-opsz-normal.woff2",
    "fonts/SOURCE-SANS-LICENSE": "@fontsource-variable/source-sans-3/LICENSE",
    "fonts/SOURCE-SERIF-LICENSE": "@fontsource-variable/source-serif-4/LICENSE",
    "pdf/NotoSansSC-Regular.ttf": f"{PDF_FONT}/400Regular/NotoSansSC_400Regular.ttf",
    "pdf/NotoSansSC-Bold.ttf": f"{PDF_FONT}/700Bold/NotoSansSC_700Bold.ttf",
    "pdf/NOTO-LICENSE": f"{PDF_FONT}/LICENSE_FONT",
    "zxing/share.js": "zxing-wasm/dist/es/share.js",
    "zxing/reader/index.js": "zxing-wasm/dist/es/reader/index.js",
    "zxing/reader/zxing_reader.wasm": "zxing-wasm/dist/reader/zxing_reader.wasm",
}

LATIN = (
    "U+0000-00B6, U+00B8-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, "
    "U+2002-200B, U+2010-2013, U+2020-2022, U+2032-2033, U+2039-203A, U+2044, U+2070-209C, "
    "U+20AC, U+2122, U+2190-2193, U+2212, U+2215"
)
SHARED_PUNCTUATION = "U+00B7, U+2014-2015, U+2018-201F, U+2026"
LATIN_EXT = "U+0100-0130, U+0132-0151, U+0154-02BA, U+02BD-02C5, U+1E00-1E9F, U+1EF2-1EFF"

FACE = """@font-face {{
  font-family: "{family}";
  font-style: {style};
  font-weight: 200 900;
  font-display: swap;
  src: url("{file}") format("woff2");
  unicode-range: {range};
}}
"""


def font_faces() -> str:
    """Each family twice: the one named "zh" leaves the punctuation that Latin and Chinese
    share (quotation marks, dash, ellipsis, middle dot) to the Chinese font."""
    faces = []
    for family, file in (("Source Sans 3", "sans"), ("Source Serif 4", "serif")):
        for suffix, latin in (("", f"{LATIN}, {SHARED_PUNCTUATION}"), (" zh", LATIN)):
            name = family + suffix
            cuts = [(f"{file}-latin", "normal", latin), (f"{file}-latin-ext", "normal", LATIN_EXT)]
            if f"fonts/{file}-latin-italic.woff2" in FILES:
                cuts.append((f"{file}-latin-italic", "italic", latin))
            faces += [
                FACE.format(family=name, style=style, file=f"{cut}.woff2", range=points)
                for cut, style, points in cuts
            ]
    return "\n".join(faces)


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        source, target = settings.BASE_DIR / "node_modules", settings.BASE_DIR / "static" / "vendor"
        if not source.is_dir():
            raise CommandError("There is no node_modules folder: run `npm ci` first.")
        copied = sum(copy_if_changed(source / old, target / new) for new, old in FILES.items())
        faces = target / "fonts" / "fonts.css"
        if not faces.is_file() or faces.read_text() != font_faces():
            faces.write_text(font_faces())
            copied += 1
        self.stdout.write(f"static/vendor: {copied} of {len(FILES) + 1} files renewed.")


def copy_if_changed(source: Path, target: Path) -> bool:
    if not source.is_file():
        raise CommandError(f"{source.name} is missing: run `npm ci` again.")
    if target.is_file() and filecmp.cmp(source, target):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)
    return True
