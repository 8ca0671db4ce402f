"""An event of 500 paid orders is canceled, and the worker dies while the money goes back."""

import re
import time
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from community.models import Role
from core.effects import effects_dropped
from events.models import Event
from events.services.events import cancel_event
from orders.models import Order, OrderStatus, Payment, Refund, RefundStatus
from sandbox.models import Charge, DeliveryMode, DeliveryPolicy, RefundStatus as SandboxRefundStatus
from sandbox.services.history import PastPayment, remember
from tests.checkout.books import assert_books_agree
from tests.checkout.shop import paid_order, paid_type
from tests.crash import clock
from tests.crash.house import House, told
from tests.factories.community import MembershipFactory
from ticketing.models import Quota

ORDERS, KILLS = 500, 4
PRICE, FEE = 12_800, 401
STANDSTILL_SECONDS, MOST_SECONDS = 3, 600


@pytest.fixture
def event() -> Event:
    """All of it bought by card, and the gateway knows."""
    kind = paid_type(size=ORDERS)
    with effects_dropped():
        for number in range(ORDERS):
            paid_order(kind, f"Guest {number}", fee_minor=FEE, email=f"guest{number}@example.com")
    Order.objects.update(confirmation_sent_at=timezone.now())
    remember(map(past, Payment.objects.select_related("order")))
    DeliveryPolicy.objects.create(mode=DeliveryMode.LOST)  # it never tells, so we must have asked
    return kind.event


def past(payment: Payment) -> PastPayment:
    return PastPayment(
        session=payment.gateway_id,
        intent=payment.reference,
        client_reference_id=str(payment.public_id),
        email=payment.order.email,
        title=payment.order.reference,
        amount=PRICE,
        fee=FEE,
        currency="cny",
        opened_at=payment.started_at,
        paid_at=payment.succeeded_at,
    )


class Organizer:
    """Looks at the page of the refunds now and then."""

    def __init__(self, event: Event) -> None:
        self.event, self.client = event, Client(headers={"accept-language": "en"})
        member = MembershipFactory(chapter=event.chapter, role=Role.OWNER)
        self.client.force_login(member.user)
        self.seen: list[int] = []

    def ask_for_refunds(self) -> None:
        """The web process dies right after the commit: nobody but the clock knows of it."""
        page = f"/events/{self.event.slug}/refunds/"
        with effects_dropped():
            assert self.client.post(page).status_code == 302

    def look(self) -> int:
        page = self.client.get(f"/events/{self.event.slug}/refunds/").content.decode()
        [(returned, total)] = re.findall(r"<strong>(\d+) of (\d+)</strong>", page)
        assert int(total) == ORDERS
        self.seen.append(int(returned))
        return self.seen[-1]


def work_until(house: House, enough: int) -> None:
    """The clock comes by whenever nothing moves: what a killed worker had in hand is taken up."""
    until = time.monotonic() + MOST_SECONDS
    count, moved_at = -1, 0.0
    while (done := Refund.objects.exclude(buyer_told_at=None).count()) < enough:
        assert time.monotonic() < until, f"stuck at {done}"
        if done != count:
            count, moved_at = done, time.monotonic()
        elif time.monotonic() - moved_at > STANDSTILL_SECONDS:
            tick(house)
            moved_at = time.monotonic()
        time.sleep(0.05)


def tick(house: House) -> None:
    clock.let_pass(timedelta(minutes=3))
    house.order_task("refund_events")
    house.order_task("send_owed_refunds")


def test_a_canceled_event_refunds_all_exactly_once_though_the_worker_dies(house, event, chance):
    organizer = Organizer(event)
    cancel_event(event=event, by=organizer.event.chapter.memberships.get().user, reason="flood")
    organizer.ask_for_refunds()
    assert organizer.look() == 0

    tick(house)
    for enough in sorted(chance.sample(range(20, ORDERS - 20), KILLS)):
        work_until(house, enough)
        organizer.look()
        house.worker.kill_and_restart()
        tick(house)
    work_until(house, ORDERS)

    assert organizer.look() == ORDERS
    assert organizer.seen == sorted(set(organizer.seen))
    assert house.worker.kills == KILLS
    assert_all_went_back_once()
    assert told() == {f"guest{number}@example.com" for number in range(ORDERS)}
    house.worker.kill()
    clock.let_pass(timedelta(minutes=3))
    clock.one_pass()
    assert_all_went_back_once()
    call_command("audit")
    assert_books_agree()


def assert_all_went_back_once() -> None:
    refunds = Refund.objects.values_list("status", "amount_minor", "attempt")
    assert list(refunds) == [(RefundStatus.SUCCEEDED, PRICE, 1)] * ORDERS
    assert Order.objects.filter(status=OrderStatus.REFUNDED).count() == ORDERS
    assert Quota.objects.get().taken == 0
    for charge in Charge.objects.prefetch_related("refunds"):
        went_back = [(refund.status, refund.amount) for refund in charge.refunds.all()]
        assert went_back == [(SandboxRefundStatus.SUCCEEDED, PRICE)]
