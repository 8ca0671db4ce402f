"""A storage that signs addresses, as that of a bucket does; it keeps nothing."""

from django.core.files.storage import Storage
from django.utils.deconstruct import deconstructible


@deconstructible
class Bucket(Storage):
    def url(self, name: str | None, parameters: dict[str, str] | None = None) -> str:
        media_type = (parameters or {})["ResponseContentType"]
        return f"https://bucket.example.com/{name}?ResponseContentType={media_type}"
