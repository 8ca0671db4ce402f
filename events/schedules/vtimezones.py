"""Time zones that an iCalendar file defines itself."""

from collections.abc import Iterable
from datetime import datetime, tzinfo

from icalendar import Timezone

from events.schedules.blocks import Block, parse_line

# What a yearly change of the clock needs. Anything else could make a rule run for hours
RULE_PARTS = {"FREQ", "BYMONTH", "BYDAY", "BYMONTHDAY", "UNTIL", "INTERVAL", "WKST"}
MAX_CHANGES = 200


def custom_zone(name: str, blocks: Iterable[Block]) -> tzinfo | None:
    """The zone that a VTIMEZONE of this TZID defines; None when none does or it cannot be used."""
    for block in blocks:
        lines = [line for raw in block.raw if (line := parse_line(*raw))]
        named = [line.value.strip() for line in lines if line.name == "TZID"]
        if named[:1] == [name] and _is_harmless(block):
            return _build(block)
    return None


def _is_harmless(block: Block) -> bool:
    lines = [line for part in block.blocks for raw in part.raw if (line := parse_line(*raw))]
    rules = [line.value.upper() for line in lines if line.name == "RRULE"]
    parts = {part.partition("=")[0] for rule in rules for part in rule.split(";")}
    yearly = all("FREQ=YEARLY" in rule.split(";") for rule in rules)
    flat = not any(part.blocks for part in block.blocks)
    return flat and yearly and parts <= RULE_PARTS and len(lines) <= MAX_CHANGES


def _build(block: Block) -> tzinfo | None:
    """For a damaged block the library raises many kinds of errors, which all mean the same."""
    try:
        component = Timezone.from_ical(block.source())
        zone = component.to_tz(lookup_tzid=False) if isinstance(component, Timezone) else None
        datetime(2020, 1, 1, tzinfo=zone).utcoffset()
    except Exception:
        return None
    return zone
