"""Whatever is done with free passes in whatever order: they move no money, and no use is lost."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings as profile, strategies as st

from checkout.queries.audit import differences
from checkout.services import settling
from checkout.services.event_refunds import refund_some, request_refunds
from checkout.services.pass_exchange import exchange_ticket
from checkout.services.refunds import refund_units
from core.errors import DomainError
from ledger.models import Entry, Transaction
from orders.models import LineShare, Order, OrderStatus, Payment, RefundReason, SaleKind, ShareRate
from tests.checkout.shop import buy, paid_type, pay
from tests.factories.accounts import UserFactory
from tests.factories.ticketing import FreePassFactory
from ticketing.models import FreePass, PassUse, Ticket, TicketStatus, TicketType
from ticketing.services import pass_grants, passes
from ticketing.services.events import cancel_event
from ticketing.services.tickets import cancel_ticket

pytestmark = pytest.mark.django_db


@dataclass
class Stage:
    """Two events of three places each, and two passes of one person: for one place and for two."""

    kinds: list[TicketType]
    passes: list[FreePass]
    orders: list[Order] = field(default_factory=list)

    def order(self, kind: int, free_pass: int, others: int) -> None:
        given = FreePass.objects.get(pk=self.passes[free_pass].pk)
        names = ["Ada"] * (1 + others)
        made = buy(self.kinds[kind], *names, free_pass=given, placed_by=given.user)
        self.orders.append(made)

    def buy(self, kind: int, _free_pass: int, _others: int) -> None:
        self.orders.append(buy(self.kinds[kind], "Ada", placed_by=self.passes[0].user))

    def pay(self, pick: int, *_more: int) -> None:
        pay(self.orders[-1 - pick])

    def expire(self, pick: int, *_more: int) -> None:
        order = self.orders[-1 - pick]
        Payment.objects.filter(order=order, status="started").update(status="failed")
        settling.close_order(order=order, status=OrderStatus.EXPIRED, when=lambda _order: True)

    def cancel(self, pick: int, *_more: int) -> None:
        cancel_ticket(ticket=self._ticket(pick), by=self.passes[0].user)

    def refund(self, pick: int, *_more: int) -> None:
        ticket = self._ticket(pick)
        refund_units(
            order=ticket.order_line.order,
            units=[ticket.public_id],
            by=None,
            reason=RefundReason.ORGANIZER,
        )

    def exchange(self, pick: int, free_pass: int, _others: int) -> None:
        paid = Ticket.objects.valid().exclude(order_line__total_minor=0).order_by("-pk")
        ticket = paid[pick]
        given = FreePass.objects.get(pk=self.passes[free_pass].pk)
        exchange_ticket(ticket=ticket, free_pass=given, by=given.user)

    def revoke(self, _pick: int, free_pass: int, _others: int) -> None:
        given, event = self.passes[free_pass], self.kinds[0].event
        pass_grants.revoke_pass(free_pass=given, by=given.user, reason="No", event=event)

    def call_off(self, kind: int, *_more: int) -> None:
        event, by = self.kinds[kind].event, self.passes[0].user
        cancel_event(event=event, by=by, reason="Typhoon")
        passes.give_back_of_event(event, 100)
        request_refunds(event=event, by=by)
        refund_some(event=event, limit=100)

    def _ticket(self, pick: int) -> Ticket:
        return Ticket.objects.valid().order_by("-pk")[pick]


ACTS = [
    Stage.order, Stage.order, Stage.order, Stage.buy, Stage.pay, Stage.pay, Stage.expire,
    Stage.cancel, Stage.refund, Stage.exchange, Stage.revoke, Stage.call_off,
]  # fmt: skip
STEP = st.tuples(st.sampled_from(ACTS), st.integers(0, 1), st.integers(0, 1), st.integers(0, 1))
HISTORIES = st.lists(STEP, min_size=3, max_size=10)


@pytest.fixture
def stage() -> Stage:
    moment = timezone.now() - timedelta(days=1)
    ShareRate.objects.create(kind=SaleKind.MEETUP, bps=1000, from_at=moment)
    owner = UserFactory()
    given = [FreePassFactory(user=owner, uses=uses) for uses in (1, 2)]
    return Stage([paid_type(size=3), paid_type(size=3)], given)


@contextmanager
def taken_back(stage: Stage) -> Iterator[None]:
    """One history; the next begins where this one did."""
    history = transaction.atomic()
    history._from_testcase = True  # type: ignore[attr-defined]  # durable ones begin inside
    with history:
        stage.orders = []
        yield
        transaction.set_rollback(True)
    connection.run_on_commit.clear()


def tell(stage: Stage, steps: list[tuple[Callable[..., None], int, int, int]]) -> None:
    for act, *numbers in steps:
        try:
            with transaction.atomic():
                connection.atomic_blocks[-1]._from_testcase = True
                act(stage, *numbers)
        except (DomainError, IndexError):
            continue  # refused, or nothing there to do it to
        hold()


def hold() -> None:
    assert list(differences()) == []
    for free_pass in FreePass.objects.all():
        assert 0 <= free_pass.used <= free_pass.uses
    for use in PassUse.objects.standing().select_related("ticket__order_line"):
        assert use.ticket.status in {TicketStatus.HELD, TicketStatus.VALID}
        assert use.ticket.order_line.total_minor == 0
    lines = PassUse.objects.values("ticket__order_line")
    assert not LineShare.objects.filter(line__in=lines).exists()
    payments = Payment.objects.exclude(received_minor=None)
    if not payments.exists():
        assert not Transaction.objects.exists()
        assert not Entry.objects.exists()


@given(steps=HISTORIES)
@profile(suppress_health_check=[HealthCheck.function_scoped_fixture])  # each is taken back
def test_a_pass_moves_no_money_and_every_use_comes_back_once(stage, steps):
    with taken_back(stage):
        tell(stage, steps)


def test_a_use_given_back_twice_is_found(stage, monkeypatch):
    """The control: with the guard off, a history of ours goes wrong."""
    monkeypatch.setattr(passes, "_return", _return_unasked)
    steps = [(Stage.order, 0, 1, 0), (Stage.order, 1, 1, 0), (Stage.cancel, 0, 0, 0)]

    with pytest.raises((AssertionError, IntegrityError)), taken_back(stage):
        tell(stage, [*steps, (Stage.call_off, 0, 0, 0), (Stage.call_off, 1, 0, 0)])


def _return_unasked(uses) -> int:
    """What a careless service does: it asks neither whether a use stands nor when."""
    for use in uses.all():
        FreePass.objects.filter(pk=use.free_pass_id).update(used=passes.F("used") - 1)
    return 0
