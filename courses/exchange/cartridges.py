"""A Common Cartridge 1.1 to 1.3 (.imscc), as Canvas, Moodle and Sakai export courses.

Pages, files and links to the web become lessons in the manifest's order; quizzes, discussions
and external tools are reported and stay out.
"""

import posixpath
import re

from django.utils.translation import gettext as _, override

from courses.exchange.collect import Collector, Draft, key_of
from courses.exchange.html_markup import MAX_BYTES, title_and_markdown
from courses.exchange.links import to_file
from courses.exchange.manifests import Item, Resource, read_manifest, web_link
from courses.exchange.markup import take_title
from courses.exchange.names import language_code, title_of_name
from courses.exchange.parsed import (
    CourseUnreadable,
    ParsedCourse,
    ParsedModule,
    language_of,
)
from courses.exchange.sources import Source

MANIFEST = "imsmanifest.xml"
FILES = "web_resources/"

_web_address = re.compile(r"https?://[^\s<>]+", re.IGNORECASE)
_base_of_files = re.compile(r"(?:\$|%24)IMS-CC-FILEBASE(?:\$|%24)/?", re.IGNORECASE)
_base_of_pages = re.compile(
    r"(?:\$|%24)WIKI_REFERENCE(?:\$|%24)/(?:pages|wiki)/([\w%.-]+)", re.IGNORECASE
)


def is_cartridge(source: Source) -> bool:
    return MANIFEST in source.files


def read_cartridge(source: Source) -> ParsedCourse:
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: Source) -> None:
        self.collector = Collector(source)
        self.collector.used.add(MANIFEST)
        self.collector.also_below(FILES)
        self.source = source
        self.manifest = read_manifest(source, MANIFEST)
        if "cartridge" not in self.manifest.schema.casefold():
            reason = _("This is no Common Cartridge, but “%s”.") % (self.manifest.schema or "?")
            raise CourseUnreadable(reason, place=MANIFEST)
        if not self.manifest.has_known_version:
            reason = _("version “%s” is not 1.1, 1.2 or 1.3; read as far as it is like them")
            self.collector.skip(MANIFEST, reason % self.manifest.version)
        # (key of the lesson, its title, path, text), before the course's language is known
        self.found: dict[str, tuple[str, str, str]] = {}

    def read(self) -> ParsedCourse:
        parts = list(self._parts())
        if not self.found:
            raise CourseUnreadable(
                _("There is no page, file or link in it."), skipped=self.collector.skipped
            )
        language = language_code(self.manifest.language.partition("-")[0]) or language_of(
            "\n".join(text for _title, _path, text in self.found.values())
        )
        drafts = {key: self._draft(key, language) for key in self.found}
        modules = tuple(
            ParsedModule(
                key,
                {language: title or _untitled(key, language)},
                tuple(self.collector.lesson(drafts[lesson]) for lesson in lessons),
            )
            for key, title, lessons in parts
        )
        self.collector.report_unused()
        title = self.manifest.title or title_of_name(self.source.name)
        return ParsedCourse(
            kind="cartridge",
            key=key_of(self.manifest.key),
            texts={
                "title": {language: title},
                "description": {language: self.manifest.description},
            },
            modules=modules,
            skipped=tuple(self.collector.skipped),
        )

    def _parts(self) -> list[tuple[str, str, list[str]]]:
        """(key, title, keys of lessons) of each module; what lies outside of any is one, too."""
        parts: list[tuple[str, str, list[str]]] = []
        loose = [item for item in self.manifest.items if not item.items]
        for item in self.manifest.items:
            if item.items:
                parts.append((key_of(item.key), item.title, self._lessons(list(item.leaves()))))
            elif item is loose[0]:
                parts.append(("loose", "", self._lessons(loose)))
        parts.append(("others", "", self._unlisted()))
        return [part for part in parts if part[2]]

    def _lessons(self, items: list[Item]) -> list[str]:
        return [key for item in items if (key := self._of_item(item))]

    def _of_item(self, item: Item) -> str:
        """The key of the lesson that the item becomes; empty if it becomes none."""
        place = f"{MANIFEST}, “{(item.title or item.key)[:80]}”"
        resource = self.manifest.resources.get(item.resource)
        if resource is None:
            if item.resource or not item.items:
                self.collector.skip(place, _("it leads to nothing in the cartridge"))
            return ""
        if key_of(resource.key) in self.found:
            self.collector.skip(place, _("it stands in the course twice; the first is kept"))
            return ""
        return self._of_resource(resource, item.title, place)

    def _unlisted(self) -> list[str]:
        """Pages that stand in no module, and what else would be lost without a word."""
        keys = []
        for resource in self.manifest.resources.values():
            if key_of(resource.key) in self.found:
                continue
            place = resource.href or f"{MANIFEST}, {resource.key}"
            is_material = resource.kind == "webcontent" and not _is_page(resource.href)
            if not is_material and (key := self._of_resource(resource, "", place)):
                keys.append(key)
        return keys

    def _of_resource(self, resource: Resource, title: str, place: str) -> str:
        reason = _left_out(resource.kind) or self._too_long(resource.href)
        if not reason and resource.href not in self.source.files:
            reason = _("its file is not there: %s") % resource.href[:200]
        if reason:
            self.collector.skip(place, reason)
            self.collector.used.update((resource.href, *resource.files))
            return ""
        key = key_of(resource.key)
        self.collector.used.add(resource.href)
        if resource.kind.startswith("imswl"):
            return self._keep_link(key, resource.href, title)
        if _is_page(resource.href):
            self.collector.lead(resource.href, key)
            self._keep_page(key, resource.href, title)
        else:
            name = posixpath.basename(resource.href)
            self.found[key] = title or name, resource.href, f"[{name}]({to_file(name)})\n"
        return key

    def _too_long(self, path: str) -> str:
        if _is_page(path) and self.source.files.get(path, 0) > MAX_BYTES:
            return _("the page is longer than %d KB") % (MAX_BYTES // 1024)
        return ""

    def _keep_page(self, key: str, path: str, title: str) -> None:
        html = _base_of_files.sub("/", self.collector.text(path))
        html = _base_of_pages.sub(r"/wiki_content/\1.html", html)
        own_title, text = title_and_markdown(html, place=path)
        heading, rest = take_title(text)
        title = title or own_title or heading or title_of_name(path.rpartition(".")[0])
        self.found[key] = title, path, rest if heading == title else text

    def _keep_link(self, key: str, path: str, title: str) -> str:
        own_title, address = web_link(self.source, path)
        if not _web_address.fullmatch(address):
            self.collector.skip(path, _("“%s” is not a web address") % address[:200])
            return ""
        title = title or own_title or address
        label = re.sub(r"[\[\]\\]", " ", title)
        self.found[key] = title, path, f"[{label}](<{address}>)\n"
        return key

    def _draft(self, key: str, language: str) -> Draft:
        title, path, text = self.found[key]
        draft = self.collector.draft(key, title, path)
        draft.add(language, title=title, text=text, base=path)
        return draft


def _is_page(path: str) -> bool:
    return path.casefold().endswith((".html", ".htm", ".xhtml"))


def _left_out(kind: str) -> str:
    """Why a resource of this kind does not become a lesson; empty if it does."""
    if kind == "webcontent" or kind.startswith("imswl"):
        return ""
    if kind.startswith("imsdt"):
        return _("a discussion is not read")
    if "imsqti" in kind:
        return _("a quiz or a bank of questions is not read")
    if kind.startswith("imsbasiclti"):
        return _("an external tool (LTI) is not read")
    if kind.startswith("assignment"):
        return _("an assignment is not read")
    if kind.startswith("associatedcontent"):
        return _("what a program keeps for itself is not read")
    return _("a resource of the kind “%s” is not read") % kind[:80]


def _untitled(key: str, language: str) -> str:
    with override(language):
        return _("More pages") if key == "others" else _("Lessons")
