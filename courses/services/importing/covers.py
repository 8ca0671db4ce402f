"""The picture of a course, which everybody may see: cleaned like one that is uploaded."""

import io
import secrets

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core.errors import DomainError
from core.images import clean_image
from courses.exchange import CourseUnreadable, ParsedCourse, Source
from courses.models import Course

MAX_SIDE = 1600
# What a JPEG without a camera's data says of itself
_plain = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}


def read_cover(source: Source, parsed: ParsedCourse) -> bytes:
    """The picture's bytes as they will be stored, empty without one. Raises CourseUnreadable.

    One that was cleaned before stays as it is: written anew it would lose with every turn.
    """
    if not parsed.cover:
        return b""
    data = source.read(parsed.cover, limit=20 * 1024 * 1024)
    if _is_clean(data):
        return data
    try:
        return clean_image(SimpleUploadedFile(parsed.cover, data)).read()
    except DomainError as error:
        raise CourseUnreadable(str(error), place=parsed.cover) from None


def _is_clean(data: bytes) -> bool:
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
            fits = max(image.size) <= MAX_SIDE and image.mode == "RGB"
            if not fits or not _plain.issuperset(image.info):
                return False
            image.load()
            return True
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False


def has_cover(course: Course, data: bytes) -> bool:
    """Whether the course shows this very picture. Reads it from the storage."""
    if not data or not course.cover:
        return not data and not course.cover
    with default_storage.open(str(course.cover.name)) as file:
        return bool(file.read() == data)


def store_cover(data: bytes) -> str:
    """Its name in the storage; empty for none. Call it outside a transaction."""
    if not data:
        return ""
    return default_storage.save(f"covers/{secrets.token_hex(8)}.jpg", ContentFile(data))
