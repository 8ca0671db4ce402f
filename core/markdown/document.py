"""A whole document: a lesson, with its code, math, pictures, footnotes and headings."""

import hashlib
from dataclasses import dataclass

from django.core.cache import cache as store
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.markdown.arranging import Heading, Resolve, arrange
from core.markdown.cleaning import clean_document
from core.markdown.parser import document_parser

# Raise it with every change of what a document looks like: it names what is kept in the cache
VERSION = 2
# At this length the slowest text that we could think of takes ten seconds, a usual one a quarter
MAX_BYTES = 200 * 1024
KEPT_SECONDS = 24 * 3600


class TextTooLong(DomainError):
    code = "text_too_long"
    message = _("This text is longer than %(kilobytes)s KB. Please divide it into several.")
    status = 400


@dataclass(frozen=True)
class Document:
    """Safe HTML, its headings for an outline, and the targets that led nowhere."""

    html: SafeString
    headings: tuple[Heading, ...]
    missing: tuple[str, ...]


def render_document(text: str, *, language: str, resolve: Resolve, key: str = "") -> Document:
    """Render `text`, whose own words (a note's title) are said in `language`.

    With a `key`, which must name everything that `resolve` depends on, the result is kept in
    the cache. Raises TextTooLong before it looks at a text over MAX_BYTES.
    """
    check_length(text)
    if not key:
        return _render(text, language, resolve)
    digest = hashlib.sha256("\0".join([text, language, key]).encode()).hexdigest()
    name = f"document:{VERSION}:{digest}"
    document = store.get(name)
    if document is None:
        document = _render(text, language, resolve)
        store.set(name, document, KEPT_SECONDS)
    return document


def check_length(text: str) -> None:
    if len(text) > MAX_BYTES or len(text.encode()) > MAX_BYTES:
        raise TextTooLong(kilobytes=MAX_BYTES // 1024)


def _render(text: str, language: str, resolve: Resolve) -> Document:
    missing: list[str] = []
    env: dict[str, object] = {}
    with translation.override(language):
        parser = document_parser()
        tokens = parser.parse(text.replace("\x00", ""), env)
        headings = arrange(tokens, resolve, missing)
        html = clean_document(parser.renderer.render(tokens, parser.options, env))
    clean = mark_safe(html)  # noqa: S308  just cleaned
    return Document(clean, tuple(headings), tuple(dict.fromkeys(missing)))
