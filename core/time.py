"""Instants are UTC; people see them in a named zone."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from django.core.exceptions import ValidationError
from django.utils import formats
from django.utils.translation import gettext_lazy as _, pgettext

# What the choice fields offer first; any IANA name is valid
COMMON_ZONES = [
    "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Singapore", "Asia/Tokyo", "Asia/Seoul",
    "Asia/Dubai", "Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles",
    "Australia/Sydney", "UTC",
]  # fmt: skip


@cache
def zone_choices() -> list[tuple[str, str]]:
    rest = sorted(available_timezones() - set(COMMON_ZONES))
    return [(name, name.replace("_", " ")) for name in [*COMMON_ZONES, *rest]]


def validate_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValidationError(_("There is no time zone of this name."), code="zone") from None


def zone_label(moment: datetime, zone: str) -> str:
    """`Asia/Shanghai (UTC+8)`: the name and the offset that holds at `moment`."""
    if zone == "UTC":
        return zone
    offset = moment.astimezone(ZoneInfo(zone)).strftime("%z")
    hours = offset[:3].lstrip("+-").lstrip("0") or "0"
    minutes = "" if offset[3:5] == "00" else f":{offset[3:5]}"
    return f"{zone.replace('_', ' ')} (UTC{offset[0]}{hours}{minutes})"


def format_moment(moment: datetime, zone: str) -> str:
    """`Thu, 3 Dec 2026 19:00` in `zone`, in the active language."""
    local = moment.astimezone(ZoneInfo(zone))
    date_format, time_format = pgettext("date format", "D, j M Y"), pgettext("time format", "H:i")
    return f"{formats.date_format(local, date_format)} {formats.date_format(local, time_format)}"


def format_span(start_at: datetime, end_at: datetime, zone: str) -> str:
    """A span in `zone`, in the active language, without repeating the date on one day."""
    start, end = (moment.astimezone(ZoneInfo(zone)) for moment in (start_at, end_at))
    date_format, time_format = pgettext("date format", "D, j M Y"), pgettext("time format", "H:i")
    first = format_moment(start_at, zone)
    last = formats.date_format(end, time_format)
    if start.date() != end.date():
        last = f"{formats.date_format(end, date_format)} {last}"
    return f"{first} – {last}"
