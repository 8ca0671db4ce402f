"""What the sample data says: TOML files beside this module, read into plans.

A text in two languages is `{zh = …, en = …}` there and a Text here.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

DATA = Path(__file__).parent / "data"
PROGRAMS = ("shanghai", "conference", "shenzhen", "berlin", "singapore", "online")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LANGUAGES = {"zh": "zh_hans", "en": "en"}

Text = dict[str, str]


def read(name: str) -> dict[str, Any]:
    with (DATA / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def in_both(**texts: Text) -> dict[str, Any]:
    """`title={"zh": …, "en": …}` → the model's fields `title_zh_hans`, `title_en`."""
    return {
        f"{name}_{LANGUAGES[language]}": words.strip()
        for name, text in texts.items()
        for language, words in text.items()
    }


@dataclass(frozen=True, kw_only=True)
class TypePlan:
    """`opens` and `closes` are days before the event; `sold` is how many tickets the sample has."""

    name: Text
    description: Text = field(default_factory=dict)
    price: int = 0
    quotas: list[str] = field(default_factory=list)
    opens: int | None = None
    closes: int | None = None
    most: int = 10
    hidden: bool = False
    sold: int = 0


@dataclass(frozen=True, kw_only=True)
class TalkPlan:
    """`at` is a day of the event and a time of its clock; `by` are keys of speakers, or names."""

    at: str
    minutes: int
    title: Text
    kind: Text
    abstract: Text = field(default_factory=dict)
    room: int | None = None
    by: list[str] = field(default_factory=list)
    language: str = ""
    tags: list[str] = field(default_factory=list)

    def start_at(self, event_start: datetime) -> datetime:
        day, _, clock = self.at.partition(" ")
        on = event_start.date() + timedelta(days=int(day))
        return datetime.combine(on, time.fromisoformat(clock), event_start.tzinfo)


@dataclass(frozen=True, kw_only=True)
class EventPlan:
    """One event. `day` counts from today and `on` moves it to the next such weekday; `now` means
    that it has just begun, whenever that is. `published` are days before its start.

    `latin` and `admitted` are shares of its people; `expired`, `canceled`, `open`, `failed_cards`
    count orders, `canceled_tickets` (given back) and `reissued` tickets.
    """

    slug: str
    chapter: str
    title: Text
    summary: Text
    description: Text
    at: str
    hours: float
    cover: str
    spoken: str
    quotas: dict[str, int]
    types: list[TypePlan]
    day: int = 0
    on: str = ""
    now: bool = False
    mode: str = "offline"
    venue: str = ""
    online: str = ""
    night: bool = False
    state: str = "published"
    cancel_reason: str = ""
    published: int = 28
    moved: bool = False
    rooms: list[Text] = field(default_factory=list)
    talks: list[TalkPlan] = field(default_factory=list)
    gates: list[str] = field(default_factory=lambda: [""])
    admitted: float = 0.0
    latin: float = 0.12
    expired: int = 0
    canceled: int = 0
    open: int = 0
    failed_cards: int = 0
    canceled_tickets: int = 0
    refund_rules: list[tuple[int, int]] = field(default_factory=list)  # hours before, percent
    reissued: int = 0

    def start_at(self, now: datetime, zone: str) -> datetime:
        """In the event's zone."""
        here = now.astimezone(ZoneInfo(zone))
        on = here.date() + timedelta(days=self.day)
        if self.on:
            on += timedelta(days=(WEEKDAYS.index(self.on) - on.weekday()) % 7)
        start = _at(on, self.at, here)
        if self.now and start > here - timedelta(minutes=45):
            start = _at(on - timedelta(days=1), self.at, here)
        return start


def _at(on: date, clock: str, here: datetime) -> datetime:
    return datetime.combine(on, time.fromisoformat(clock), here.tzinfo)


def event_plans() -> list[EventPlan]:
    rows = [row for name in PROGRAMS for row in read(name)["events"]]
    return [_event_plan(**row) for row in rows]


def _event_plan(
    *, types: Iterable[dict], agenda: dict[str, Any] | None = None, **fields: Any
) -> EventPlan:
    agenda = agenda or {}
    return EventPlan(
        types=[TypePlan(**row) for row in types],
        rooms=agenda.get("rooms", []),
        talks=[TalkPlan(**row) for row in agenda.get("talks", [])],
        **fields,
    )
