"""The gateway is slow, down, or loses its answer: asked again with the same key, once done."""

import pytest
import stripe as sdk
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from checkout import jobs, tasks
from checkout.queries.audit import differences
from checkout.services import payments, refunds
from core.effects import effects_dropped
from orders.errors import GatewayError
from orders.models import Order, RefundReason
from sandbox.models import Charge, CheckoutSession, Fault, FaultKind, Refund as SandboxRefund
from sandbox.services import disputes as banks
from tests.checkout.books import assert_books_agree
from tests.checkout.shop import buy, paid_type, state
from ticketing.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)

# What the SDK itself tries again, and what it leaves to us
RETRIED = [FaultKind.SERVER_ERROR, FaultKind.CONFLICT, FaultKind.TIMEOUT, FaultKind.DROP_AFTER]
FAULTS = [*((kind, 1) for kind in RETRIED), (FaultKind.RATE_LIMIT, 1), (FaultKind.DROP_AFTER, 3)]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sdk.HTTPClient, "INITIAL_DELAY", 0.01)
    monkeypatch.setattr(sdk.HTTPClient, "MAX_DELAY", 0.02)


def order_fault(kind: FaultKind, path: str, times: int) -> None:
    Fault.objects.create(kind=kind, path=path, remaining=times, seconds=1)


def until_it_works(act) -> None:
    """As the clock does: again, for as long as the gateway does not agree."""
    for _try in range(3):
        try:
            act()
        except GatewayError:
            continue
        return
    raise AssertionError("never worked")


@pytest.mark.parametrize(("kind", "times"), FAULTS)
def test_one_payment_page_is_opened_whatever_goes_wrong(gateway, kind, times):
    order = buy(paid_type())
    order_fault(kind, "/v1/checkout/sessions", times)

    until_it_works(lambda: gateway.start(order))

    payment = order.payments.get()
    assert CheckoutSession.objects.get().public_id == payment.gateway_id
    assert payment.checkout_url
    assert Fault.objects.get().remaining == 0


@pytest.mark.parametrize(("kind", "times"), FAULTS)
def test_money_goes_back_once_whatever_goes_wrong(gateway, kind, times):
    order = paid_order(gateway)
    with effects_dropped():
        [refund] = take_back(order)
    order_fault(kind, "/v1/refunds", times)

    until_it_works(lambda: tasks.send_refund(refund.pk))
    gateway.deliver()

    assert SandboxRefund.objects.get().amount == order.total_minor
    assert state(order)[0] == "refunded"
    assert_books_agree()
    assert list(differences()) == []


def paid_order(gateway) -> Order:
    order = buy(paid_type())
    gateway.press(gateway.start(order))
    gateway.deliver()
    return order


def take_back(order: Order) -> list:
    units = Ticket.objects.filter(order_line__order=order).values_list("public_id", flat=True)
    return refunds.refund_units(
        order=order, units=list(units), by=None, reason=RefundReason.ORGANIZER
    )


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For every call to the gateway: was a transaction open in the thread that made it?"""
    made: list[bool] = []
    ask = sdk.RequestsClient.request

    def watched(self, *args, **kwargs):
        made.append(connection.in_atomic_block)
        return ask(self, *args, **kwargs)

    monkeypatch.setattr(sdk.RequestsClient, "request", watched)
    return made


def test_no_transaction_is_open_while_the_network_is(calls, gateway):
    kind = paid_type()
    returned, disputed, expired, left = (buy(kind) for _ in range(4))
    for order in (returned, disputed):
        gateway.press(gateway.start(order))
    gateway.start(expired)
    gateway.start(left)
    gateway.deliver()
    take_back(returned)
    banks.open_dispute(Charge.objects.get(intent__session__client_reference_id=key(disputed)))
    gateway.deliver()
    payments.cancel_open_order(order=left)
    Order.objects.filter(pk=expired.pk).update(hold_until=timezone.now())
    jobs.expire_orders()
    call_command("reconcile")

    assert [state(order)[0] for order in (returned, disputed, expired, left)] == [
        "refunded",
        "paid",
        "expired",
        "canceled",
    ]
    assert len(calls) > 15
    assert not any(calls)


def key(order: Order) -> str:
    return str(order.payments.get().public_id)
