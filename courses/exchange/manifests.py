"""What an imsmanifest.xml says: titles, an order, and which resource is of which kind."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree as SafeTree
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _

from courses.exchange.parsed import CourseUnreadable
from courses.exchange.sources import Source

MAX_ELEMENTS = 100_000
MAX_LEVELS = 60

_known_version = re.compile(r"1\.[123](?:\.|$)")


def load_xml(source: Source, path: str) -> Element:
    """Without a document type, so without entities of any kind. Raises CourseUnreadable."""
    try:
        root = SafeTree.fromstring(source.read(path), forbid_dtd=True)
    except DefusedXmlException:
        reason = _("The XML declares a document type or entities, which are not read.")
        raise CourseUnreadable(reason, place=path) from None
    except (ParseError, ValueError, LookupError) as error:
        raise CourseUnreadable(_("This is not valid XML: %s.") % error, place=path) from None
    _refuse_too_large(root, path)
    return root


def _refuse_too_large(root: Element, path: str) -> None:
    level, count = [root], 0
    for _depth in range(MAX_LEVELS):
        level = [child for element in level for child in element]
        count += len(level)
        if count > MAX_ELEMENTS:
            raise CourseUnreadable(_("The XML has too many elements."), place=path)
        if not level:
            return
    raise CourseUnreadable(_("The XML is nested too deeply."), place=path)


@dataclass(frozen=True)
class Resource:
    key: str
    kind: str
    href: str
    files: tuple[str, ...]


@dataclass(frozen=True)
class Item:
    key: str
    title: str
    resource: str
    items: tuple["Item", ...]

    def leaves(self) -> Iterator["Item"]:
        """All that has something to show, in order, however deep."""
        if self.resource:
            yield self
        for item in self.items:
            yield from item.leaves()


@dataclass(frozen=True)
class Manifest:
    key: str
    title: str
    description: str
    language: str
    schema: str
    version: str
    items: tuple[Item, ...]
    resources: dict[str, Resource]

    @property
    def has_known_version(self) -> bool:
        return bool(_known_version.match(self.version))


def read_manifest(source: Source, path: str) -> Manifest:
    root = load_xml(source, path)
    general = _first(root, "metadata", "lom", "general")
    resources = [_resource(each) for part in _all(root, "resources") for each in part]
    return Manifest(
        key=root.get("identifier", ""),
        title=_text(general, "title"),
        description=_text(general, "description"),
        language=_text(general, "language"),
        schema=_text(_first(root, "metadata"), "schema"),
        version=_text(_first(root, "metadata"), "schemaversion"),
        items=_items(_first(root, "organizations", "organization")),
        resources={resource.key: resource for resource in resources if resource.key},
    )


def _items(organization: Element | None) -> tuple[Item, ...]:
    """Without the one item at the top that only holds the others together."""
    items = tuple(map(_item, _all(organization, "item")))
    if len(items) == 1 and not items[0].resource and not items[0].title:
        return items[0].items
    return items


def _item(element: Element) -> Item:
    return Item(
        key=element.get("identifier", ""),
        title=_text(element, "title"),
        resource=element.get("identifierref", ""),
        items=tuple(map(_item, _all(element, "item"))),
    )


def _resource(element: Element) -> Resource:
    files = tuple(_path(file.get("href", "")) for file in _all(element, "file"))
    href = _path(element.get("href", "")) or (files[0] if len(files) == 1 else "")
    return Resource(element.get("identifier", ""), element.get("type", ""), href, files)


def _path(href: str) -> str:
    path = posixpath.normpath(unquote(href.strip())) if href.strip() else ""
    return path.removeprefix("./")


def web_link(source: Source, path: str) -> tuple[str, str]:
    """(title, address) of a web link's file."""
    root = load_xml(source, path)
    address = _first(root, "url")
    return _text(root, "title"), address.get("href", "").strip() if address is not None else ""


# Names without their namespaces, which differ from version to version


def _all(element: Element | None, name: str) -> list[Element]:
    if element is None:
        return []
    return [child for child in element if str(child.tag).rpartition("}")[2] == name]


def _first(element: Element | None, *names: str) -> Element | None:
    for name in names:
        found = _all(element, name)
        element = found[0] if found else None
    return element


def _text(element: Element | None, name: str) -> str:
    """In the first of its languages, on one line."""
    found = _first(element, name)
    if found is None:
        return ""
    strings = _all(found, "string")
    return " ".join("".join((strings[0] if strings else found).itertext()).split())
