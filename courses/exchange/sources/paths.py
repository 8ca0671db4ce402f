"""Which names of files a source may have. What a name could do to a disk is refused here."""

import re
import unicodedata
from collections.abc import Iterable

from django.utils.translation import gettext as _

from courses.exchange.parsed import CourseUnreadable

MAX_DEPTH = 12
MAX_NAME_BYTES = 255

_control = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_drive = re.compile(r"[A-Za-z]:")
_litter = {"__MACOSX", "Thumbs.db", "desktop.ini"}


def checked(raw: str) -> str:
    """`raw` with forward slashes and in Unicode's composed form.

    Raises CourseUnreadable, naming the place, for a path that is absolute, leads out of the
    source, is too deep or has a name that no system should have to keep.
    """
    path = unicodedata.normalize("NFC", raw.replace("\\", "/")).rstrip("/")
    place = _control.sub("�", path)[:200]
    if path.startswith("/") or _drive.match(path):
        raise CourseUnreadable(_("The path is absolute."), place=place)
    parts = path.split("/")
    if ".." in parts:
        raise CourseUnreadable(_("The path leads out of the course."), place=place)
    if _control.search(path):
        raise CourseUnreadable(_("The name has invisible characters."), place=place)
    parts = [part for part in parts if part not in ("", ".")]
    if len(parts) > MAX_DEPTH:
        reason = _("Folders are nested more than %d deep.") % MAX_DEPTH
        raise CourseUnreadable(reason, place=place)
    if any(len(part.encode()) > MAX_NAME_BYTES for part in parts):
        raise CourseUnreadable(_("The name is too long."), place=place)
    return "/".join(parts)


def is_litter(path: str) -> bool:
    """What systems and tools leave behind, and what is hidden: `.git`, `__MACOSX`, `Thumbs.db`."""
    return any(part.startswith(".") or part in _litter for part in path.split("/"))


def refuse_clashes(paths: Iterable[str]) -> None:
    """Two names that some system takes for one, and a file that is a folder as well."""
    seen: dict[str, str] = {}
    for path in paths:
        first = seen.setdefault(path.casefold(), path)
        if first is not path:
            reason = _("There is another file of this name: %s.") % first
            raise CourseUnreadable(reason, place=path)
    for path in seen.values():
        folder = path.casefold()
        while "/" in folder:
            folder = folder.rpartition("/")[0]
            if folder in seen:
                reason = _("It lies in something that is a file: %s.") % seen[folder]
                raise CourseUnreadable(reason, place=path)
