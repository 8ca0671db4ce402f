"""The hosted page and its buttons."""

import threading
from contextlib import suppress

import pytest
import requests
import stripe
from django.test import Client

from sandbox.models import Charge, ChargeStatus, CheckoutSession, Event
from tests.sandbox.conftest import order, press, row


def page(session) -> str:
    return Client().get(f"/sandbox/pay/{session.id}/").text


def test_page_shows_what_is_bought_and_that_no_money_moves(session):
    text = page(session)

    assert "Ticket" in text
    assert "¥128.00" in text
    assert "no money moves" in text


def test_page_speaks_the_language_of_the_session(gateway):
    assert 'lang="zh-hans"' in page(gateway.v1.checkout.sessions.create(order(locale="zh")))
    assert 'lang="en"' in page(gateway.v1.checkout.sessions.create(order(locale="en")))


def test_paying_returns_to_the_shop(session):
    answer = press(session.id, "pay", method="alipay")

    assert answer.status_code == 302
    assert answer.url == f"http://testserver/done/?session={session.id}"
    charge = Charge.objects.get()
    assert (charge.status, charge.method, charge.amount) == ("succeeded", "alipay", 12800)


def test_decline_keeps_the_page_open_for_another_try(gateway, session):
    assert press(session.id, "decline").url == f"/sandbox/pay/{session.id}/"
    assert "declined" in page(session)
    declined = gateway.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge"]}
    )
    assert declined.status == "open"
    assert declined.payment_intent.status == "requires_payment_method"
    assert declined.payment_intent.last_payment_error.code == "card_declined"
    assert declined.payment_intent.latest_charge.status == "failed"

    press(session.id, "pay")

    paid = gateway.v1.payment_intents.retrieve(declined.payment_intent.id)
    assert (paid.status, paid.last_payment_error) == ("succeeded", None)


def test_failed_authentication_charges_nothing(gateway, session):
    press(session.id, "fail_3ds")

    intent = gateway.v1.payment_intents.list().data[0]
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error.code == "payment_intent_authentication_failure"
    assert not Charge.objects.exists()


def test_second_payment_of_a_session_takes_nothing(session):
    press(session.id, "pay")

    assert press(session.id, "pay").url.startswith("http://testserver/done/")
    assert Charge.objects.count() == 1


def test_many_clicks_at_once_pay_once(live_session):
    at_once = threading.Barrier(6)

    def click():
        press_over_http(live_session.url, at_once)

    threads = [threading.Thread(target=click) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Charge.objects.filter(status=ChargeStatus.SUCCEEDED).count() == 1
    assert Event.objects.filter(kind="checkout.session.completed").count() == 1


def test_payment_and_expiry_at_one_moment_never_both_happen(live_gateway):
    for _ in range(5):
        session = live_gateway.v1.checkout.sessions.create(order())
        at_once = threading.Barrier(2)

        def pay(url=session.url, start=at_once):
            press_over_http(url, start)

        payer = threading.Thread(target=pay)
        payer.start()
        at_once.wait()
        with suppress(stripe.InvalidRequestError):
            live_gateway.v1.checkout.sessions.expire(session.id)
        payer.join()

        ended = live_gateway.v1.checkout.sessions.retrieve(session.id)
        charges = Charge.objects.filter(intent__session__public_id=session.id).count()
        assert (ended.status, charges) in {("complete", 1), ("expired", 0)}


def press_over_http(url: str, start: threading.Barrier | None = None) -> None:
    with requests.Session() as browser:
        browser.get(url, timeout=10)
        data = {
            "outcome": "pay",
            "method": "card",
            "csrfmiddlewaretoken": browser.cookies["csrftoken"],
        }
        if start:
            start.wait()
        browser.post(url, data, timeout=10, allow_redirects=False)


def test_payment_of_an_expired_session_takes_nothing(session):
    CheckoutSession.objects.update(expires_at="2020-01-01T00:00Z")

    assert press(session.id, "pay").url == f"/sandbox/pay/{session.id}/"
    assert not Charge.objects.exists()
    assert "expired" in page(session)
    assert "http://testserver/back/" in page(session)


def test_complete_session_says_so_and_links_back(session):
    press(session.id, "pay")

    text = page(session)

    assert "This is paid" in text
    assert f"http://testserver/done/?session={session.id}" in text
    assert "<form" not in text


def test_slow_bank_decides_later(gateway, session):
    press(session.id, "slow")

    waiting = gateway.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (waiting.status, waiting.payment_status) == ("complete", "unpaid")
    assert waiting.payment_intent.status == "processing"


def test_method_that_the_session_does_not_offer_is_refused(session):
    answer = press(session.id, "pay", method="wechat_pay")

    assert answer.status_code == 422
    assert not Charge.objects.exists()


def test_email_is_asked_for_and_kept(gateway):
    asked = order()
    del asked["customer_email"]
    session = gateway.v1.checkout.sessions.create(asked)

    press(session.id, "pay", email="lin@example.com")

    paid = gateway.v1.checkout.sessions.retrieve(session.id)
    assert paid.customer_details.email == "lin@example.com"
    assert row(session).intent.charges.get().payer_email == "lin@example.com"


@pytest.mark.parametrize("public_id", ["cs_test_none", "x"])
def test_page_of_no_session_is_not_found(db, public_id):
    assert Client().get(f"/sandbox/pay/{public_id}/").status_code == 404


def test_page_has_no_inline_style_or_script(session):
    answer = Client().get(f"/sandbox/pay/{session.id}/")

    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "<script" not in answer.text
    assert "style=" not in answer.text
