"""Which format a file is in, told by what is in it and not by its name."""

from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from events.schedules.frab import is_frab, read_frab
from events.schedules.ical import is_ical, read_ical
from events.schedules.nodes import load_json
from events.schedules.opass import is_opass, read_opass
from events.schedules.parsed import Schedule, ScheduleError
from events.schedules.texts import decode


def read_schedule(data: bytes, *, zone: ZoneInfo) -> Schedule:
    """`zone` is the one for times that name none. Raises ScheduleError, and nothing else."""
    text = decode(data)
    if is_ical(text):
        return read_ical(text, zone=zone)
    if text.lstrip().startswith("<"):
        raise ScheduleError(
            _("This is XML or a web page. Take the schedule as JSON or as iCalendar.")
        )
    document = load_json(text)
    if is_frab(document):
        return read_frab(document, zone=zone)
    if is_opass(document):
        return read_opass(document, zone=zone)
    raise ScheduleError(
        _("The file is JSON, but has neither “sessions” (OPass) nor “schedule” (frab, pretalx).")
    )
