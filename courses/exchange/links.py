"""How the readers' Markdown names other lessons and a lesson's own files.

A file is linked by its name, as in every lesson. Another lesson is `lesson:<key>` until it is
known what its address is; `at_addresses` then makes `../<slug>/` of it, which leads from one
lesson's page to another's, and as well from one exported folder to another.
"""

from collections.abc import Mapping
from urllib.parse import quote, unquote

from courses.exchange.markup import map_links

_scheme = "lesson:"


def to_lesson(key: str, destination: str) -> str:
    """`destination` is what the source wrote; its `#part` is kept."""
    _path, mark, part = destination.partition("#")
    return _scheme + quote(key, safe="") + mark + part


def to_file(name: str) -> str:
    return quote(name)


def at_addresses(text: str, slugs: Mapping[str, str], *, folder: str = "../") -> str:
    """`slugs` tells a lesson's address by its key; `folder` leads to where lessons are."""

    def change(destination: str, _is_image: bool) -> str | None:
        if not destination.startswith(_scheme):
            return None
        key, mark, part = destination.removeprefix(_scheme).partition("#")
        slug = slugs.get(unquote(key))
        return f"{folder}{slug}/{mark}{part}" if slug else None

    return map_links(text, change)
