import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from courses.exchange.parsed import CourseUnreadable, Skipped
from courses.exchange.sources.base import Source
from courses.exchange.sources.paths import checked, is_litter, refuse_clashes


class FolderSource(Source):
    """A folder on this machine. Links and devices in it are refused, never followed."""

    def __init__(self, root: Path) -> None:
        super().__init__(root.resolve().name)
        self.root = root
        self._places: dict[str, Path] = {}
        for place in self._walk(root):
            self._add(place)
        refuse_clashes(self.files)

    def _walk(self, folder: Path) -> Iterator[Path]:
        for entry in sorted(folder.iterdir()):
            path = checked(entry.relative_to(self.root).as_posix())
            if is_litter(path):
                self.skipped.append(Skipped(path, _("hidden, or left behind by a program")))
            elif stat.S_ISDIR(entry.lstat().st_mode):
                yield from self._walk(entry)
            else:
                yield entry

    def _add(self, place: Path) -> None:
        path = checked(place.relative_to(self.root).as_posix())
        status = place.lstat()
        refuse_special(status.st_mode, path)
        self._keep(path, status.st_size)
        self._places[path] = place

    def open(self, path: str) -> BinaryIO:
        try:
            # A link that came in after the check is not followed either
            handle = os.open(self._places[path], os.O_RDONLY | os.O_NOFOLLOW)
        except OSError as error:
            raise CourseUnreadable(error.strerror or str(error), place=path) from None
        return os.fdopen(handle, "rb")

    def _read(self, stream: BinaryIO, size: int, path: str) -> bytes:
        try:
            return stream.read(size)
        except OSError as error:
            raise CourseUnreadable(error.strerror or str(error), place=path) from None


def refuse_special(mode: int, path: str) -> None:
    if stat.S_ISLNK(mode):
        raise CourseUnreadable(_("This is a link to another file; put the file there."), place=path)
    if not stat.S_ISREG(mode):
        raise CourseUnreadable(_("This is a device or a pipe, not a file."), place=path)
