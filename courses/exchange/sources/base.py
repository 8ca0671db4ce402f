"""A tree of files that was checked before anything reads it."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _

from courses.exchange.parsed import MAX_TEXT_BYTES, CourseUnreadable, Skipped

MAX_FILES = 5_000
MAX_TOTAL_BYTES = 4 * 1024**3
MAX_ALL_TEXTS = 40 * 1024 * 1024
CHUNK = 1024 * 1024

_marks = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


class Source(ABC):
    """Files by their path inside the source, with their sizes; opened one by one."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.files: dict[str, int] = {}
        self.total = 0
        self.text_bytes = 0
        self.skipped: list[Skipped] = []

    def _keep(self, path: str, size: int) -> None:
        """Raises CourseUnreadable for a name that is there already, and for too much of all."""
        if not path or path in self.files:
            raise CourseUnreadable(_("There is another file of this name."), place=path)
        self.files[path] = size
        self.total += size
        if len(self.files) > MAX_FILES:
            raise CourseUnreadable(_("There are more than %d files.") % MAX_FILES)
        if self.total > MAX_TOTAL_BYTES:
            raise CourseUnreadable(_("All files together are larger than 4 GB."))

    @abstractmethod
    def open(self, path: str) -> BinaryIO:
        """The file's bytes. Raises CourseUnreadable when they cannot be had."""

    def chunks(self, path: str) -> Iterator[bytes]:
        """Never the whole file at once. Raises CourseUnreadable in mid-stream for a broken one."""
        with self.open(path) as stream:
            while chunk := self._read(stream, CHUNK, path):
                yield chunk

    def sha256(self, path: str) -> str:
        digest = hashlib.sha256()
        for chunk in self.chunks(path):
            digest.update(chunk)
        return digest.hexdigest()

    def read(self, path: str, *, limit: int = MAX_TEXT_BYTES) -> bytes:
        """A small file whole. Raises CourseUnreadable for more than `limit`."""
        if self.files[path] > limit:
            reason = _("This file may have %d MB at most.") % (limit // 2**20)
            raise CourseUnreadable(reason, place=path)
        return b"".join(self.chunks(path))

    def text(self, path: str) -> str:
        """By its byte order mark, else UTF-8, else GB18030 as old Chinese editors write.

        Line ends stay as they are. Raises CourseUnreadable with the line that is neither.
        """
        data = self.read(path)
        self.text_bytes += len(data)
        if self.text_bytes > MAX_ALL_TEXTS:
            reason = _("All texts together are longer than %d MB.") % (MAX_ALL_TEXTS // 2**20)
            raise CourseUnreadable(reason, place=path)
        return decode(data, place=path)

    @abstractmethod
    def _read(self, stream: BinaryIO, size: int, path: str) -> bytes: ...


def decode(data: bytes, *, place: str) -> str:
    codec = next((codec for mark, codec in _marks if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        text = _in_gb18030(data, error, place)
    if "\x00" in text:
        raise CourseUnreadable(_("This is not a text: it has bytes of zero."), place=place)
    return text


def _in_gb18030(data: bytes, error: UnicodeDecodeError, place: str) -> str:
    """Only where all of it reads as GB18030 and what is beyond ASCII is mostly common Chinese.

    Nearly any bytes decode as GB18030, so a text of another encoding must not pass for one.
    """
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        text = ""
    beyond = [char for char in text if char > "\x7f"]
    # The characters of GB 2312, which is all that everyday Chinese needs
    common = sum(len(char.encode("gb2312", "ignore")) == 2 for char in beyond)
    if not beyond or common < 0.9 * len(beyond):
        line = data.count(b"\n", 0, error.start) + 1
        raise CourseUnreadable(
            _("The text is neither in UTF-8 nor in GB18030."),
            place=_("%(path)s, line %(line)d") % {"path": place, "line": line},
        )
    return text
