"""Schedules that others publish, read into one shape. Knows no database: bytes in, Schedule out."""

from events.schedules.detect import read_schedule
from events.schedules.parsed import MAX_BYTES, Schedule, ScheduleError, Skipped, Text

__all__ = ["MAX_BYTES", "Schedule", "ScheduleError", "Skipped", "Text", "read_schedule"]
