"""Rules of the house for which no linter exists: long files, inline code, what must not leak."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tools import ROOT, tracked

MOST_LINES = 400
# A long file of tests is a list, and does no harm.
NOT_COUNTED = (
    "tests/*",
    "*.po",
    "requirements*.txt",
    "package-lock.json",
    "*/migrations/*",
    "*.svg",
)
TEXTS = ("*.py", "*.html", "*.txt", "*.js", "*.css", "*.md", "*.sh", "*.json", "*.toml", "*.yaml")

# What must not be in a tracked file: why, the files, a pattern
FORBIDDEN = [
    (
        "a path of one machine",
        [":!tools/house.py"],
        r"(?<![\w.])/(work|home/\w+|Users/\w+|root)/",
    ),
    (
        "the host of a registry",
        [":!tools/house.py", ":!README.md"],
        r"https?://[\w.-]*(pythonhosted\.org|pypi\.org/simple|registry\.(npmjs|yarnpkg)\.)",
    ),
    (
        "a secret",
        [":!tools/house.py"],
        r"[sr]k_live_\w{16}|AKIA[0-9A-Z]{16}|gh[pousr]_\w{36}|-----BEGIN [A-Z ]*PRIVATE KEY",
    ),
    (
        "a text that gettext does not find, inside an f-string",
        ["*.py", ":!tools/house.py"],
        r"""\bf["'].*\{(_|n?gettext)\(""",
    ),
    ("an inline style", ["*.html", ":!templates/mail/*"], r"\sstyle\s*=\s*[\"']|<style[\s>]"),
    (
        "an inline script",
        ["*.html"],
        r"<script(?![^>]*\ssrc=)(?![^>]*application/(ld\+)?json)[\s>]",
    ),
    ("a handler in an attribute", ["*.html"], r"\son[a-z]+\s*=\s*[\"']|javascript:"),
    (
        "a mark of unfinished work",
        ["*.py", "*.html", "*.js", "*.css", ":!tools/house.py"],
        r"\b(TODO|FIXME)\b",
    ),
]


def text_of(path: str) -> str:
    return Path(ROOT, path).read_text(errors="ignore")


def long_files() -> Iterator[str]:
    for path in tracked(*TEXTS, *(f":!{pattern}" for pattern in NOT_COUNTED)):
        if (lines := text_of(path).count("\n")) > MOST_LINES:
            yield f"{path}: {lines} lines, split it by noun (at most {MOST_LINES})"


def forbidden_texts() -> Iterator[str]:
    for why, files, pattern in FORBIDDEN:
        for path in tracked(*files):
            for number, line in enumerate(text_of(path).splitlines(), start=1):
                if re.search(pattern, line):
                    yield f"{path}:{number}: {why}: {line.strip()[:80]}"


def main() -> None:
    found = [*long_files(), *forbidden_texts()]
    print(*found, sep="\n")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
