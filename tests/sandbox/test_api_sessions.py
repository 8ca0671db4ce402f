import time

import pytest
import stripe

from sandbox.models import CheckoutSession
from tests.sandbox.conftest import order, press, row


def refusal(gateway, **changes) -> tuple[str | None, str | None]:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        gateway.v1.checkout.sessions.create(order(**changes))
    return caught.value.code, caught.value.param


def line(**price) -> list[dict]:
    usual = {"currency": "cny", "unit_amount": 6400, "product_data": {"name": "Ticket"}}
    return [{"price_data": usual | price, "quantity": 1}]


def test_session_opens_with_what_was_asked(gateway, session):
    assert session.id.startswith("cs_test_")
    assert (session.status, session.payment_status) == ("open", "unpaid")
    assert (session.amount_total, session.currency) == (12800, "cny")
    assert session.payment_method_types == ["card", "alipay"]
    assert session.metadata["payment"] == "p1"
    assert session.client_reference_id == "order-1"
    assert session.payment_intent is None
    assert session.livemode is False
    assert session.url.endswith(f"/sandbox/pay/{session.id}/")
    assert 23 * 3600 < session.expires_at - time.time() <= 24 * 3600


def test_session_shows_its_line_items_when_asked(gateway, session):
    expanded = gateway.v1.checkout.sessions.retrieve(session.id, {"expand": ["line_items"]})

    [item] = expanded.line_items.data
    assert (item.description, item.quantity, item.amount_total) == ("Ticket", 2, 12800)
    assert item.price.unit_amount == 6400


def test_session_offers_what_takes_the_currency_when_no_method_is_named(gateway):
    asked = order(line_items=line(currency="inr"))
    del asked["payment_method_types"]

    assert gateway.v1.checkout.sessions.create(asked).payment_method_types == ["card"]


def test_session_ends_when_asked(gateway):
    end = int(time.time()) + 31 * 60

    session = gateway.v1.checkout.sessions.create(order(expires_at=end))

    assert session.expires_at == end


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"expires_at": 1}, (None, "expires_at")),
        ({"expires_at": int(time.time()) + 29 * 60}, (None, "expires_at")),
        ({"expires_at": int(time.time()) + 25 * 3600}, (None, "expires_at")),
        ({"line_items": []}, ("parameter_missing", "line_items")),
        ({"line_items": line(currency="xyz")}, (None, "line_items[0][price_data][currency]")),
        ({"line_items": line(unit_amount=399)}, ("amount_too_small", "line_items")),
        ({"line_items": line(unit_amount=10**8)}, ("amount_too_large", "line_items")),
        (
            {"line_items": line(unit_amount="6.4")},
            ("parameter_invalid_integer", "line_items[0][price_data][unit_amount]"),
        ),
        ({"mode": "subscription"}, (None, "mode")),
        ({"payment_method_types": ["cash"]}, (None, "payment_method_types[0]")),
        (
            {"payment_method_types": ["wechat_pay"]},
            ("parameter_missing", "payment_method_options[wechat_pay][client]"),
        ),
        ({"success_url": "/done/"}, ("url_invalid", "success_url")),
        ({"customer_email": "nobody"}, ("email_invalid", "customer_email")),
        ({"metadata": {"k": "v" * 501}}, (None, "metadata")),
        ({"surprise": "1"}, ("parameter_unknown", "surprise")),
    ],
)
def test_session_refuses_what_stripe_refuses(gateway, changes, refused):
    assert refusal(gateway, **changes) == refused
    assert not CheckoutSession.objects.exists()


def test_session_counts_whole_yen(gateway):
    session = gateway.v1.checkout.sessions.create(
        order(line_items=line(currency="jpy", unit_amount=50))
    )

    assert (session.amount_total, session.currency) == (50, "jpy")
    assert (
        refusal(gateway, line_items=line(currency="jpy", unit_amount=49))[0] == "amount_too_small"
    )


def test_session_takes_wechat_pay(gateway):
    session = gateway.v1.checkout.sessions.create(
        order(
            payment_method_types=["wechat_pay"],
            payment_method_options={"wechat_pay": {"client": "web"}},
        )
    )

    assert session.payment_method_types == ["wechat_pay"]


def test_session_expires_once(gateway, session):
    assert gateway.v1.checkout.sessions.expire(session.id).status == "expired"
    with pytest.raises(stripe.InvalidRequestError, match="status of `expired`"):
        gateway.v1.checkout.sessions.expire(session.id)


def test_session_that_was_paid_cannot_expire(gateway, session):
    press(session.id, "pay")

    with pytest.raises(stripe.InvalidRequestError, match="status of `complete`"):
        gateway.v1.checkout.sessions.expire(session.id)

    assert gateway.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_session_expires_by_the_clock_and_cancels_its_intent(gateway, session):
    press(session.id, "decline")
    CheckoutSession.objects.update(expires_at="2020-01-01T00:00Z")

    gone = gateway.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})

    assert (gone.status, gone.url) == ("expired", None)
    assert gone.payment_intent.status == "canceled"


def test_session_expands_down_to_the_fee(gateway, session):
    press(session.id, "pay")

    path = "payment_intent.latest_charge.balance_transaction"
    paid = gateway.v1.checkout.sessions.retrieve(session.id, {"expand": [path]})

    assert (paid.status, paid.payment_status) == ("complete", "paid")
    intent = paid.payment_intent
    assert (intent.status, intent.amount_received) == ("succeeded", 12800)
    assert intent.metadata["payment"] == "p1"
    charge = intent.latest_charge
    assert (charge.paid, charge.refunded, charge.amount_refunded) == (True, False, 0)
    assert charge.payment_method_details.card.last4 == "4242"
    entry = charge.balance_transaction
    assert (entry.amount, entry.fee, entry.net) == (12800, 401, 12399)
    assert entry.source == charge.id


def test_session_refuses_to_expand_what_is_no_object(gateway, session):
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        gateway.v1.checkout.sessions.retrieve(session.id, {"expand": ["amount_total"]})


def test_sessions_are_listed_in_pages(gateway):
    made = [gateway.v1.checkout.sessions.create(order()).id for _ in range(5)][::-1]

    first = gateway.v1.checkout.sessions.list({"limit": 2})
    assert [session.id for session in first.data] == made[:2]
    assert first.has_more is True
    second = gateway.v1.checkout.sessions.list({"limit": 3, "starting_after": made[1]})
    assert [session.id for session in second.data] == made[2:]
    assert second.has_more is False
    back = gateway.v1.checkout.sessions.list({"limit": 2, "ending_before": made[3]})
    assert [session.id for session in back.data] == made[1:3]
    every = gateway.v1.checkout.sessions.list({"limit": 2}).auto_paging_iter()
    assert [session.id for session in every] == made


def test_sessions_are_listed_by_intent_and_status(gateway, session):
    other = gateway.v1.checkout.sessions.create(order())
    press(session.id, "pay")
    intent = row(session).intent.public_id

    found = gateway.v1.checkout.sessions.list({"payment_intent": intent})
    assert [found.id for found in found.data] == [session.id]
    still_open = gateway.v1.checkout.sessions.list({"status": "open"})
    assert [found.id for found in still_open.data] == [other.id]


def test_unknown_object_is_named(gateway, db):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        gateway.v1.checkout.sessions.retrieve("cs_test_none")
    assert caught.value.http_status == 404
    assert (caught.value.code, caught.value.param) == ("resource_missing", "session")
