"""The catalogues of translations.

python -m tools.messages compile   write .mo files where a .po is newer (needs no gettext)
python -m tools.messages update    collect the messages of code, templates and scripts (gettext)
python -m tools.messages check     find what is missing, fuzzy, empty or has other placeholders
"""

import argparse
import io
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tools import ROOT, STRICT, tracked

LOCALE = ROOT / "locale"
LANGUAGES = ["zh_Hans"]  # the messages themselves are English
DOMAINS = {"django": ["html", "txt", "py"], "djangojs": ["js"]}
SOURCES = [
    "*.py",
    "*.html",
    "*.txt",
    "*.js",
    ":!requirements*.txt",
    ":!tests",
    ":!tools",
    ":!bench",
]
# %(name)s, %s, {name} and {0}; a literal %% is none
PLACEHOLDER = re.compile(r"%%|%\(\w+\)[a-z]|%[sd]|\{\w*\}")


def read(file: Path) -> Catalog:
    """The catalogue in `file`, empty when there is none; a fresh .pot leaves the plurals open."""
    if not file.exists():
        return Catalog()
    text = file.read_text(encoding="utf-8")
    text = text.replace("nplurals=INTEGER; plural=EXPRESSION", "nplurals=2; plural=(n != 1)")
    return read_po(io.StringIO(text), ignore_obsolete=True)


def compile_all() -> None:
    for po in LOCALE.glob("*/LC_MESSAGES/*.po"):
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
            with mo.open("wb") as file:
                write_mo(file, read(po))


def makemessages(folder: Path, domain: str, *options: str) -> None:
    extensions = [f"--extension={name}" for name in DOMAINS[domain]]
    ignored = [f"--ignore={name}" for name in ("node_modules/*", "static/vendor/*", ".venv/*")]
    command = [sys.executable, "-m", "django", "makemessages", f"--domain={domain}", "--no-wrap"]
    options = (*options, "--add-location=file", "--verbosity=0")
    subprocess.run([*command, *extensions, *ignored, *options], cwd=folder, check=True)


def update_all() -> None:
    LOCALE.mkdir(exist_ok=True)
    for domain in DOMAINS:
        languages = [f"--locale={language}" for language in LANGUAGES]
        makemessages(ROOT, domain, *languages, "--no-obsolete", "--ignore=tests/*")


def templates_of_today() -> dict[str, Catalog]:
    """What the tracked files ask for now, by domain; collected in a copy of them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "locale").mkdir()
        for path in tracked(*SOURCES):
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, target)
        for domain in DOMAINS:
            makemessages(folder, domain, "--keep-pot", "--locale=xx")
        pots = {domain: folder / "locale" / f"{domain}.pot" for domain in DOMAINS}
        return {domain: read(pot) for domain, pot in pots.items() if pot.exists()}


def placeholders(text: str) -> set[str]:
    return {found for found in PLACEHOLDER.findall(text) if found != "%%"}


def texts(value: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [""])


def faults_of(message: Message) -> Iterator[str]:
    asked, given = texts(message.id), texts(message.string)
    if message.fuzzy:
        yield "fuzzy"
    if not all(given):
        yield "not translated"
    elif any(placeholders(text) != placeholders(asked[-1]) for text in given):
        yield "other placeholders than the original"


def faults(po: Catalog, pot: Catalog) -> Iterator[str]:
    for wanted in pot:
        if wanted.id and po.get(wanted.id, wanted.context) is None:
            yield f"missing: {texts(wanted.id)[0]!r}"
    for message in po:
        if not message.id:
            continue
        if pot.get(message.id, message.context) is None:
            yield f"no longer used: {texts(message.id)[0]!r}"
        for fault in faults_of(message):
            yield f"{fault}: {texts(message.id)[0]!r}"


def check_all() -> None:
    if not shutil.which("xgettext"):
        print("TRANSLATIONS NOT CHECKED: GNU gettext is missing (apt install gettext)")
        sys.exit(1 if STRICT else 0)
    found = [
        f"{language} {domain}: {fault}"
        for domain, pot in templates_of_today().items()
        for language in LANGUAGES
        for fault in faults(read(LOCALE / language / f"LC_MESSAGES/{domain}.po"), pot)
    ]
    print(*found, sep="\n")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="The catalogues of translations.")
    verbs = {"compile": compile_all, "update": update_all, "check": check_all}
    parser.add_argument("verb", choices=verbs)
    verbs[parser.parse_args().verb]()
