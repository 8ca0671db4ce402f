"""What the pool and lecturers hold of a sale, through everything that may happen to its money."""

from datetime import timedelta

import pytest
from django.utils import timezone

from checkout.jobs import mature_shares
from checkout.queries.audit import differences
from checkout.services import refunds, shares
from checkout.services.settling import mark_paid, settle_payment
from ledger.models import AccountKind
from ledger.services import Move, post
from orders.models import (
    Dispute,
    DisputeStatus,
    LineShare,
    Order,
    Provider,
    RefundReason,
    SaleKind,
    ShareRate,
)
from tests.checkout.books import balances
from tests.checkout.shop import buy, paid_order, paid_type, pay
from tests.factories.accounts import UserFactory
from tests.factories.community import ChapterFactory
from tests.factories.events import EventFactory
from tests.factories.orders import PaymentFactory
from ticketing.models import Ticket

pytestmark = pytest.mark.django_db


def rate(kind: SaleKind = SaleKind.MEETUP, bps: int = 1000, days_ago: int = 1) -> ShareRate:
    from_at = timezone.now() - timedelta(days=days_ago)
    return ShareRate.objects.create(kind=kind, bps=bps, from_at=from_at)


def held() -> list[int]:
    return list(LineShare.objects.values_list("held_minor", flat=True))


def give_back(order: Order, count: int = 1, percent: int = 100) -> None:
    units = Ticket.objects.filter(order_line__order=order, status="valid").order_by("pk")
    chosen = [ticket.public_id for ticket in units[:count]]
    refunds.refund_units(
        order=order,
        units=chosen,
        by=None,
        reason=RefundReason.BUYER,
        percents=dict.fromkeys(chosen, percent),
    )


def ripen(order: Order) -> int:
    """The event is long over."""
    event = Ticket.objects.filter(order_line__order=order).first().event
    past = timezone.now() - timedelta(days=30)
    type(event).objects.filter(pk=event.pk).update(start_at=past, end_at=past + timedelta(hours=2))
    return shares.mature(order=order)


def test_paid_order_gives_the_pool_its_share_of_what_is_left_after_tax_and_fee():
    rate(bps=1000)
    chapter = ChapterFactory(tax_bps=600)
    order = paid_order(paid_type(event=EventFactory(chapter=chapter)), "Lin", "Mei", fee_minor=409)

    # 25600 − 1449 tax − 409 fee = 23742
    assert held() == [2374]
    assert balances()["pool_pending"] == -2374
    assert balances()["revenue"] == -25_600 + 2374
    assert list(differences()) == []
    assert order.lines.get().shares.get().kind == SaleKind.MEETUP


def test_fee_that_is_known_later_makes_the_share_smaller():
    rate(bps=1000)
    order = buy(paid_type())
    payment = PaymentFactory(order=order)
    said = {"payment_id": payment.public_id, "amount_minor": 12_800, "currency": "CNY"}
    settle_payment(**said)
    assert held() == [1280]

    settle_payment(**said, fee_minor=371)

    assert held() == [1242]
    assert list(differences()) == []


def test_the_rate_in_force_when_paid_is_frozen():
    rate(bps=500, days_ago=9)
    rate(bps=1000, days_ago=2)
    ShareRate.objects.create(
        kind=SaleKind.MEETUP, bps=9000, from_at=timezone.now() + timedelta(days=1)
    )
    order = paid_order(paid_type())
    ShareRate.objects.create(kind=SaleKind.MEETUP, bps=2000, from_at=timezone.now())

    give_back(order, percent=50)

    assert LineShare.objects.get().bps == 1000
    assert held() == [640]


def test_online_talk_has_its_own_rate():
    rate(SaleKind.MEETUP, 1000)
    rate(SaleKind.ONLINE_TALK, 3000)
    paid_order(paid_type(event=EventFactory(attendance_mode="online", venue=None)))

    assert held() == [3840]


def test_free_order_and_a_kind_without_a_rate_share_nothing():
    rate(SaleKind.COURSE, 1000)
    paid_order(paid_type())
    rate(SaleKind.MEETUP, 1000)
    paid_order(paid_type(price_minor=0))

    assert held() == []
    assert "pool_pending" not in balances()


def test_refunds_leave_what_the_rule_says_and_nothing_after_the_last():
    rate(bps=333)
    order = paid_order(paid_type(), "Lin", "Mei", "Bo")
    assert held() == [38_400 * 333 // 10_000]

    give_back(order, percent=37)
    assert held() == [(38_400 - 12_800 * 37 // 100) * 333 // 10_000]

    order = paid_order(paid_type(), "Lin", "Mei")
    give_back(order, count=2)
    assert LineShare.objects.last().held_minor == 0
    assert list(differences()) == []


def test_share_matures_when_the_refund_window_has_ended_and_not_before():
    rate(bps=1000)
    order = paid_order(paid_type())
    assert shares.mature(order=order) == 0

    assert ripen(order) == 1
    assert ripen(order) == 0

    assert {kind: amount for kind, amount in balances().items() if "pool" in kind} == {
        "pool_available": -1280
    }
    assert list(differences()) == []


def test_clock_matures_what_is_due_and_moves_the_window_with_its_event():
    rate(bps=1000)
    order = paid_order(paid_type())
    LineShare.objects.update(matures_at=timezone.now() - timedelta(hours=1))

    mature_shares()

    share = LineShare.objects.get()
    event = Ticket.objects.get().event
    assert share.matured_at is None
    assert share.matures_at == event.end_at + timedelta(days=7)
    assert order.lines.get().shares.get() == share


def test_refund_after_maturing_becomes_deficit_and_the_next_money_repays_it():
    rate(bps=1000)
    order = paid_order(paid_type())
    ripen(order)
    spend_all_available(1280)

    give_back(order)
    assert balances()["pool_deficit"] == 1280
    assert "pool_available" not in balances()

    second = paid_order(paid_type(), "Lin", "Mei")
    ripen(second)

    assert "pool_deficit" not in balances()
    assert balances()["pool_available"] == -1280
    assert list(differences()) == []


def spend_all_available(amount_minor: int) -> None:
    post(
        key="spent",
        kind="test",
        currency="CNY",
        moves=[
            Move(AccountKind.POOL_AVAILABLE, "", amount_minor),
            Move(AccountKind.POOL_COMMITTED, "period:1", -amount_minor),
        ],
    )


def test_lost_dispute_takes_the_share_and_an_open_one_keeps_it_from_maturing():
    rate(bps=1000)
    order = paid_order(paid_type())
    payment = order.payments.get()
    dispute = Dispute.objects.create(
        payment=payment,
        gateway_id="dp_1",
        amount_minor=12_800,
        currency="CNY",
        withdrawn_minor=12_800,
    )
    assert ripen(order) == 0

    Dispute.objects.filter(pk=dispute.pk).update(status=DisputeStatus.LOST)
    shares.adjust(order)

    assert held() == [0]


def test_money_marked_by_hand_shares_too():
    rate(bps=1000)
    order = buy(paid_type())
    mark_paid(order=order, by=UserFactory(), provider=Provider.CASH)

    assert held() == [1280]


def test_money_that_bought_nothing_shares_nothing():
    rate(bps=1000)
    order = paid_order(paid_type())

    pay(order)

    assert held() == [1280]
    assert list(differences()) == []
