"""The event's log: who changed what, and when. Never an attendee's data."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models.fields.files import FieldFile

from accounts.models import User
from events.models import Event, LogEntry

Changes = dict[str, list[Any]]
LONGEST = 400


def record(
    *, event: Event, by: User | None, action: str, target: str = "", changes: Changes | None = None
) -> LogEntry:
    """Write one line. Call it inside the transaction that it tells of."""
    return LogEntry.objects.create(
        event=event, by=by, action=action, target=str(target)[:200], changes=changes or {}
    )


def plain(value: Any) -> str | int | bool:
    """A value as the log keeps it: instants in ISO 8601, rows by their name, long texts cut."""
    match value:
        case None:
            return ""
        case bool() | int():
            return value
        case datetime():
            return value.isoformat()
        case FieldFile():
            return value.name or ""
        case models.Model():
            return str(value)
        case list() | tuple() | set():
            return ", ".join(str(plain(item)) for item in value)
        case _:
            text = str(value)
            return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def assign(thing: models.Model, fields: dict[str, Any]) -> Changes:
    """Set `fields` on `thing` and tell which of them differ now: {field: [before, after]}.

    Empty text and None are the same nothing: a translated column is null until it is written.
    """
    changes: Changes = {}
    for name, after in fields.items():
        before = getattr(thing, name)
        setattr(thing, name, after)
        if (before or None) != (getattr(thing, name) or None):
            changes[name] = [plain(before), plain(after)]
    return changes
