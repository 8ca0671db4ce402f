from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils.text import Truncator

from community.models import Chapter
from core.errors import DomainError
from courses.errors import NothingToPublish
from courses.exchange import (
    CourseUnreadable,
    FolderSource,
    Skipped,
    Source,
    ZipSource,
    is_zip,
)
from courses.models import Course
from courses.services.importing.changes import Change, ChangeKind, Comparison
from courses.services.imports import compare_course, import_course, read_source
from courses.services.publishing import publish_course

SIGNS = {ChangeKind.ADDED: "+", ChangeKind.CHANGED: "~", ChangeKind.REMOVED: "-"}


class Command(BaseCommand):
    help = (
        "Make or update one course from a folder or a zip file: our own layout "
        "(docs/course-folder.md), Markdown in one or several languages, a lesson of The "
        "Carpentries, or a Common Cartridge."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--chapter", required=True, help="slug of the chapter that holds it")
        parser.add_argument(
            "--dry-run", action="store_true", help="print the difference, write nothing"
        )
        parser.add_argument(
            "--publish", action="store_true", help="show it to learners, not only at the desk"
        )
        parser.add_argument("--note", default="", help="what is new, for learners; with --publish")

    @no_translations
    def handle(
        self,
        *,
        path: Path,
        chapter: str,
        dry_run: bool,
        publish: bool,
        note: str,
        verbosity: int,
        **_: Any,
    ) -> None:
        do = compare_course if dry_run else import_course
        try:
            with _opened(path) as source:
                comparison = do(read_source(source), chapter=_chapter(chapter))
        except CourseUnreadable as error:
            self._skipped(error.skipped)
            raise CommandError(f"{path}: {error} Nothing was changed.") from None
        except DomainError as error:
            raise CommandError(f"{path}: {error}") from None
        self._report(comparison, dry_run=dry_run, in_full=dry_run or verbosity > 1)
        if publish and not dry_run:
            self._publish(comparison.course, note)

    def _publish(self, course: Course, note: str) -> None:
        try:
            publication = publish_course(course=course, by=None, note=note)
        except NothingToPublish:
            self.stdout.write("There is nothing new to publish.")
        except DomainError as error:
            raise CommandError(str(error)) from None
        else:
            self.stdout.write(f"Learners see it now, as publication {publication.number}.")

    def _report(self, comparison: Comparison, *, dry_run: bool, in_full: bool) -> None:
        for change in comparison.changes if in_full else []:
            self.stdout.write(f"{SIGNS[change.kind]} {change.noun} “{_short(change.name)}”")
            for line in _fields(change):
                self.stdout.write(line)
        self._skipped(comparison.skipped)
        told = [f"{count} × {noun} {kind}" for noun, kind, count in comparison.counts]
        self.stdout.write(
            f"{comparison.lessons} lessons in {' and '.join(comparison.languages) or 'no language'}"
            f", {comparison.files} files, {len(comparison.skipped)} remarks. "
            + (", ".join(told) or "Nothing changes")
            + "."
        )
        if dry_run:
            self.stdout.write("This was a dry run: nothing was written.")
        else:
            self.stdout.write(f"The course is “{comparison.course}” ({comparison.course.slug}).")

    def _skipped(self, skipped: Iterable[Skipped]) -> None:
        for entry in skipped:
            self.stderr.write(f"! {entry}")


def _chapter(slug: str) -> Chapter:
    try:
        return Chapter.objects.get(slug=slug)
    except Chapter.DoesNotExist:
        raise CommandError(f"There is no chapter “{slug}”.") from None


@contextmanager
def _opened(path: Path) -> Iterator[Source]:
    if path.is_dir():
        yield FolderSource(path)
        return
    try:
        file = path.open("rb")
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}.") from None
    with file:
        if not is_zip(file):
            raise CommandError(f"{path}: This is neither a folder nor a zip file.")
        yield ZipSource(file, path.stem)


def _fields(change: Change) -> Iterator[str]:
    for field in change.fields:
        yield f"    {field.label}: {_short(field.before)} → {_short(field.after)}"


def _short(value: object) -> str:
    text = "" if value is None else str(value)
    return Truncator(" ".join(text.split())).chars(72) or "(nothing)"
