import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _

from courses.exchange.parsed import CourseUnreadable, Skipped
from courses.exchange.sources.base import MAX_FILES, Source
from courses.exchange.sources.folders import refuse_special
from courses.exchange.sources.paths import checked, is_litter, refuse_clashes

# Text shrinks to a tenth; what shrinks to less than this was made to fill a disk
MAX_RATIO = 150
SMALL = 1024 * 1024
MAX_DIRECTORY_BYTES = 8 * 1024 * 1024

_END = b"PK\x05\x06"
_END64 = b"PK\x06\x06"
_UTF8 = 0x800
_ENCRYPTED = 0x1
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError)


class ZipSource(Source):
    """A zip file, read where it lies: nothing of it is unpacked onto a disk.

    `file` must be seekable and stay open as long as the source is used. Python's zipfile never
    gives more of an entry than its directory says, so the sizes summed here are the limit.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        super().__init__(name)
        self._zip = _opened(file)
        self._infos: dict[str, zipfile.ZipInfo] = {}
        self._archive_bytes = file.seek(0, io.SEEK_END)
        if len(self._zip.infolist()) > 2 * MAX_FILES:
            raise CourseUnreadable(_("There are more than %d files.") % MAX_FILES)
        for info in self._zip.infolist():
            self._add(info)
        refuse_clashes(self.files)
        self._drop_wrapping_folder()

    def _add(self, info: zipfile.ZipInfo) -> None:
        name = _name(info)
        path = checked(name)
        if info.flag_bits & _ENCRYPTED:
            raise CourseUnreadable(_("The file is encrypted."), place=path)
        if name.endswith(("/", "\\")):
            return
        # Others may ask for any amount of memory before they give a byte
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise CourseUnreadable(_("The file is packed in a way that is not read."), place=path)
        _refuse_bomb(info, path)
        if stat.S_IFMT(info.external_attr >> 16):
            refuse_special(info.external_attr >> 16, path)
        if is_litter(path):
            self.skipped.append(Skipped(path, _("hidden, or left behind by a program")))
            return
        self._keep(path, info.file_size)
        self._infos[path] = info
        if self.total > max(64 * SMALL, self._archive_bytes * MAX_RATIO):
            raise CourseUnreadable(_("The archive unpacks to far more than it holds."))

    def _drop_wrapping_folder(self) -> None:
        """Most programs pack the folder, not what is in it."""
        tops = {path.partition("/")[0] for path in self.files}
        if len(tops) == 1 and all("/" in path for path in self.files):
            self.name = tops.pop()
            self.files = {path.partition("/")[2]: size for path, size in self.files.items()}
            self._infos = {path.partition("/")[2]: info for path, info in self._infos.items()}

    def open(self, path: str) -> BinaryIO:
        try:
            return self._zip.open(self._infos[path])  # type: ignore[return-value]
        except (*_BROKEN, RuntimeError) as error:
            raise CourseUnreadable(
                _("The archive is broken here: %s.") % error, place=path
            ) from None

    def _read(self, stream: BinaryIO, size: int, path: str) -> bytes:
        try:
            return stream.read(size)
        except _BROKEN as error:
            raise CourseUnreadable(
                _("The archive is broken here: %s.") % error, place=path
            ) from None


def is_zip(file: BinaryIO) -> bool:
    file.seek(0)
    head = file.read(4)
    file.seek(0)
    return head in (b"PK\x03\x04", _END)


def _opened(file: BinaryIO) -> zipfile.ZipFile:
    if any(size > MAX_DIRECTORY_BYTES for size in _directory_sizes(file)):
        raise CourseUnreadable(_("There are more than %d files.") % MAX_FILES)
    try:
        return zipfile.ZipFile(file)
    except _BROKEN:
        raise CourseUnreadable(_("The zip file is broken; pack it again.")) from None


def _directory_sizes(file: BinaryIO) -> Iterator[int]:
    """What the records at the end say of the directory, which zipfile would read into memory."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - 2**16 - 2**10))
    tail = file.read()
    at = tail.rfind(_END)
    if at >= 0 and len(tail) >= at + 16:
        directory = struct.unpack_from("<L", tail, at + 12)[0]
        yield directory if directory != 0xFFFFFFFF else 0
    at = tail.rfind(_END64)
    if at >= 0 and len(tail) >= at + 48:
        yield struct.unpack_from("<Q", tail, at + 40)[0]


def _name(info: zipfile.ZipInfo) -> str:
    """Old programs write names in the system's own encoding and do not say which."""
    if info.flag_bits & _UTF8 or info.orig_filename.isascii():
        return info.orig_filename
    raw = info.orig_filename.encode("cp437", "replace")
    for codec in ("utf-8", "gb18030"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return info.orig_filename


def _refuse_bomb(info: zipfile.ZipInfo, path: str) -> None:
    if info.file_size > SMALL and info.file_size > MAX_RATIO * max(info.compress_size, 1):
        raise CourseUnreadable(_("The file unpacks to far more than it holds."), place=path)
