"""What a buyer gets back who returns a ticket in time: the organizer's published promise."""

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from django.db import transaction

from accounts.models import User
from events.models import Event
from events.services import log
from ticketing import errors
from ticketing.models import RefundRule


class Rule(NamedTuple):
    """`percent` of the price for who returns a ticket at least `hours_before` the start."""

    hours_before: int
    percent: int


@transaction.atomic
def save_refund_rules(*, event: Event, by: User, rules: Iterable[Rule]) -> list[RefundRule]:
    """Replace all rules of an event; none means that tickets are not taken back by themselves.

    Raises RefundRuleTwice, RefundRulesRise.
    """
    event = Event.objects.select_for_update(of=("self",), no_key=True).get(pk=event.pk)
    wanted = sorted(rules, reverse=True)
    _check(wanted)
    now = [Rule(rule.hours_before, rule.percent) for rule in event.refund_rules.all()]
    if now != wanted:
        event.refund_rules.all().delete()
        rows = [RefundRule(event=event, **rule._asdict()) for rule in wanted]
        RefundRule.objects.bulk_create(rows)
        changes = {"refund_rules": [_words(now), _words(wanted)]}
        log.record(event=event, by=by, action="refund_rules_changed", changes=changes)
    return list(event.refund_rules.all())


def _check(rules: list[Rule]) -> None:
    """From early to late."""
    for early, late in pairwise(rules):
        if early.hours_before == late.hours_before:
            raise errors.RefundRuleTwice
        if early.percent < late.percent:
            raise errors.RefundRulesRise


def _words(rules: list[Rule]) -> str:
    return ", ".join(f"≥ {rule.hours_before} h: {rule.percent} %" for rule in rules)
