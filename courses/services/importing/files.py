"""The files of a source: hashed to be compared, then stored before anything is written."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.conf import settings

from community.models import Chapter
from core.errors import DomainError
from core.media_types import CAPTIONS, SUBRIP, TEXT, media_type_of
from courses.captions import to_webvtt
from courses.errors import FileEmpty, FileNotAccepted, FileTooLarge
from courses.exchange import CourseUnreadable, ParsedCourse, Skipped, Source
from courses.exchange.parsed import ParsedFile
from courses.models import Blob
from courses.services.files import clean_name, store_file
from courses.services.importing.lessons import Taken

MEGABYTE = 1024 * 1024

_srt = re.compile(r"\.srt$", re.IGNORECASE)


class _Found(NamedTuple):
    sha256: str
    is_captions: bool


def hash_files(
    source: Source, parsed: ParsedCourse
) -> tuple[dict[str, list[Taken]], list[Skipped]]:
    """What each lesson would keep, by its key, and what cannot be kept.

    Reads every file that a lesson uses, so a broken one is found before anything is written.
    Raises CourseUnreadable.
    """
    found: dict[str, _Found] = {}
    files: dict[str, list[Taken]] = {}
    skipped: dict[str, Skipped] = {}
    for lesson in parsed.lessons:
        for file in lesson.files:
            if file.path in skipped:
                continue
            try:
                found[file.path] = found.get(file.path) or _look(source, file)
            except CourseUnreadable:
                raise
            except DomainError as error:
                skipped[file.path] = Skipped(file.path, str(error))
            else:
                files.setdefault(lesson.key, []).append(_taken(file, found[file.path]))
    return files, list(skipped.values())


def _taken(file: ParsedFile, found: "_Found") -> Taken:
    name = clean_name(file.name)
    return Taken(
        name=_srt.sub(".vtt", name) if found.is_captions else name,
        path=file.path,
        sha256=found.sha256,
        language=file.language,
        title=file.title,
        captions_of=clean_name(file.captions_of) if file.captions_of else "",
    )


def _look(source: Source, file: ParsedFile) -> "_Found":
    """What will be stored: of captions that is their WebVTT. Raises what store_file refuses."""
    size = source.files[file.path]
    if not size:
        raise FileEmpty(name=file.name)
    if size > settings.FILE_MAX_BYTES:
        raise FileTooLarge(megabytes=settings.FILE_MAX_BYTES // MEGABYTE)
    digest = source.sha256(file.path)
    with source.open(file.path) as stream:
        media_type = media_type_of(stream)
    if media_type is None:
        raise FileNotAccepted(name=file.name)
    is_named_so = file.name.casefold().endswith((".vtt", ".srt"))
    if media_type in {CAPTIONS, SUBRIP} or (media_type == TEXT and is_named_so):
        words = to_webvtt(source.read(file.path)).encode()
        return _Found(hashlib.sha256(words).hexdigest(), is_captions=True)
    return _Found(digest, is_captions=False)


def store_files(source: Source, files: Iterable[Taken], *, chapter: Chapter) -> Mapping[str, Blob]:
    """The stored bytes by their hash. Waits on the storage: call it outside a transaction.

    What is stored already is not sent again. When nothing comes of the import, the same bytes
    lie ready for the next try. Raises ChapterFull.
    """
    wanted = {taken.sha256: taken for taken in files}
    blobs = {blob.sha256: blob for blob in Blob.objects.filter(sha256__in=wanted)}
    for digest, taken in wanted.items():
        if digest not in blobs:
            with source.open(taken.path) as stream:
                blobs[digest] = store_file(chapter=chapter, name=taken.name, file=stream).blob
    return blobs
