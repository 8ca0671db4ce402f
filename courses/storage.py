"""Where the bytes of courses' files lie: a folder of this machine, or a bucket."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast
from urllib.parse import quote

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages

from courses.models import Blob


def files() -> Storage:
    return storages["files"]


def name_of(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"


def keep(path: Path, sha256: str) -> None:
    """Take the file over from the folder of uploads. The same bytes again are no second file."""
    storage, name = files(), name_of(sha256)
    if storage.exists(name):
        path.unlink()
    elif isinstance(storage, FileSystemStorage):
        target = Path(storage.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        path.chmod(0o640)
        path.replace(target)
    else:
        with path.open("rb") as file:
            storage.save(name, File(file))
        path.unlink()


def opener(blob: Blob) -> Callable[[], BinaryIO]:
    return partial(_open, name_of(blob.sha256))


def _open(name: str) -> BinaryIO:
    return cast(BinaryIO, files().open(name, "rb"))


def accel_path(blob: Blob) -> str:
    """What X-Accel-Redirect names, where a proxy in front reads the folder itself."""
    prefix = settings.FILES_ACCEL_PREFIX
    return f"{prefix.rstrip('/')}/{quote(name_of(blob.sha256))}" if prefix else ""


def signed_url(blob: Blob, headers: dict[str, str]) -> str:
    """A short-lived address at the bucket, answered with `headers`; nothing for a folder."""
    storage = files()
    if isinstance(storage, FileSystemStorage):
        return ""
    parameters = {
        "ResponseContentType": headers["Content-Type"],
        "ResponseContentDisposition": headers["Content-Disposition"],
        "ResponseCacheControl": headers["Cache-Control"],
    }
    return storage.url(name_of(blob.sha256), parameters=parameters)  # type: ignore[call-arg]


def upload_path(public_id: str) -> Path:
    settings.UPLOADS_DIR.mkdir(parents=True, exist_ok=True)
    return settings.UPLOADS_DIR / public_id
