"""Files of a lesson's desk: taken in piece by piece, looked into, stored under their hash."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from accounts.models import User
from community.models import Chapter
from core.ids import public_id
from core.media_types import CAPTIONS, PDF, SUBRIP, TEXT, media_type_of
from courses import storage
from courses.captions import BrokenCaptions, to_webvtt
from courses.errors import (
    CaptionsOfNothing,
    ChapterFull,
    FileEmpty,
    FileNotAccepted,
    FileTooLarge,
    UploadGone,
    UploadIncomplete,
    WrongOffset,
)
from courses.models import UPLOAD_LIFE, Blob, Lesson, Material, MaterialKind, SubmissionFile, Upload

PIECE_BYTES = 1024 * 1024
MEGABYTE = 1024 * 1024
MAX_NAME = 160
_not_in_names = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*#%]+')
_prose = (".txt", ".md", ".csv", ".tsv", ".rst")
_archives = {"application/zip", "application/gzip", "application/x-7z-compressed"}


class StoredFile(NamedTuple):
    """`name` is what became of the one that was given: clean, and .vtt where it was .srt."""

    blob: Blob
    name: str


def begin_upload(
    *,
    lesson: Lesson,
    by: User,
    name: str,
    size: int,
    language: str = "",
    captions_of: Material | None = None,
) -> Upload:
    """Keep room for a file that will come in pieces. Raises FileTooLarge, FileEmpty, ChapterFull."""
    name = clean_name(name)
    _check_size(name, size)
    with transaction.atomic():
        _make_room(lesson.course.chapter_id, size)
        return Upload.objects.create(
            lesson=lesson,
            by=by,
            name=name,
            size=size,
            language=language,
            captions_of=_video(lesson, captions_of),
        )


def receive_piece(*, upload: Upload, offset: int, body: BinaryIO) -> Upload:
    """Append what `body` holds and say how far the file is now. Waits on the network: call it
    outside a transaction. What came in before a connection broke is kept. Raises WrongOffset."""
    if offset != upload.received:
        raise WrongOffset(received=upload.received)
    end = offset
    try:
        with storage.upload_path(upload.public_id).open("ab") as file:
            file.truncate(offset)
            for piece in _pieces(body, upload.size - offset):
                file.write(piece)
                end += len(piece)
    finally:
        moved = Upload.objects.filter(pk=upload.pk, received=offset).update(
            received=end, updated_at=timezone.now()
        )
        upload.refresh_from_db(fields=["received", "updated_at"])
    if not moved:
        raise WrongOffset(received=upload.received)
    return upload


def finish_upload(*, upload: Upload) -> Material:
    """Look into the whole file and put it on the lesson's desk. What is refused is deleted. Reads
    the file once more, for its hash: seconds for 2 GB. Raises UploadIncomplete, UploadGone,
    FileNotAccepted, BrokenCaptions."""
    if not upload.is_whole:
        raise UploadIncomplete(received=upload.received, size=upload.size)
    try:
        stored = _store(storage.upload_path(upload.public_id), upload.name)
    except FileNotFoundError as error:
        raise UploadGone from error
    except (FileNotAccepted, BrokenCaptions):
        cancel_upload(upload=upload)
        raise
    with transaction.atomic():
        upload.delete()  # what was kept free for it, the file itself takes now
        return attach_file(
            lesson=upload.lesson,
            by=upload.by,
            name=stored.name,
            blob=stored.blob,
            language=upload.language,
            captions_of=upload.captions_of,
        )


def cancel_upload(*, upload: Upload) -> None:
    upload.delete()
    storage.upload_path(upload.public_id).unlink(missing_ok=True)


def forget_old_uploads() -> int:
    """Delete what nobody went on with, and give its room back."""
    old = Upload.objects.filter(updated_at__lt=timezone.now() - UPLOAD_LIFE)
    for upload in old:
        cancel_upload(upload=upload)
    return len(old)


def store_file(*, chapter: Chapter, name: str, file: BinaryIO) -> StoredFile:
    """Look into a file, read piece by piece, and store it; it belongs to no lesson yet. Waits on
    the storage: call it outside a transaction. Repeatable. Raises FileTooLarge, FileEmpty,
    ChapterFull, FileNotAccepted, BrokenCaptions."""
    name = clean_name(name)
    path = storage.upload_path(public_id())
    try:
        with path.open("wb") as out:
            for piece in _pieces(file, settings.FILE_MAX_BYTES + 1):
                out.write(piece)
            size = out.tell()
        _check_size(name, size)
        with transaction.atomic():
            _make_room(chapter.pk, size)
        return _store(path, name)
    finally:
        path.unlink(missing_ok=True)


@transaction.atomic
def attach_file(
    *,
    lesson: Lesson,
    by: User | None,
    name: str,
    blob: Blob,
    language: str = "",
    title: str = "",
    captions_of: Material | None = None,
) -> Material:
    """Put a stored file on the lesson's desk; one of the same name and language is replaced.
    Writes rows only. Locks the chapter. Raises ChapterFull, CaptionsOfNothing."""
    chapter = lesson.course.chapter_id
    if not blob.materials.filter(lesson__course__chapter=chapter).exists():
        _make_room(chapter, blob.size)
    kind = kind_of(blob.media_type, name)
    video = _video(lesson, captions_of) if kind == MaterialKind.CAPTIONS else None
    fields = {"blob": blob, "kind": kind, "captions_of": video, "added_by": by}
    if title:
        fields["title"] = title
    material, _created = Material.objects.drafts().update_or_create(
        lesson=lesson, name=clean_name(name), language=language, defaults=fields
    )
    return material


def add_file(
    *, lesson: Lesson, by: User | None, name: str, file: BinaryIO, **about: Any
) -> Material:
    """store_file and attach_file (`language`, `title`, `captions_of`) in one."""
    stored = store_file(chapter=lesson.course.chapter, name=name, file=file)
    return attach_file(lesson=lesson, by=by, name=stored.name, blob=stored.blob, **about)


def open_blob(blob: Blob) -> BinaryIO:
    return storage.opener(blob)()


def update_material(*, material: Material, **fields: str | int) -> Material:
    """Change a draft's `title` or `position`."""
    Material.objects.drafts().filter(pk=material.pk).update(**fields)
    material.refresh_from_db()
    return material


def delete_material(*, material: Material) -> None:
    """Take a file off the desk. What was published stays with its version."""
    Material.objects.drafts().filter(pk=material.pk).delete()


def clean_name(name: str) -> str:
    """A file's name without folders and without signs that some system cannot keep."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    clean = _not_in_names.sub("-", last).strip(" .-") or "file"
    stem, dot, suffix = clean.rpartition(".")
    if len(clean) <= MAX_NAME or not dot:
        return clean[:MAX_NAME]
    return f"{stem[: MAX_NAME - 1 - len(suffix[:20])]}.{suffix[:20]}"


def kind_of(media_type: str, name: str) -> MaterialKind:
    family = media_type.split("/")[0]
    if media_type == PDF:
        return MaterialKind.PDF
    if media_type in _archives:
        return MaterialKind.ARCHIVE
    if media_type == CAPTIONS:
        return MaterialKind.CAPTIONS
    if "presentation" in media_type:
        return MaterialKind.SLIDES
    if media_type == TEXT and not name.lower().endswith(_prose):
        return MaterialKind.CODE
    by_family = {
        "image": MaterialKind.IMAGE,
        "video": MaterialKind.VIDEO,
        "audio": MaterialKind.AUDIO,
    }
    return by_family.get(family, MaterialKind.DOCUMENT)


def _check_size(name: str, size: int) -> None:
    if size <= 0:
        raise FileEmpty(name=name)
    if size > settings.FILE_MAX_BYTES:
        raise FileTooLarge(megabytes=settings.FILE_MAX_BYTES // MEGABYTE)


def _video(lesson: Lesson, video: Material | None) -> Material | None:
    if video and (video.lesson_id != lesson.pk or video.kind != MaterialKind.VIDEO):
        raise CaptionsOfNothing
    return video


def _make_room(chapter: int, size: int) -> None:
    """Refuse what the chapter's quota cannot hold. Locks the chapter, so that two uploads at
    once do not both take the last room; what it holds and what is coming in both count."""
    locked = Chapter.objects.select_for_update(no_key=True).get(pk=chapter)
    left = settings.CHAPTER_FILES_MAX_BYTES - used_bytes(locked)
    if size > left:
        raise ChapterFull(left_mb=max(left, 0) // MEGABYTE, size_mb=-(-size // MEGABYTE))


def used_bytes(chapter: Chapter) -> int:
    """What the chapter's files take, each stored once, and what its uploads will take."""
    of_lessons = Material.objects.filter(lesson__course__chapter=chapter).values("blob")
    of_learners = SubmissionFile.objects.filter(submission__assignment__course__chapter=chapter)
    blobs = Blob.objects.filter(Q(pk__in=of_lessons) | Q(pk__in=of_learners.values("blob")))
    stored = blobs.aggregate(sum=Sum("size"))["sum"]
    coming = Upload.objects.filter(lesson__course__chapter=chapter).aggregate(sum=Sum("size"))
    return (stored or 0) + (coming["sum"] or 0)


def _pieces(body: BinaryIO, most: int) -> Iterator[bytes]:
    left = most
    while left > 0 and (piece := body.read(min(PIECE_BYTES, left))):
        left -= len(piece)
        yield piece


def _look_into(path: Path, name: str) -> tuple[str, str]:
    """The file's type and its name; captions are checked, and SRT becomes WebVTT in place."""
    with path.open("rb") as file:
        media_type = media_type_of(file)
    if media_type is None:
        raise FileNotAccepted(name=name)
    suffix = name.lower().rpartition(".")[2]
    if media_type in {CAPTIONS, SUBRIP} or (media_type == TEXT and suffix in {"vtt", "srt"}):
        path.write_text(to_webvtt(path.read_bytes()), encoding="utf-8")
        return CAPTIONS, re.sub(r"\.srt$", ".vtt", name, flags=re.IGNORECASE)
    return media_type, name


def _store(path: Path, name: str) -> StoredFile:
    """The bytes first, then the row: bytes without a row are lost room, a row without its bytes
    would be a broken promise. Takes the file at `path` over."""
    media_type, name = _look_into(path, name)
    digest, size = _digest(path)
    storage.keep(path, digest)
    blob, _created = Blob.objects.get_or_create(
        sha256=digest, defaults={"size": size, "media_type": media_type}
    )
    return StoredFile(blob, name)


def _digest(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return digest.hexdigest(), file.tell()
