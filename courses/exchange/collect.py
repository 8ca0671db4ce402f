"""What all readers share: texts by their path, links between them, files that they use."""

import hashlib
import posixpath
import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.markdown import MAX_BYTES
from courses.exchange import links
from courses.exchange.markup import map_links
from courses.exchange.names import bare_name
from courses.exchange.parsed import (
    MAX_LESSONS,
    MAX_SKIPPED,
    Body,
    CourseUnreadable,
    ParsedFile,
    ParsedLesson,
    Skipped,
)
from courses.exchange.sources import Source

KEY_LENGTH = 100
SLUG_LENGTH = 60

_plain_key = re.compile(r"[\w.@:+/-]+", re.ASCII)
_has_scheme = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:|//|#)")
# What files.clean_name takes out of a name, and what it makes of captions: links must fit
_unfit = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*#%]+')
_captions = re.compile(r"\.srt$", re.IGNORECASE)


def key_of(path: str) -> str:
    """A stable key: the path itself where short and plain, else a hash of it."""
    if 0 < len(path) < KEY_LENGTH and _plain_key.fullmatch(path):
        return path
    return f"sha256:{hashlib.sha256(path.encode()).hexdigest()[:32]}"


def slug_of(name: str) -> str:
    """Of a file's or folder's name; empty when nothing in it is fit for an address."""
    return slugify(bare_name(name))[:SLUG_LENGTH].strip("-")


def check_length(text: str, *, place: str) -> None:
    """Raises CourseUnreadable for a text that no lesson may have."""
    if len(text.encode()) > MAX_BYTES:
        reason = _("The text has more than %d KB; divide it into several lessons.")
        raise CourseUnreadable(reason % (MAX_BYTES // 1024), place=place)


@dataclass
class Draft:
    """A lesson while it is read: its texts with the path that their links start from."""

    key: str
    slug: str
    titles: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    bases: dict[str, str] = field(default_factory=dict)
    settings: dict[str, object] = field(default_factory=dict)

    def add(self, language: str, *, title: str, text: str, base: str) -> None:
        self.titles[language] = title
        self.texts[language] = text
        self.bases[language] = base


class Collector:
    """One for each source. Readers `add` lessons first; `lesson` then resolves what they link."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.skipped: list[Skipped] = list(source.skipped)
        self.used: set[str] = set()
        self._places = {path.casefold(): path for path in source.files}
        self._lessons: dict[str, str] = {}
        self._drafts: dict[str, Draft] = {}

    def skip(self, place: str, reason: str) -> None:
        if len(self.skipped) == MAX_SKIPPED:
            raise CourseUnreadable(
                _("There is something wrong in more than %d places.") % MAX_SKIPPED
            )
        self.skipped.append(Skipped(place, reason))

    def text(self, path: str) -> str:
        self.used.add(path)
        return self.source.text(path)

    def draft(self, key: str, name: str, place: str) -> Draft:
        """The lesson of that key, new or known; its address is made of `name`."""
        if key not in self._drafts and len(self._drafts) == MAX_LESSONS:
            raise CourseUnreadable(_("There are more than %d lessons.") % MAX_LESSONS, place=place)
        return self._drafts.setdefault(key, Draft(key, slug_of(name)))

    def lead(self, path: str, key: str) -> None:
        """Links to this path (a text, or the folder whose text it is) lead to that lesson."""
        self._lessons[path.casefold()] = key

    def also_below(self, folder: str) -> None:
        """Links from the root may leave out this folder."""
        for path in self.source.files:
            if path.startswith(folder):
                self._places.setdefault(path.removeprefix(folder).casefold(), path)

    def lesson(self, draft: Draft) -> ParsedLesson:
        attached: dict[str, str] = {}
        bodies = {
            language: Body(draft.titles[language], self._resolved(draft, language, attached))
            for language in sorted(draft.texts)
        }
        files = tuple(ParsedFile(name, path) for name, path in attached.items())
        return ParsedLesson(draft.key, draft.slug, bodies, files, draft.settings)

    def description(self, text: str, base: str) -> str:
        """A text for the course's own page, which leads to lessons but has no files."""

        def change(destination: str, _is_image: bool) -> str | None:
            if not destination or _has_scheme.match(destination):
                return None
            key = self._lessons.get(self.find(base, destination).casefold())
            if key is None:
                self.skip(base, _("the course's page cannot lead to “%s”") % destination[:200])
                return None
            return links.to_lesson(key, destination)

        return map_links(text, change)

    def report_unused(self) -> None:
        for path in self.source.files:
            if path not in self.used:
                self.skip(path, _("no lesson shows it or links to it"))

    def find(self, base: str, destination: str) -> str:
        """The place in the source that a link from `base` means, else empty.

        Names differ in case only on some systems; such a link is taken as it was meant.
        """
        address = unquote(destination.partition("#")[0].partition("?")[0])
        start = "" if address.startswith("/") else posixpath.dirname(base)
        path = posixpath.normpath(posixpath.join(start, address.lstrip("/")))
        return "" if path.startswith("..") else path.removeprefix("./")

    def _resolved(self, draft: Draft, language: str, attached: dict[str, str]) -> str:
        base = draft.bases[language]

        def change(destination: str, is_image: bool) -> str | None:
            if not destination or _has_scheme.match(destination):
                return None
            wanted = self.find(base, destination)
            key = self._lessons.get(wanted.casefold())
            if key is not None and not is_image:
                return links.to_lesson(key, destination)
            path = self._places.get(wanted.casefold())
            if path is None:
                self.skip(base, _("it leads to “%s”, which is not there") % destination[:200])
                return None
            return links.to_file(attach(attached, path))

        text = map_links(draft.texts[language], change)
        check_length(text, place=base)
        self.used.update(attached.values())
        return text


def attach(attached: dict[str, str], path: str) -> str:
    """The name under which a lesson has the file: its own, numbered when another has it."""
    known = next((name for name, other in attached.items() if other == path), None)
    if known:
        return known
    fit = _unfit.sub("-", posixpath.basename(path)).strip(" .-") or "file"
    stem, extension = posixpath.splitext(_captions.sub(".vtt", fit))
    stem, extension = stem[:120], extension[:20]
    name, number = stem + extension, 2
    taken = {name.casefold() for name in attached}
    while name.casefold() in taken:
        name, number = f"{stem}-{number}{extension}", number + 1
    attached[name] = path
    return name
