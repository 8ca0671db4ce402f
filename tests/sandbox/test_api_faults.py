"""Failures on demand, as a shop sees them."""

import pytest
import stripe

from sandbox.models import CheckoutSession, Fault, FaultKind
from tests.sandbox.conftest import order


def with_fault(fault: str, **options) -> dict:
    return {"headers": {"Sandbox-Fault": fault}, **options}


@pytest.mark.parametrize(
    ("fault", "error", "status"),
    [
        ("500", stripe.APIError, 500),
        ("429", stripe.RateLimitError, 429),
        ("409", stripe.APIError, 409),
    ],
)
def test_fault_by_header_does_nothing(gateway, fault, error, status):
    with pytest.raises(error) as caught:
        gateway.v1.checkout.sessions.create(order(), with_fault(fault))

    assert caught.value.http_status == status
    assert not CheckoutSession.objects.exists()


def test_timeout_hangs_and_does_nothing(live_gateway):
    with pytest.raises(stripe.APIConnectionError):
        live_gateway.v1.checkout.sessions.create(order(), with_fault("timeout=0"))

    assert not CheckoutSession.objects.exists()


def test_drop_after_does_the_work_and_the_same_key_finds_it(live_gateway):
    with pytest.raises(stripe.APIConnectionError):
        live_gateway.v1.checkout.sessions.create(
            order(), with_fault("drop_after", idempotency_key="k1")
        )
    made = CheckoutSession.objects.get()

    found = live_gateway.v1.checkout.sessions.create(order(), {"idempotency_key": "k1"})

    assert found.id == made.public_id
    assert CheckoutSession.objects.count() == 1


def test_sdk_retries_a_dropped_line_by_itself(live_gateway):
    Fault.objects.create(kind=FaultKind.DROP_AFTER, path="/v1/checkout/sessions")

    session = live_gateway.v1.checkout.sessions.create(order(), {"max_network_retries": 1})

    assert session.id == CheckoutSession.objects.get().public_id


def test_ordered_faults_hit_their_path_and_are_used_up(gateway):
    Fault.objects.create(kind=FaultKind.SERVER_ERROR, path="/v1/refunds", remaining=2)

    assert gateway.v1.checkout.sessions.create(order()).id
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            gateway.v1.refunds.list()
    assert gateway.v1.refunds.list().data == []
