from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations

from courses.models import Course
from courses.services.exports import write_folder, zip_chunks


class Command(BaseCommand):
    help = "Write a course down as a folder (docs/course-folder.md), or as a zip file of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("path", type=Path, help="a new folder, or a new file that ends in .zip")

    @no_translations
    def handle(self, *, slug: str, path: Path, **_: Any) -> None:
        course = Course.objects.filter(slug=slug).first()
        if course is None:
            raise CommandError(f"There is no course “{slug}”.")
        if path.exists() or not path.parent.is_dir():
            raise CommandError(
                f"{path}: Name a path that does not exist yet, in a folder that does."
            )
        try:
            if path.suffix == ".zip":
                _write_zip(course, path)
            else:
                write_folder(course, path)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror or error}. Nothing was kept.") from None
        self.stdout.write(f"“{course}” is in {path}.")


def _write_zip(course: Course, path: Path) -> None:
    """Whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("xb") as out:
            out.writelines(zip_chunks(course))
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
