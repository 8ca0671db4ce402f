"""The rule of the door: what a scanner knows → its verdict. Pure, and said once more in the
browser (the scanner's page decides without a network); `verdict_cases.json` of the tests holds
both to the same answers.

Times are milliseconds since the epoch, corrected by the clock's offset. A list's end is no part
of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Admission(NamedTuple):
    list: str
    at_ms: int
    gate: str = ""


@dataclass(frozen=True)
class KnownTicket:
    """What is known of the ticket that was found."""

    status: str  # held | valid | canceled
    type: int
    is_replaced: bool = False


@dataclass(frozen=True)
class KnownList:
    """Empty `types` admit all; an open end is None."""

    id: str
    types: Sequence[int] = ()
    from_ms: int | None = None
    until_ms: int | None = None
    reentry: bool = False

    def admits(self, ticket_type: int | None) -> bool:
        return not self.types or ticket_type in self.types

    def is_open(self, now_ms: int) -> bool:
        started = self.from_ms is None or self.from_ms <= now_ms
        return started and (self.until_ms is None or now_ms < self.until_ms)


@dataclass(frozen=True)
class Facts:
    """`signature` is good, bad, unknown_key, unchecked, other_event, or empty for typed text.

    `is_complete` says that the scanner knows every ticket, which only the server does.
    `matches` counts the standing tickets that a typed reference names. `admissions` are those of
    this ticket that stand, by whatever door; the scanner's own may be of one it has no row of.
    """

    event: str
    now_ms: int
    lists: Sequence[KnownList]
    ticket: KnownTicket | None = None
    admissions: Sequence[Admission] = ()
    signature: str = ""
    type: int | None = None
    matches: int = 1
    is_complete: bool = False


@dataclass(frozen=True)
class Verdict:
    """`kind` is in, again, refused or choose; `reason` the code of a refusal.

    `is_unlisted`: genuine by its signature, but sold since the scanner last heard of sales.
    """

    kind: str
    reason: str = ""
    list: str | None = None
    is_reentry: bool = False
    since_ms: int | None = None
    gate: str = ""
    is_unlisted: bool = False
    opens_ms: int | None = None


def decide(facts: Facts) -> Verdict:
    """The first question that has an answer gives it."""
    if facts.event != "published":
        return Verdict("refused", "event_not_open")
    if facts.signature == "other_event":
        return Verdict("refused", "other_event")
    if facts.signature == "bad":
        return Verdict("refused", "unknown_ticket")
    if facts.matches > 1:
        return Verdict("choose", "ticket_ambiguous")
    if facts.ticket is None:
        return _without_row(facts)
    if reason := _why_not(facts.ticket):
        return Verdict("refused", reason)
    return _at_lists(facts, facts.ticket.type)


def _without_row(facts: Facts) -> Verdict:
    if facts.is_complete:
        return Verdict("refused", "unknown_ticket")
    if facts.signature != "good":
        return Verdict("refused", "not_synced")
    return _at_lists(facts, facts.type, is_unlisted=True)


def _why_not(ticket: KnownTicket) -> str:
    if ticket.is_replaced:
        return "ticket_replaced"
    return {"held": "ticket_unpaid", "canceled": "ticket_canceled"}.get(ticket.status, "")


def _at_lists(facts: Facts, ticket_type: int | None, *, is_unlisted: bool = False) -> Verdict:
    lists = [each for each in facts.lists if each.admits(ticket_type)]
    if not lists:
        return Verdict("refused", "wrong_list", is_unlisted=is_unlisted)
    for each in lists:
        if each.is_open(facts.now_ms):
            return _on_list(each, facts.admissions, is_unlisted)
    to_come = [
        each.from_ms for each in lists if each.from_ms is not None and each.from_ms > facts.now_ms
    ]
    if to_come:
        opens_ms = min(to_come)
        return Verdict("refused", "too_early", is_unlisted=is_unlisted, opens_ms=opens_ms)
    return Verdict("refused", "too_late", is_unlisted=is_unlisted)


def _on_list(chosen: KnownList, admissions: Sequence[Admission], is_unlisted: bool) -> Verdict:
    here = [each for each in admissions if each.list == chosen.id]
    if not here:
        return Verdict("in", list=chosen.id, is_unlisted=is_unlisted)
    first = min(here, key=lambda each: each.at_ms)
    kind, reason = ("in", "") if chosen.reentry else ("again", "already_checked_in")
    return Verdict(
        kind,
        reason,
        list=chosen.id,
        is_reentry=chosen.reentry,
        since_ms=first.at_ms,
        gate=first.gate,
        is_unlisted=is_unlisted,
    )
