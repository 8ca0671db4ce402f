"""Where a course comes from: a folder or a zip file, checked before it is read."""

from courses.exchange.sources.base import Source
from courses.exchange.sources.folders import FolderSource
from courses.exchange.sources.zips import ZipSource, is_zip

__all__ = ["FolderSource", "Source", "ZipSource", "is_zip"]
