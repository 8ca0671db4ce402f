"""Who may do what: every persona at every address."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import ApiToken, TokenScope
from api.urls import urlpatterns
from community.models import Role
from tests.api.caller import Caller, caller_of
from tests.factories.community import MembershipFactory
from tests.factories.events import EventFactory
from tests.factories.orders import OrderFactory
from tests.factories.ticketing import CheckInFactory, TicketFactory, TicketTypeFactory
from ticketing.models import Ticket

pytestmark = pytest.mark.django_db

EVERYBODY = [
    "anonymous",
    "stranger",
    "steward",
    "organizer",
    "neighbor",
    "expired",
    "revoked",
    "limited",
]
ALL_200 = [200, 200, 200, 200, 200, 401, 401, 200]


@pytest.fixture
def expired() -> Caller:
    return caller_of(expires_at=timezone.now() - timedelta(seconds=1))


@pytest.fixture
def revoked() -> Caller:
    caller = caller_of()
    ApiToken.objects.update(revoked_at=timezone.now())
    return caller


@pytest.fixture
def limited(event) -> Caller:
    """An organizer here, whose token has no scope at all."""
    return caller_of(MembershipFactory(chapter=event.chapter).user, scopes=[])


@pytest.fixture
def ask(request, event):
    """The status that each persona gets. The revoked one first: it revokes whatever exists."""

    def _ask(call) -> list[int]:
        order = sorted(EVERYBODY, key=lambda name: name != "revoked")
        callers = {name: request.getfixturevalue(name) for name in order}
        return [call(callers[name]).status_code for name in EVERYBODY]

    return _ask


def test_public_events_are_everybodys(ask, event):
    assert ask(lambda caller: caller.get("events/")) == ALL_200
    assert ask(lambda caller: caller.get("events/zk-night/")) == ALL_200
    assert ask(lambda caller: caller.get("events/zk-night/talks/")) == ALL_200
    assert ask(lambda caller: caller.get("events/zk-night/ticket-types/")) == ALL_200


@pytest.mark.parametrize("rest", ["", "talks/", "ticket-types/"])
def test_draft_is_there_for_those_who_run_its_chapter(ask, event, rest):
    draft = EventFactory(draft=True, chapter=event.chapter)

    statuses = ask(lambda caller: caller.get(f"events/{draft.slug}/{rest}"))

    assert statuses == [404, 404, 404, 200, 404, 401, 401, 404]


def test_draft_is_listed_for_those_who_run_its_chapter(organizer, steward, anonymous, event):
    draft = EventFactory(draft=True, chapter=event.chapter)

    listed = [
        {found["slug"] for found in caller.get("events/").json()["results"]}
        for caller in (organizer, steward, anonymous)
    ]

    assert listed == [{event.slug, draft.slug}, {event.slug}, {event.slug}]


def test_ordering_needs_no_token_but_a_token_needs_its_scope(ask, event):
    kind = TicketTypeFactory(event=event)
    body = {"tickets": [{"ticket_type": kind.public_id}], "name": "Lin", "email": "l@example.com"}

    statuses = ask(lambda caller: caller.order(event, body))

    assert statuses == [201, 201, 201, 201, 201, 401, 401, 403]


def test_only_those_who_run_the_event_mark_orders_paid(ask, event):
    kind = TicketTypeFactory(event=event)
    body = {
        "tickets": [{"ticket_type": kind.public_id}],
        "name": "Lin",
        "email": "l@example.com",
        "mark_paid": {"provider": "cash"},
    }

    statuses = ask(lambda caller: caller.order(event, body))

    assert statuses == [401, 403, 403, 201, 403, 401, 401, 403]
    assert Ticket.objects.count() == 1


def test_an_order_is_there_for_whoever_knows_its_id(ask, event):
    order = TicketFactory(ticket_type__event=event).order_line.order

    assert ask(lambda caller: caller.get(f"orders/{order.public_id}/")) == ALL_200
    assert ask(lambda caller: caller.get(f"orders/{uuid4()}/"))[:2] == [404, 404]


def test_only_door_helpers_check_in(ask, event):
    def scan(caller: Caller):
        label = TicketFactory(ticket_type__event=event).label
        return caller.post("events/zk-night/check-ins/", {"code": label, "nonce": str(uuid4())})

    assert ask(scan) == [401, 404, 201, 201, 404, 401, 401, 403]


def test_only_door_helpers_undo(ask, event):
    def undo(caller: Caller):
        scan = CheckInFactory(ticket__ticket_type__event=event)
        return caller.delete(f"events/zk-night/check-ins/{scan.nonce}/")

    assert ask(undo) == [401, 404, 204, 204, 404, 401, 401, 403]


def test_only_those_who_run_the_event_read_its_attendees(ask, event):
    statuses = ask(lambda caller: caller.get("events/zk-night/attendees/"))

    assert statuses == [401, 404, 404, 200, 404, 401, 401, 403]


def test_events_of_nowhere_are_the_same_404_for_everybody(ask):
    assert ask(lambda caller: caller.get("events/none/"))[:5] == [404] * 5
    assert ask(lambda caller: caller.get("events/none/attendees/"))[1:5] == [404] * 4


@pytest.mark.parametrize(
    ("scope", "call"),
    [
        ("attendees:read", lambda caller: caller.get("events/zk-night/attendees/")),
        ("check_in", lambda caller: caller.post("events/zk-night/check-ins/", {})),
        ("check_in", lambda caller: caller.delete(f"events/zk-night/check-ins/{uuid4()}/")),
        ("orders:write", lambda caller: caller.post("events/zk-night/orders/", {})),
    ],
)
def test_every_other_scope_is_refused_with_the_name_of_the_right_one(event, scope, call):
    user = MembershipFactory(chapter=event.chapter, role=Role.OWNER).user
    others = [other for other in TokenScope if other != scope]

    response = call(caller_of(user, others))

    assert response.status_code == 403
    assert response.json() == {
        "code": "insufficient_scope",
        "detail": f"This token lacks the scope “{scope}”.",
        "fields": {},
        "params": {"scope": scope},
    }
    assert response["WWW-Authenticate"] == f'Bearer error="insufficient_scope", scope="{scope}"'


def test_a_person_who_was_deactivated_has_no_working_token(organizer, event):
    ApiToken.objects.get().user.__class__.objects.update(is_active=False)

    assert organizer.get("events/").status_code == 401


def test_every_address_has_a_persona_test():
    """A new address fails here until somebody has thought about who may use it."""
    known = {
        "docs", "schema", "event-list", "event-detail", "talk-list", "ticket-type-list",
        "order-create", "order-detail", "check-in", "check-in-undo", "attendee-list", "nowhere",
        # for paired phones, see test_door.py
        "door-pair", "door-status", "door-sync", "door-scan", "door-upload", "door-undo",
        "door-search", "door-walk-in", "door-wiped",
        # see test_courses.py
        "course-list", "course-detail", "lesson-detail", "enrollment-list",
    }  # fmt: skip

    assert {pattern.name for pattern in urlpatterns} == known


def test_an_order_of_nothing_is_not_shown(anonymous):
    assert anonymous.get(f"orders/{OrderFactory().public_id}/").status_code == 404
