"""Zip files that wait between a look at what they would change and the word to do it.

They lie in the private storage, not on a disk of one process, and go after a day.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, cast

from django.core.files.storage import Storage
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import storage
from courses.exchange import CourseUnreadable, Source, ZipSource, is_zip

FOLDER = "imports"
KEPT_FOR = timedelta(days=1)


def keep_archive(upload: UploadedFile) -> str:
    """The name that opens it again."""
    token = secrets.token_urlsafe(16)
    storage.files().save(_place(token), upload)
    return token


@contextmanager
def opened_archive(token: str, *, name: str) -> Iterator[Source]:
    """`name` is the file's as it was sent. Raises CourseUnreadable, also when it is gone."""
    try:
        file = cast(BinaryIO, storage.files().open(_place(token), "rb"))
    except OSError:
        raise CourseUnreadable(_("The file is no longer here. Choose it again.")) from None
    with file:
        if not is_zip(file):
            raise CourseUnreadable(_("This is not a zip file or a Common Cartridge."))
        yield ZipSource(file, Path(name).stem)


def drop_archive(token: str) -> None:
    """Repeatable."""
    storage.files().delete(_place(token))


def forget_archives() -> int:
    """Delete what nobody came back for; say how many."""
    files: Storage = storage.files()
    try:
        names = files.listdir(FOLDER)[1]
    except FileNotFoundError:
        return 0
    places = [f"{FOLDER}/{name}" for name in names]
    oldest = timezone.now() - KEPT_FOR
    old = [place for place in places if files.get_modified_time(place) < oldest]
    for place in old:
        files.delete(place)
    return len(old)


def _place(token: str) -> str:
    return f"{FOLDER}/{token}.zip"
