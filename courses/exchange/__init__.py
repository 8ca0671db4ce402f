"""Courses that others wrote, or that we wrote down, read into one shape. Knows no database."""

from courses.exchange.detect import read_course
from courses.exchange.parsed import CourseUnreadable, ParsedCourse, Skipped
from courses.exchange.sources import FolderSource, Source, ZipSource, is_zip

__all__ = [
    "CourseUnreadable",
    "FolderSource",
    "ParsedCourse",
    "Skipped",
    "Source",
    "ZipSource",
    "is_zip",
    "read_course",
]
