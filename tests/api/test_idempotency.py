from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from api.idempotency import GIVEN_UP_AFTER, KEPT
from api.jobs import forget_old_answers
from api.models import IdempotentAnswer
from orders.models import Order
from tests.api.caller import caller_of
from tests.factories.events import EventFactory
from tests.factories.ticketing import QuotaFactory, TicketTypeFactory
from ticketing.models import Quota

pytestmark = pytest.mark.django_db

KEY = "a-key-of-my-own-choosing"


@pytest.fixture
def kind(event):
    return TicketTypeFactory(event=event, quotas=[QuotaFactory(event=event)])


@pytest.fixture
def body(kind) -> dict:
    wanted = [{"ticket_type": kind.public_id, "holder_name": "Lin"}]
    return {"tickets": wanted, "name": "Lin", "email": "lin@example.com"}


def short(response) -> tuple[int, str]:
    return response.status_code, response.json().get("code", "")


def die_in_the_middle() -> None:
    """The process ended after the order was placed, before its answer was kept."""
    IdempotentAnswer.objects.update(status=None, body=None)


@pytest.mark.parametrize("key", ["", "short", "x" * 81, "with a space within it", "键" * 16])
def test_key_is_asked_for(anonymous, event, body, key):
    response = anonymous.order(event, body, key or " ")

    assert short(response) == (400, "idempotency_key_missing")
    assert list(response.json()["fields"]) == ["Idempotency-Key"]
    assert not Order.objects.exists()


def test_missing_header_is_asked_for(anonymous, body):
    assert short(anonymous.post("events/zk-night/orders/", body)) == (
        400,
        "idempotency_key_missing",
    )


@pytest.mark.parametrize("who", ["anonymous", "stranger"])
def test_same_key_and_body_get_the_same_answer(request, event, body, who):
    caller = request.getfixturevalue(who)

    first, again = (caller.order(event, body, KEY) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert (Order.objects.count(), Quota.objects.get().taken) == (1, 1)


def test_order_of_members_and_space_make_no_other_body(anonymous, event, body):
    anonymous.order(event, body, KEY)

    again = anonymous.order(event, dict(reversed(body.items())), KEY)

    assert again.status_code == 201


def test_another_body_or_address_is_refused(anonymous, event, body, kind):
    anonymous.order(event, body, KEY)
    elsewhere = EventFactory()

    assert short(anonymous.order(event, body | {"name": "Ada"}, KEY)) == (
        422,
        "idempotency_mismatch",
    )
    assert short(anonymous.order(elsewhere, body, KEY)) == (422, "idempotency_mismatch")
    assert Order.objects.count() == 1


def test_keys_of_two_tokens_are_two_keys(event, body, anonymous):
    answers = [caller.order(event, body, KEY) for caller in (caller_of(), caller_of(), anonymous)]

    assert [answer.status_code for answer in answers] == [201] * 3
    assert Order.objects.count() == 3


def test_request_still_at_work_asks_to_come_back(anonymous, event, body):
    anonymous.order(event, body, KEY)
    die_in_the_middle()

    response = anonymous.order(event, body, KEY)

    assert short(response) == (409, "idempotency_at_work")
    assert response["Retry-After"] == "1"


def test_crash_in_the_middle_locks_no_key_and_makes_no_second_order(anonymous, event, body):
    first = anonymous.order(event, body, KEY)
    die_in_the_middle()
    IdempotentAnswer.objects.update(created_at=timezone.now() - GIVEN_UP_AFTER)

    again = anonymous.order(event, body, KEY)

    assert again.status_code == 201
    assert again.json() == first.json()
    assert (Order.objects.count(), Quota.objects.get().taken) == (1, 1)


def test_crash_after_money_was_recorded_records_it_once(organizer, event, body, kind):
    kind.price_minor = 500
    kind.save(update_fields=["price_minor"])
    body["mark_paid"] = {"provider": "cash"}
    organizer.order(event, body, KEY)
    die_in_the_middle()
    IdempotentAnswer.objects.update(created_at=timezone.now() - GIVEN_UP_AFTER)

    again = organizer.order(event, body, KEY)

    assert (again.status_code, again.json()["status"]) == (201, "paid")
    assert Order.objects.get().payments.count() == 1


def test_after_an_error_the_key_is_free(anonymous, event, body):
    Quota.objects.update(size=0)
    refused = anonymous.order(event, body, KEY)
    Quota.objects.update(size=1)

    assert short(refused) == (409, "sold_out")
    assert anonymous.order(event, body, KEY).status_code == 201


def test_old_answers_are_forgotten(anonymous, event, body):
    anonymous.order(event, body, KEY)
    anonymous.order(event, body, str(uuid4()))
    IdempotentAnswer.objects.filter(key=KEY).update(
        created_at=timezone.now() - KEPT - timedelta(minutes=1)
    )

    forget_old_answers()

    assert (
        IdempotentAnswer.objects.exclude(key=KEY).count() == IdempotentAnswer.objects.count() == 1
    )


def test_forgotten_answer_still_makes_no_second_order(anonymous, event, body):
    anonymous.order(event, body, KEY)
    IdempotentAnswer.objects.all().delete()

    assert anonymous.order(event, body, KEY).status_code == 201
    assert Order.objects.count() == 1
