"""Pictures that strangers upload: opened, turned upright, made small, written anew."""

import io
import secrets

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from core.errors import DomainError

MAX_PIXELS = 50_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")


class NotAnImage(DomainError):
    code = "not_an_image"
    message = _("This file is not a picture we can read. Please choose a JPEG, PNG or WebP file.")
    status = 400


class ImageTooLarge(DomainError):
    code = "image_too_large"
    message = _(
        "This picture is too large. Please choose one under %(megabytes)s MB and 50 megapixels."
    )
    status = 400


def clean_image(
    upload: UploadedFile, *, max_width: int = 1600, max_height: int = 1600
) -> ContentFile:
    """A new JPEG of the picture, without EXIF (a camera's position, a name), under a random name.

    Raises NotAnImage, ImageTooLarge. Reads the header before the pixels, so that a small file
    that unfolds to gigabytes is refused.
    """
    too_large = ImageTooLarge(megabytes=settings.IMAGE_UPLOAD_MAX_BYTES // 1024 // 1024)
    if upload.size and upload.size > settings.IMAGE_UPLOAD_MAX_BYTES:
        raise too_large
    try:
        with Image.open(upload, formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise too_large
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
    ) as error:
        raise NotAnImage from error
    upright.thumbnail((max_width, max_height), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=84, optimize=True, progressive=True)
    return ContentFile(out.getvalue(), name=f"{secrets.token_hex(8)}.jpg")
