"""Schemathesis: requests made up from the schema, right and wrong ones, against the whole stack.

Whatever is sent, the answer is one that the schema describes, and never a fault of ours.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from uuid import uuid4

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings, strategies as st

from api.schema import api_schema
from api.throttles import (
    AnonymousOrderThrottle,
    AnonymousThrottle,
    DeviceThrottle,
    PairingThrottle,
    TokenThrottle,
)
from tests.courses.world import add_lesson, publish
from tests.factories.courses import CourseFactory
from tests.factories.ticketing import CheckInFactory, QuotaFactory, TicketFactory, TicketTypeFactory

pytestmark = pytest.mark.django_db

EXAMPLES = 15
MOSTLY = st.sampled_from([True, True, True, False])
LABELS = [
    f"{method.upper()} {path}"
    for path, methods in api_schema()["paths"].items()
    for method in methods
]


@pytest.fixture(autouse=True)
def _no_hurry(monkeypatch) -> None:
    for throttle in (
        AnonymousOrderThrottle,
        AnonymousThrottle,
        DeviceThrottle,
        PairingThrottle,
        TokenThrottle,
    ):
        monkeypatch.setattr(throttle, "rate", "100000/min", raising=False)


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """The server would close what holds the test's transaction; Django's own client does this too."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def described() -> Any:
    import schemathesis

    given = deepcopy(api_schema())
    for methods in given["paths"].values():
        for operation in methods.values():
            del operation["responses"]["default"]  # so that each status must be named
    schema = schemathesis.openapi.from_dict(given)
    schema.app = get_wsgi_application()
    return schema


@pytest.fixture
def known(event) -> dict[str, str]:
    """What exists: a made-up request leads nowhere unless it names something real."""
    kind = TicketTypeFactory(event=event, quotas=[QuotaFactory(event=event, size=5)])
    ticket = TicketFactory(ticket_type=kind)
    course = CourseFactory(slug=event.slug)
    add_lesson(course, 1, is_preview=True)
    publish(course)
    return {
        "lesson_slug": "lesson-1",
        "slug": event.slug,
        "order_id": str(ticket.order_line.order.public_id),
        "ticket_type": kind.public_id,
        "code": ticket.label,
        "nonce": CheckInFactory(ticket__ticket_type=kind).nonce,
    }


def make_real(value: Any, known: dict[str, str]) -> Any:
    """The same wish about things that exist."""
    if isinstance(value, dict):
        return {
            key: known[key] if key in known and isinstance(inner, str) else make_real(inner, known)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [make_real(inner, known) for inner in value]
    return value


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("mode", ["POSITIVE", "NEGATIVE"])
@pytest.mark.parametrize("label", LABELS)
def test_every_answer_is_described(described, organizer, phone, known, label, mode):
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks

    rules = [
        not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_schema_conformance,
    ]

    operation = described.find_operation_by_label(label)
    seen: list[int] = []
    cases = operation.as_strategy(generation_mode=GenerationMode[mode])

    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(case=cases, is_real=MOSTLY, has_token=MOSTLY)
    def ask(case, is_real, has_token):
        if is_real:
            case.path_parameters = {**case.path_parameters, **_of(known, case.path_parameters)}
            case.body = make_real(case.body, {**known, "nonce": str(uuid4())})
        caller = phone if "/door/" in label else organizer
        # its client would not unpack what it asks for
        headers = {"accept-encoding": "identity"} | (caller.headers if has_token else {})
        seen.append(case.call_and_validate(headers=headers, checks=rules).status_code)

    ask()
    # a made-up order hardly ever names a ticket that is offered; others test orders that succeed
    if mode == "POSITIVE" and operation.method.lower() == "get":
        assert min(seen) < 300, "nothing that was made up came through"


def _of(known: dict[str, str], asked: dict[str, Any]) -> dict[str, str]:
    return {name: known[name] for name in asked if name in known}
