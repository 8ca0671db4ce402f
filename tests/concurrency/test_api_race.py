"""One request, sent several times at the same moment."""

from uuid import uuid4

import pytest

from api import idempotency
from api.models import IdempotentAnswer
from orders.models import Order
from tests.api.caller import Caller, caller_of
from tests.concurrency.threads import at_once
from tests.factories.ticketing import QuotaFactory, TicketTypeFactory
from ticketing.models import Quota

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

TIMES = 6


@pytest.fixture
def kind():
    hall = QuotaFactory()
    return TicketTypeFactory(event=hall.event, quotas=[hall])


def send_at_once(kind, secret="", **fields) -> list:
    wanted = [{"ticket_type": kind.public_id}]
    body = {"tickets": wanted, "name": "Lin", "email": "lin@example.com", **fields}
    key = str(uuid4())
    callers = [Caller() for _ in range(TIMES)]
    for caller in callers:
        caller.headers = {"authorization": secret} if secret else {}
    return at_once(TIMES, lambda number: callers[number].order(kind.event, body, key))


@pytest.mark.parametrize("with_token", [False, True])
def test_one_order_sent_at_once_is_one_order(kind, with_token):
    secret = caller_of().headers["authorization"] if with_token else ""

    answers = send_at_once(kind, secret)

    placed = [answer.json() for answer in answers if answer.status_code == 201]
    others = [answer.json()["code"] for answer in answers if answer.status_code != 201]
    assert placed
    assert placed == [placed[0]] * len(placed)
    assert set(others) <= {"idempotency_at_work"}
    assert (Order.objects.count(), Quota.objects.get().taken) == (1, 1)
    assert IdempotentAnswer.objects.get().status == 201


def test_without_the_guard_the_same_request_is_several_orders(kind, monkeypatch):
    """The control: nobody claims the key, and each try names an intent of its own."""
    monkeypatch.setattr(idempotency, "_claim", lambda request, key: IdempotentAnswer())
    monkeypatch.setattr(idempotency, "_client_key", lambda request, key: uuid4())
    monkeypatch.setattr(IdempotentAnswer, "save", lambda self, **options: None)

    send_at_once(kind)

    assert (Order.objects.count(), Quota.objects.get().taken) == (TIMES, TIMES)
