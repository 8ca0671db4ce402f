"""Which IANA zone a name or the written offsets stand for."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON


def find_zone(name: str) -> ZoneInfo | None:
    """The zone of an IANA or Windows name, also behind a prefix such as `/mozilla.org/1/`."""
    name = name.strip()
    parts = name.split("/")[-4:]
    tails = ["/".join(parts[start:]) for start in range(len(parts) - 1)] if len(parts) > 1 else []
    for candidate in (name, WINDOWS_TO_OLSON.get(name, ""), *tails):
        zone = _zone(candidate)
        if zone:
            return zone
    return None


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name and name.isascii() and len(name) < 64 else None
    except (ValueError, OSError, KeyError):
        return None


def agrees(zone: ZoneInfo, moments: Iterable[datetime]) -> bool:
    """Whether the moments' written offsets are those of the zone."""
    return all(moment.utcoffset() == moment.astimezone(zone).utcoffset() for moment in moments)


def zone_of_offsets(moments: Iterable[datetime]) -> ZoneInfo | None:
    """The fixed zone of the commonest offset, if any: `Etc/GMT-8` is eight hours ahead."""
    counts = Counter(moment.utcoffset() for moment in moments)
    offset = counts.most_common(1)[0][0] if counts else None
    if offset is None or offset % timedelta(hours=1):
        return None
    hours = offset // timedelta(hours=1)
    return _zone(f"Etc/GMT{-hours:+d}" if hours else "UTC")
