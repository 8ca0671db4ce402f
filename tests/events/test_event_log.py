"""Whatever the services write into the log, its page has a sentence for it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from events.models import LogEntry
from events.templatetags.event_log import SENTENCES, log_changes, log_sentence
from tests.factories.events import EventFactory

ROOT = Path(__file__).resolve().parent.parent.parent


def _codes(file: Path) -> Iterator[str]:
    """The constants that a file passes as `action=…` or gives to a name `action`."""
    for node in ast.walk(ast.parse(file.read_text())):
        if not isinstance(node, ast.keyword | ast.Assign):
            continue
        name = node.arg if isinstance(node, ast.keyword) else getattr(node.targets[0], "id", "")
        if name != "action":
            continue
        found = node.value
        values = [found.body, found.orelse] if isinstance(found, ast.IfExp) else [found]
        yield from (value.value for value in values if isinstance(value, ast.Constant))


def test_every_deed_has_a_sentence():
    files = [
        file
        for app in ("events", "ticketing", "checkout")
        for file in ROOT.glob(f"{app}/services/*.py")
    ]
    codes = {code for file in files for code in _codes(file)}

    assert {"event_published", "ticket_type_added", "order_marked_paid"} <= codes
    assert codes - set(SENTENCES) == set()


@pytest.mark.django_db
def test_changes_are_told_by_name_in_the_zone_of_the_event():
    event = EventFactory(time_zone="Europe/Berlin")
    entry = LogEntry(
        event=event,
        action="event_changed",
        changes={
            "start_at": ["2036-05-10T06:00:00+00:00", ""],
            "attendance_mode": ["offline", "online"],
            "abstract_en": ["", "New"],
            "is_public": [True, False],
            "quotas": ["", "Hall"],
            "talks": ["3", "4"],
            "speakers": ["Ada", "Ada, Bo"],
        },
    )

    with translation.override("en"):
        lines = log_changes(entry, event)
        told = {line["label"]: (line["before"], line["after"]) for line in lines}

    assert told == {
        "Starts": ("10 May 2036, 08:00", ""),
        "Format": ("In person", "Online"),
        "Abstract in English": ("", "New"),
        "Listed on the event's page": ("yes", "no"),
        "Takes its places from": ("", "Hall"),
        "Talks": ("3", "4"),
        "Speakers": ("Ada", "Ada, Bo"),
    }


def test_a_name_with_a_percent_sign_is_told_as_it_is():
    entry = LogEntry(action="talk_added", target="100% uptime")

    with translation.override("en"):
        sentence = log_sentence(entry)

    assert sentence == "added the talk “100% uptime”"
