"""Keys, idempotency and shapes of errors."""

import base64
import threading

import pytest
import stripe
from django.test import Client

from sandbox.models import CheckoutSession, IdempotentCall, Refund
from tests.sandbox.conftest import order, press, row

URL = "/sandbox/stripe/v1/checkout/sessions"


def test_same_key_and_parameters_give_the_same_answer(gateway):
    options = {"idempotency_key": "k1"}

    first = gateway.v1.checkout.sessions.create(order(), options)
    again = gateway.v1.checkout.sessions.create(order(), options)

    assert again.id == first.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert CheckoutSession.objects.count() == 1


def test_same_key_with_other_parameters_is_refused(gateway):
    gateway.v1.checkout.sessions.create(order(), {"idempotency_key": "k1"})

    with pytest.raises(stripe.IdempotencyError):
        gateway.v1.checkout.sessions.create(order(locale="zh"), {"idempotency_key": "k1"})

    assert CheckoutSession.objects.count() == 1


def test_wrong_parameters_do_not_use_the_key_up(gateway, db):
    with pytest.raises(stripe.InvalidRequestError):
        gateway.v1.checkout.sessions.create(order(mode="other"), {"idempotency_key": "k1"})

    assert gateway.v1.checkout.sessions.create(order(), {"idempotency_key": "k1"}).id


def test_refusal_of_work_begun_is_remembered(gateway, session):
    press(session.id, "pay")
    asked = {"payment_intent": row(session).intent.public_id, "amount": 20000}

    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError) as caught:
            gateway.v1.refunds.create(asked, {"idempotency_key": "r1"})

    assert caught.value.headers["Idempotent-Replayed"] == "true"
    assert not Refund.objects.exists()


def test_one_key_at_the_same_moment_works_once(live_gateway):
    answers, at_once = [], threading.Barrier(4)

    def create():
        at_once.wait()
        answers.append(
            live_gateway.v1.checkout.sessions.create(order(), {"idempotency_key": "k"}).id
        )

    threads = [threading.Thread(target=create) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 4
    assert set(answers) == {CheckoutSession.objects.get().public_id}


def test_key_is_free_again_after_a_day(gateway):
    first = gateway.v1.checkout.sessions.create(order(), {"idempotency_key": "k1"})
    IdempotentCall.objects.update(created_at="2020-01-01T00:00Z")

    assert gateway.v1.checkout.sessions.create(order(), {"idempotency_key": "k1"}).id != first.id


@pytest.mark.parametrize("key", ["sk_live_x", "rk_live_x", "pk_test_x"])
def test_other_than_test_keys_are_refused_unsaid(gateway, key, db):
    client = Client(headers={"Authorization": f"Bearer {key}"})

    answer = client.get(URL)

    assert answer.status_code == 401
    assert key not in answer.text
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_missing_key_is_refused(db):
    assert Client().get(URL).status_code == 401


def test_basic_authorization_works(db):
    basic = base64.b64encode(b"sk_test_x:").decode()

    assert Client(headers={"Authorization": f"Basic {basic}"}).get(URL).json()["data"] == []


@pytest.mark.parametrize(("method", "path"), [("get", "/v1/payouts"), ("delete", "/v1/charges")])
def test_unknown_address_is_answered_like_stripe(db, method, path):
    client = Client(headers={"Authorization": "Bearer sk_test_x"})

    answer = getattr(client, method)(f"/sandbox/stripe{path}")

    assert answer.status_code == 404
    assert answer.json()["error"]["type"] == "invalid_request_error"
