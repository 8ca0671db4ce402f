"""A course written down in our own folder, as docs/course-folder.md describes it.

What lies on the desk is written: all modules and lessons in their order, texts in every language,
files, and the rules by which lessons open. People, prices and publications are not in it.
"""

import posixpath
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import partial
from pathlib import Path
from typing import IO, Any, cast

from django.core.files.storage import default_storage

from courses.exchange import CourseUnreadable, yaml_text
from courses.exchange.own_format import COURSE, FORMAT, LESSON, TEXTS, is_reserved, text_path
from courses.exchange.parsed import LANGUAGES
from courses.exchange.sources.paths import checked, is_litter
from courses.models import Course, CourseLevel, Lesson, Material, ReleaseRule
from courses.services.files import open_blob
from courses.services.importing.plan import field_of
from courses.services.importing.present import Present

CHUNK = 1024 * 1024
# Equal courses give equal archives
_timestamp = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Entry:
    """A file of the folder: a text, or something stored that is opened when it is its turn."""

    path: str
    text: str = ""
    open: Callable[[], IO[bytes]] | None = None

    def chunks(self) -> Iterator[bytes]:
        if self.open is None:
            yield self.text.encode()
            return
        with self.open() as file:
            while chunk := file.read(CHUNK):
                yield chunk


def course_entries(course: Course) -> list[Entry]:
    """The folder's files in a fixed order. Reads all texts, and no file's bytes."""
    present = Present(course, by_public_id=True)
    name = course.cover.name or ""
    cover = f"cover{posixpath.splitext(name)[1]}" if name else ""
    entries = [Entry(COURSE, yaml_text.dump(_course(course, present, cover)))]
    if cover:
        entries.append(Entry(cover, open=partial(default_storage.open, name)))
    slugs = {row.pk: row.slug for row in present.live}
    for _module, lessons in present.order():
        for lesson in lessons:
            entries += _lesson_entries(lesson, present.key(lesson), slugs)
    return entries


def _course(course: Course, present: Present, cover: str) -> dict[str, Any]:
    texts = {name: by_language(course, name) for name in TEXTS}
    return _stated(
        {
            "format": FORMAT,
            "id": course.source_key or course.public_id,
            **texts,
            "level": "" if course.level == CourseLevel.BEGINNER else course.level,
            "completion_percent": None
            if course.completion_percent == 100
            else course.completion_percent,
            "cover": cover,
            "modules": [
                _stated(
                    {
                        "id": present.key(module),
                        "title": by_language(module, "title"),
                        "lessons": [lesson.slug for lesson in lessons],
                    }
                )
                for module, lessons in present.order()
            ],
        }
    )


def by_language(row: Any, name: str) -> dict[str, str]:
    texts = {language: getattr(row, field_of(name, language)) for language in LANGUAGES}
    return {language: text for language, text in texts.items() if text}


def _stated(values: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty, which reads the same when it is not there."""
    return {key: value for key, value in values.items() if value not in ("", None, {}, [])}


def _lesson_entries(lesson: Lesson, key: str, slugs: dict[int, str]) -> Iterator[Entry]:
    materials = list(lesson.materials.all())
    paths = _paths(materials)
    folder = f"lessons/{lesson.slug}/"
    files = [_file(material, path) for material, path in zip(materials, paths, strict=True)]
    yield Entry(folder + LESSON, yaml_text.dump(_lesson(lesson, key, slugs, files)))
    for draft in lesson.drafts.all():
        head = yaml_text.dump({"title": draft.title})
        yield Entry(text_path(lesson.slug, draft.language), f"---\n{head}---\n{draft.body}")
    for material, path in zip(materials, paths, strict=True):
        yield Entry(folder + path, open=partial(open_blob, material.blob))


def _lesson(
    lesson: Lesson, key: str, slugs: dict[int, str], files: list[dict[str, Any]]
) -> dict[str, Any]:
    at = lesson.release_at
    needs = sorted(slugs[row.pk] for row in lesson.prerequisites.all() if row.pk in slugs)
    return _stated(
        {
            "id": key,
            "minutes": lesson.minutes,
            "preview": lesson.is_preview or None,
            "required": None if lesson.is_required else False,
            "release": "" if lesson.release == ReleaseRule.AT_ONCE else str(lesson.release),
            "release_at": at.astimezone(UTC).isoformat() if at else "",
            "release_days": lesson.release_days,
            "release_class": lesson.release_class,
            "needs": needs,
            "files": files,
        }
    )


def _file(material: Material, path: str) -> dict[str, Any]:
    return _stated(
        {
            "name": material.name,
            "path": path if path != material.name else "",
            "title": material.title,
            "language": material.language,
            "captions_of": material.captions_of.name if material.captions_of else "",
        }
    )


def _paths(materials: Sequence[Material]) -> list[str]:
    """Where the lesson's folder has each: under its name, or, where a disk could not keep that
    or another file has it, under its number."""
    paths: list[str] = []
    taken: set[str] = {"files"}
    for number, material in enumerate(materials, start=1):
        name = material.name
        if not _is_fit(name) or name.casefold() in taken:
            extension = posixpath.splitext(name)[1]
            safe = extension if extension.isascii() and extension[1:].isalnum() else ""
            name = f"files/{number}{safe}"
        taken.add(name.casefold())
        paths.append(name)
    return paths


def _is_fit(name: str) -> bool:
    try:
        is_same = checked(name) == name
    except CourseUnreadable:
        return False
    return is_same and "/" not in name and not is_reserved(name) and not is_litter(name)


def write_folder(course: Course, target: Path) -> int:
    """Write the folder whole or not at all; say how many files. `target` must not exist yet."""
    entries = course_entries(course)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as place:
        for entry in entries:
            file = Path(place, "course", entry.path)
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("wb") as out:
                out.writelines(entry.chunks())
        shutil.move(Path(place, "course"), target)
    return len(entries)


def zip_chunks(course: Course) -> Iterator[bytes]:
    """The folder as a zip file, piece by piece: no file is ever whole in memory or on a disk."""
    sink = _Sink()
    with zipfile.ZipFile(cast(IO[bytes], sink), "w") as archive:
        for entry in course_entries(course):
            info = zipfile.ZipInfo(f"{course.slug}/{entry.path}", _timestamp)
            info.compress_type = zipfile.ZIP_STORED if entry.open else zipfile.ZIP_DEFLATED
            info.external_attr = 0o100644 << 16
            with archive.open(info, "w", force_zip64=entry.open is not None) as out:
                for chunk in entry.chunks():
                    out.write(chunk)
                    yield sink.take()
    yield sink.take()


class _Sink:
    """What a zip file is written to and taken from; it cannot seek, so sizes follow the data."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    def take(self) -> bytes:
        data = b"".join(self._parts)
        self._parts.clear()
        return data
