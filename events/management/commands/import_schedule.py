from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils.text import Truncator

from community.models import Chapter
from core.errors import DomainError
from events.models import Event
from events.schedules import MAX_BYTES, ScheduleError, Skipped
from events.services.agenda_rows import Change, ChangeKind
from events.services.schedules import Comparison, compare_schedule, import_schedule

SIGNS = {ChangeKind.ADDED: "+", ChangeKind.CHANGED: "~", ChangeKind.REMOVED: "-"}


class Command(BaseCommand):
    help = (
        "Make or update one event with its agenda from a schedule: OPass-style JSON, "
        "frab or pretalx JSON, or iCalendar."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--chapter", required=True, help="slug of the chapter that holds it")
        parser.add_argument(
            "--event", help="slug of an event whose agenda it is; only that is touched"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="print the difference, write nothing"
        )

    @no_translations
    def handle(
        self,
        *,
        file: Path,
        chapter: str,
        event: str | None,
        dry_run: bool,
        verbosity: int,
        **_: Any,
    ) -> None:
        target = self._target(chapter, event)
        do = compare_schedule if dry_run else import_schedule
        try:
            comparison = do(_read(file), name=file.stem, **target)
        except ScheduleError as error:
            self._skipped(error.skipped)
            raise CommandError(f"{file.name}: {error} Nothing was changed.") from None
        except DomainError as error:
            raise CommandError(f"{file.name}: {error}") from None
        self._report(comparison, dry_run=dry_run, in_full=dry_run or verbosity > 1)

    def _target(self, chapter: str, event: str | None) -> dict[str, Any]:
        try:
            holder = Chapter.objects.get(slug=chapter)
            return {
                "chapter": holder,
                "event": Event.objects.get(chapter=holder, slug=event) if event else None,
            }
        except Chapter.DoesNotExist:
            raise CommandError(f"There is no chapter “{chapter}”.") from None
        except Event.DoesNotExist:
            raise CommandError(f"The chapter “{chapter}” has no event “{event}”.") from None

    def _report(self, comparison: Comparison, *, dry_run: bool, in_full: bool) -> None:
        zone = ZoneInfo(comparison.event.time_zone or "UTC")
        for change in comparison.changes if in_full else []:
            self.stdout.write(f"{SIGNS[change.kind]} {change.noun} “{_short(change.name, zone)}”")
            for line in _fields(change, zone):
                self.stdout.write(line)
        self._skipped(comparison.skipped)
        counts = Counter((str(change.noun), change.kind) for change in comparison.changes)
        told = [f"{count} × {noun} {kind.label}" for (noun, kind), count in counts.items()]
        self.stdout.write(
            f"{comparison.talks} talks, {comparison.rooms} rooms, {comparison.speakers} speakers, "
            f"{len(comparison.skipped)} remarks. " + (", ".join(told) or "Nothing changes") + "."
        )
        if dry_run:
            self.stdout.write("This was a dry run: nothing was written.")
        else:
            self.stdout.write(f"The event is “{comparison.event}” ({comparison.event.slug}).")

    def _skipped(self, skipped: Iterable[Skipped]) -> None:
        for entry in skipped:
            self.stderr.write(f"! {entry}")


def _read(file: Path) -> bytes:
    """At most one byte more than a schedule may have, which is enough to refuse it."""
    try:
        with file.open("rb") as source:
            return source.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}.") from None


def _fields(change: Change, zone: ZoneInfo) -> Iterator[str]:
    for field in change.fields:
        yield f"    {field.label}: {_short(field.before, zone)} → {_short(field.after, zone)}"


def _short(value: object, zone: ZoneInfo) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M %Z}"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return Truncator(" ".join(text.split())).chars(72) or "(nothing)"
