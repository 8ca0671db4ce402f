"""The table of cases that the scanner's page has to pass as well."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from ticketing.verdicts import Admission, Facts, KnownList, KnownTicket, decide

CASES = json.loads(Path(__file__).with_name("verdict_cases.json").read_text())


def facts_of(given: dict) -> Facts:
    """`read` is for the browser's module, which tells a token from typed text."""
    known = {key: value for key, value in given.items() if key != "read"}
    known["ticket"] = KnownTicket(**given["ticket"]) if given["ticket"] else None
    known["admissions"] = [Admission(**each) for each in given["admissions"]]
    known["lists"] = [KnownList(**each) for each in given["lists"]]
    return Facts(**known)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_verdict_is_the_one_of_the_table(case):
    assert asdict(decide(facts_of(case["facts"]))) == case["expect"]


def test_table_is_large_enough_to_hold_two_languages_together():
    assert len(CASES) >= 80
    assert len({case["name"] for case in CASES}) == len(CASES)
