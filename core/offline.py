"""Static files that a page keeps to work without a network: their addresses and digests."""

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.templatetags.static import static

IMPORT = re.compile(r'@import url\("([^"]+)"\)')
SUFFIXES = {".css", ".js", ".png", ".svg", ".wasm", ".woff2"}


def integrity(content: bytes) -> str:
    """As `fetch` and Subresource Integrity write it."""
    return f"sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode()}"


def files(folders: Iterable[str]) -> dict[str, str]:
    """{address: integrity} of the files in or below `folders` of static/, as this process serves them."""
    return {url: integrity(content) for url, content in _served(_paths(folders))}


def stylesheets(entry: str) -> list[str]:
    """The stylesheet `entry` of static/ and all that it imports."""
    text = (settings.BASE_DIR / "static" / entry).read_text()
    folder = Path(entry).parent
    imported = [str(folder / name) for name in IMPORT.findall(text)]
    return [entry, *(path for each in imported for path in stylesheets(each))]


def _paths(folders: Iterable[str]) -> list[str]:
    root = settings.BASE_DIR / "static"
    found = (file for name in folders for file in _below(root / name))
    return sorted(str(file.relative_to(root)) for file in found if file.suffix in SUFFIXES)


def _below(path: Path) -> Iterable[Path]:
    return [path] if path.is_file() else path.rglob("*")


def _served(paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """A module imports its neighbors by their plain names, so scripts are served under both."""
    for path in paths:
        yield static(path), _content(path)
        if path.endswith(".js"):
            yield f"{settings.STATIC_URL}{path}", _content(path, hashed=False)


def _content(path: str, *, hashed: bool = True) -> bytes:
    if not isinstance(staticfiles_storage, ManifestFilesMixin):
        return Path(str(finders.find(path))).read_bytes()
    name = staticfiles_storage.stored_name(path) if hashed else path
    with staticfiles_storage.open(name) as file:
        return file.read()
