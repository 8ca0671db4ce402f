"""A sale in the middle of which processes die. `CRASH_BUYERS` and `CRASH_KILLS` make it longer,
`CRASH_SEED` draws the same buyers and moments again."""

import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from orders.models import Order, OrderStatus, Refund, RefundStatus
from sandbox.models import Charge, ChargeStatus
from tests.checkout.books import assert_books_agree
from tests.checkout.shop import paid_type
from tests.crash import clock
from tests.crash.buyers import Buyer, Traffic, draw_fates
from tests.crash.house import House, told
from ticketing.models import Quota, RefundRule, Ticket, TicketStatus

BUYERS = int(os.environ.get("CRASH_BUYERS") or 200)
KILLS = int(os.environ.get("CRASH_KILLS") or 6)
AT_ONCE = 8
STEPS_EACH = 3  # what a buyer asks for, at the least


@pytest.fixture
def kind():
    """Places for three of four buyers, to be given back until the start."""
    kind = paid_type(size=BUYERS * 3 // 4)
    RefundRule.objects.create(event=kind.event, hours_before=0, percent=100)
    return kind


class Storm:
    """Kills web and worker in turn, each at a moment drawn beforehand, and starts them again."""

    def __init__(self, house: House, traffic: Traffic, chance: Random) -> None:
        self.house, self.traffic = house, traffic
        moments = sorted(chance.sample(range(20, BUYERS * STEPS_EACH), KILLS))
        self.plan = [(moment, chance.uniform(0, 0.05)) for moment in moments]

    def rage(self) -> None:
        try:
            for turn, (moment, pause) in enumerate(self.plan):
                self.traffic.wait_for(moment)
                time.sleep(pause)
                (self.house.worker if turn % 2 else self.house.shop).kill_and_restart()
                self.hurry_some()
        finally:
            connection.close()

    def hurry_some(self) -> None:
        """The hold of some runs out while they pay, and the clock comes by."""
        still_open = Order.objects.filter(status=OrderStatus.OPEN).order_by("pk")
        some = list(still_open.values_list("pk", flat=True)[:4])
        still_open.filter(pk__in=some).update(hold_until=timezone.now())
        self.house.order_task("expire_orders")


def sell(house: House, kind, chance: Random) -> Traffic:
    traffic = Traffic()
    storm = Storm(house, traffic, chance)
    buyers = [Buyer(house, kind, traffic, number) for number in range(BUYERS)]
    with ThreadPoolExecutor(AT_ONCE + 1) as pool:
        raging = pool.submit(storm.rage)
        list(pool.map(Buyer.live, buyers, draw_fates(chance, BUYERS)))
        traffic.end()
        raging.result()
    return traffic


def calm_down(house: House) -> None:
    """The worker dies for good, with whatever it had in hand: now only the clock is left."""
    house.shop.wait_until_up()
    house.worker.kill()
    clock.redeliver()
    clock.let_pass(timedelta(hours=1))
    clock.one_pass()


def test_a_sale_in_which_processes_die_loses_no_money_and_no_ticket(house, kind, chance):
    traffic = sell(house, kind, chance)
    calm_down(house)

    assert (house.shop.kills + house.worker.kills, traffic.cut > 0) == (KILLS + 1, True)
    assert_everybody_has_what_they_paid_for(kind.price_minor)
    quota = Quota.objects.get()
    assert quota.taken == Ticket.objects.filter(status=TicketStatus.VALID).count() <= quota.size
    assert not Ticket.objects.filter(status=TicketStatus.HELD).exists()
    assert_everybody_was_told()
    call_command("audit")
    call_command("reconcile")
    assert_books_agree()


def assert_everybody_has_what_they_paid_for(price: int) -> None:
    """By the gateway's books: what it kept of each buyer's money is the price of their tickets."""
    charges = Charge.objects.filter(status=ChargeStatus.SUCCEEDED).select_related("intent__session")
    kept: Counter[str] = Counter()
    for charge in charges:
        kept[charge.intent.session.customer_email] += charge.left
    valid = Ticket.objects.filter(status=TicketStatus.VALID)
    tickets = Counter(valid.values_list("order_line__order__email", flat=True))

    assert len(kept) > BUYERS // 2
    assert +kept == Counter({email: price * count for email, count in tickets.items()})


def assert_everybody_was_told() -> None:
    paid = Order.objects.filter(status=OrderStatus.PAID)
    assert not paid.filter(confirmation_sent_at=None).exists()
    refunds = Refund.objects.all()
    assert not refunds.exclude(status=RefundStatus.SUCCEEDED).exists()
    assert not refunds.filter(buyer_told_at=None).exists()
    concerned = {*paid.values_list("email", flat=True)}
    concerned |= {*refunds.values_list("payment__order__email", flat=True)}
    assert concerned - told() == set()
