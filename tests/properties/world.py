"""One shop, its gateway and its workers: what every history of money plays in."""

import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from celery.exceptions import Retry
from django.conf import settings
from django.db import connection, transaction
from django.test import RequestFactory
from django.urls import resolve

from accounts.models import User
from checkout import jobs
from core.errors import DomainError
from orders.gateways import stripe
from sandbox.models import Charge, ChargeStatus, Event as GatewayNews, Fault
from sandbox.services.deliveries import sign
from sandbox.services.payments import settle
from sandbox.services.refunds import end_due_refunds
from sandbox.services.sessions import expire_overdue
from tests.factories.accounts import UserFactory
from tests.factories.community import ChapterFactory
from tests.factories.events import EventFactory
from tests.factories.ticketing import QuotaFactory, TicketTypeFactory
from tests.properties.clock import Clock
from tests.properties.line import Line
from ticketing.models import RefundRule, TicketType

HEARD_KINDS = ("checkout.session.", "refund.", "charge.dispute.")
WEBHOOK = "/webhooks/stripe/"
ROUNDS = 5
DUE_THERE = """
    SELECT EXISTS (SELECT 1 FROM sandbox_checkoutsession WHERE status = 'open' AND expires_at <= %s),
        EXISTS (SELECT 1 FROM sandbox_refund WHERE ends_at <= %s)
"""
CONFIRMED = "UPDATE orders_order SET confirmation_sent_at = %s WHERE status = 'paid'"


class World:
    """`begin` and `end` open and take back a history; between them time moves by `clock` only,
    and what services send out after their commit waits until `work`."""

    organizer: User

    def __init__(self, clock: Clock, line: Line) -> None:
        self.clock, self.line = clock, line
        self.organizer = UserFactory()
        self.chapter = ChapterFactory()
        meetup = EventFactory(chapter=self.chapter)
        lab = EventFactory(chapter=self.chapter)
        self.events = [meetup, lab]
        self.hall = QuotaFactory(event=meetup, size=3)
        self.balcony = QuotaFactory(event=meetup, size=1)
        self.room = QuotaFactory(event=lab, size=2)
        for event in self.events:
            RefundRule.objects.create(event=event, hours_before=24, percent=50)
        self.kinds: list[TicketType] = [
            TicketTypeFactory(event=meetup, price_minor=12_801, quotas=[self.hall]),
            TicketTypeFactory(event=meetup, price_minor=5_000, quotas=[self.hall, self.balcony]),
            TicketTypeFactory(event=meetup, price_minor=0, quotas=[self.hall]),
            TicketTypeFactory(event=lab, price_minor=3_333, currency="JPY", quotas=[self.room]),
        ]

    def begin(self) -> None:
        self.history = transaction.atomic()
        self.history._from_testcase = True  # a durable transaction may begin inside
        self.history.__enter__()
        self.start, self.heard = self.clock.at, set()
        self.line.depth = len(connection.atomic_blocks)

    def end(self) -> None:
        transaction.set_rollback(True)
        self.history.__exit__(None, None, None)
        connection.run_on_commit.clear()
        self.clock.at = self.start

    # workers

    def work(self, *, lost: bool = False) -> None:
        """Do what was sent out after a commit; `lost`: the worker died, and nothing is done.

        Mails with tickets in them are made elsewhere: here they count as sent.
        """
        while connection.run_on_commit:
            _savepoints, act, _robust = connection.run_on_commit.pop(0)
            if not lost:
                self.confirm()
                self.attempt(act)

    def confirm(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(CONFIRMED, [self.clock.at])

    def attempt(self, act: Any) -> bool:
        """Whether it was done; what the house refuses, or puts off, is no failure of a test."""
        try:
            act()
        except (DomainError, Retry):
            return False
        return True

    def clock_pass(self) -> None:
        """Every job that the clock starts, once."""
        self.time_at_the_gateway()
        for job in (
            jobs.expire_orders,
            jobs.refund_events,
            jobs.send_owed_refunds,
            jobs.apply_gateway_events,
            jobs.send_owed,
        ):
            self.confirm()
            self.attempt(job)
            self.work()

    # the gateway

    def time_at_the_gateway(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(DUE_THERE, [self.clock.at] * 2)
            sessions, refunds = cursor.fetchone()
        if sessions:
            expire_overdue()
        if refunds:
            end_due_refunds()

    def news(self) -> list[GatewayNews]:
        """What the gateway has to tell of what concerns the house, oldest first."""
        rows = GatewayNews.objects.order_by("pk")
        return [row for row in rows if row.kind.startswith(HEARD_KINDS)]

    def unheard(self) -> list[GatewayNews]:
        return [row for row in self.news() if row.pk not in self.heard]

    def deliver(self, news: Iterable[GatewayNews], *, lost: bool = False) -> None:
        """Carry events to the webhook, signed. `lost`: the worker dies before it acts on them."""
        view = resolve(WEBHOOK).func
        for row in news:
            self.heard.add(row.pk)
            signature = sign(row.body, at=int(time.time()), secret=settings.SANDBOX_WEBHOOK_SECRET)
            request = RequestFactory().post(
                WEBHOOK,
                row.body,
                content_type="application/json",
                headers={"Stripe-Signature": signature},
            )
            assert view(request).status_code == 200
            self.work(lost=lost)

    def settle_down(self, order_of: Any = iter) -> None:
        """All faults end, slow banks decide, every event arrives, and the clock passes once.

        What the clock does may make news, which arrive in their turn.
        """
        Fault.objects.all().delete()
        for charge in Charge.objects.filter(status=ChargeStatus.PENDING):
            settle(charge)
        for _round in range(ROUNDS):
            self.time_at_the_gateway()
            self.deliver(order_of(self.unheard()))
            self.clock.advance(timedelta(hours=1))
            self.clock_pass()
            if not self.unheard():
                return
        raise AssertionError("The gateway has news after news.")


def play_on(line: Line, monkeypatch, settings) -> None:
    """Let the house speak to its gateway over `line`."""
    settings.SITE_URL = "http://testserver"
    settings.STRIPE_API_BASE = "http://testserver/sandbox/stripe"
    settings.SANDBOX_WEBHOOK_URL = ""  # the histories carry the events themselves
    monkeypatch.setattr(stripe, "http_client", lambda: line)
