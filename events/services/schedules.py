"""Make an event with its agenda from a published schedule, or bring one up to date with it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _, ngettext

from accounts.models import User
from community.models import Chapter
from core.errors import DomainError
from events.models import Event, SpokenLanguage
from events.schedules import Schedule, Skipped, Text, read_schedule
from events.schedules.parsed import key_of
from events.schedules.texts import one_line
from events.services.agenda_rows import (
    AgendaRows,
    Change,
    ChangeKind,
    Values,
    agenda_rows,
    both,
    field_changes,
)
from events.services.events import free_slug
from events.services.log import plain, record
from events.services.search import refresh_search_text


class NothingInCommon(DomainError):
    """A file of the same name or title as one that was read before, but of something else."""

    code = "schedule_of_another_event"
    message = _(
        "None of the talks in this file is in “%(event)s”, which was made from a file of this "
        "name. If they shall replace its agenda, say so by naming the event (%(slug)s)."
    )


@dataclass(frozen=True)
class Comparison:
    """What a schedule changes. `event` is not saved yet when it is new and nothing was written."""

    event: Event
    is_new: bool
    changes: list[Change]
    skipped: tuple[Skipped, ...]
    talks: int
    rooms: int
    speakers: int


@dataclass
class _Plan:
    """An event, the values of its own that change, and the rows of its agenda."""

    event: Event
    schedule: Schedule
    fields: Values
    rows: AgendaRows

    def comparison(self) -> Comparison:
        return Comparison(
            event=self.event,
            is_new=self.event.pk is None,
            changes=[*self._own_change(), *self.rows.changes()],
            skipped=(*self.schedule.skipped, *_outside(self.event, self.schedule, self.fields)),
            talks=len(self.schedule.talks),
            rooms=len(self.schedule.rooms),
            speakers=len(self.schedule.speakers),
        )

    def _own_change(self) -> list[Change]:
        if self.event.pk is None:
            return [Change(ChangeKind.ADDED, _("event"), _title(self.fields))]
        before = {name: (getattr(self.event, name), value) for name, value in self.fields.items()}
        fields = field_changes(Event, before)
        return [Change(ChangeKind.CHANGED, _("event"), str(self.event), fields)] if fields else []


def compare_schedule(
    data: bytes, *, chapter: Chapter, event: Event | None = None, name: str = ""
) -> Comparison:
    """What `import_schedule` would do with the same arguments. Writes nothing.

    Raises ScheduleError for a file that cannot be read, NothingInCommon as told there.
    """
    return _plan(data, chapter=chapter, event=event, name=name).comparison()


@transaction.atomic(durable=True)
def import_schedule(
    data: bytes,
    *,
    chapter: Chapter,
    event: Event | None = None,
    name: str = "",
    by: User | None = None,
) -> Comparison:
    """Write the schedule's agenda: all of it or, after an error, nothing. Safe to repeat.

    With `event` only its agenda is touched. Without, the chapter's event from the same source is
    brought up to date, or a draft is made; `name` (the file's) stands in for a title or a key
    that the source lacks. Locks the chapter, so that two runs make one event.
    Raises ScheduleError, and NothingInCommon when an event that was found by its source would
    lose its whole agenda.
    """
    Chapter.objects.select_for_update().get(pk=chapter.pk)
    plan = _plan(data, chapter=chapter, event=event, name=name)
    comparison = plan.comparison()
    if comparison.changes:
        _write(plan, comparison, name=name, by=by)
    return comparison


def _plan(data: bytes, *, chapter: Chapter, event: Event | None, name: str) -> _Plan:
    schedule = read_schedule(data, zone=ZoneInfo((event or chapter).time_zone))
    if event is not None:
        return _Plan(event, schedule, {}, agenda_rows(event, schedule))
    source_key = schedule.key or key_of(one_line(str(schedule.title) or name).casefold())
    known = Event.objects.filter(chapter=chapter, source_key=source_key).first()
    if known is None:
        event = Event(chapter=chapter, source_key=source_key)
        return _Plan(event, schedule, _new_fields(schedule, name), agenda_rows(event, schedule))
    if known.time_zone != chapter.time_zone:
        schedule = read_schedule(data, zone=ZoneInfo(known.time_zone))
    rows = agenda_rows(known, schedule)
    if rows.has_nothing_in_common:
        raise NothingInCommon(event=known.title, slug=known.slug)
    return _Plan(known, schedule, _changed_fields(known, schedule, rows), rows)


def _new_fields(schedule: Schedule, name: str) -> Values:
    stem = one_line(name.replace("-", " ").replace("_", " "))
    title = schedule.title or Text.of(stem[:1].upper() + stem[1:160])
    return both("title", title) | {
        "start_at": schedule.start_at,
        "end_at": schedule.end_at,
        "time_zone": schedule.time_zone,
        "spoken_language": _spoken_language(schedule),
    }


def _changed_fields(event: Event, schedule: Schedule, rows: AgendaRows) -> Values:
    """What the source states about the event itself and is different now."""
    wanted = {name: text for name, text in both("title", schedule.title).items() if text}
    if schedule.zone_is_named:
        wanted["time_zone"] = schedule.time_zone
    start_at, end_at = _times(event, schedule, rows)
    wanted |= {"start_at": start_at, "end_at": end_at}
    return {name: value for name, value in wanted.items() if getattr(event, name) != value}


def _times(event: Event, schedule: Schedule, rows: AgendaRows) -> tuple[datetime, datetime]:
    """The agenda's own span where the event followed it so far; an organizer's choice stays.

    Such a choice is only ever widened, so that no talk lies outside the event.
    """
    old = rows.talks.present.values()
    old_start = min((talk["start_at"] for talk in old), default=event.start_at)
    old_end = max((talk["end_at"] for talk in old), default=event.end_at)
    start_at, end_at = schedule.start_at, schedule.end_at
    return (
        start_at if event.start_at == old_start else min(event.start_at, start_at),
        end_at if event.end_at == old_end else max(event.end_at, end_at),
    )


def _outside(event: Event, schedule: Schedule, fields: Values) -> list[Skipped]:
    """A word of warning when an event that keeps its own times does not hold the agenda."""
    start_at, end_at = fields.get("start_at", event.start_at), fields.get("end_at", event.end_at)
    count = sum(talk.start_at < start_at or talk.end_at > end_at for talk in schedule.talks)
    reason = ngettext(
        "%d talk lies outside the event's own times",
        "%d talks lie outside the event's own times",
        count,
    )
    return [Skipped("", reason % count)] if count else []


def _write(plan: _Plan, comparison: Comparison, *, name: str, by: User | None) -> None:
    event = plan.event
    own = {
        field: [plain(getattr(event, field)), plain(value)]
        for field, value in plan.fields.items()
        if not comparison.is_new
    }
    if comparison.is_new:
        _create(event, plan.fields, by)
    elif plan.fields:
        Event.objects.filter(pk=event.pk).update(
            **plan.fields, sequence=F("sequence") + 1, version=F("version") + 1
        )
        event.refresh_from_db()
    talks = len(plan.rows.talks.present)
    plan.rows.write()
    refresh_search_text(event)
    changes = own | {"talks": [talks, comparison.talks]}
    record(event=event, by=by, action="schedule_imported", target=name, changes=changes)


def _create(event: Event, fields: Values, by: User | None) -> None:
    for field, value in fields.items():
        setattr(event, field, value)
    event.created_by = by
    event.slug = free_slug(event)
    event.save(force_insert=True)


def _spoken_language(schedule: Schedule) -> str:
    spoken = {talk.language for talk in schedule.talks if talk.language}
    if {"zh", "en"} <= spoken:
        return SpokenLanguage.BOTH
    known: dict[str, Any] = {"zh": SpokenLanguage.CHINESE, "en": SpokenLanguage.ENGLISH}
    return (
        known.get(spoken.pop(), SpokenLanguage.OTHER) if len(spoken) == 1 else SpokenLanguage.OTHER
    )


def _title(fields: Values) -> str:
    return str(fields["title_zh_hans"] or fields["title_en"])
