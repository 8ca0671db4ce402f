"""A thousand histories of the pool: sales, refunds, disputes of payments, periods and payouts in
any order, and what must hold after each step."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, seed, settings as profile, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from checkout.services import shares
from checkout.services.shares import POTS, into_pot
from core.errors import DomainError
from core.ids import public_id
from events.models import Event
from incentives.models import (
    Payout,
    PayoutMethod,
    Period,
    PeriodStatus,
    Purse,
    Statement,
    StatementLine,
)
from incentives.services import payouts, periods
from incentives.settlement import FIRST, divide
from ledger.models import AccountKind, Entry
from ledger.services import Move, post
from orders.models import (
    Dispute,
    DisputeStatus,
    LineShare,
    Order,
    SaleKind,
    ShareHolder,
    ShareRate,
)
from tests.checkout.shop import paid_order, paid_type
from tests.checkout.test_shares import give_back
from tests.factories.accounts import UserFactory
from tests.factories.events import EventFactory
from tests.factories.incentives import ContributionFactory
from tests.factories.orders import OrderFactory, OrderLineFactory
from tests.incentives.money import MONTH, table

PARTS = 4  # spread over the processes of a run
HISTORIES = 5 * profile().max_examples  # in each part
STEPS = 9
CURRENCIES = ["CNY", "JPY"]
POOL = POTS[ShareHolder.POOL]
which = st.integers(0, 5)
SUMS = """
    SELECT account.kind, account.subject, entry.currency, sum(entry.amount_minor)
    FROM ledger_entry entry JOIN ledger_account account ON account.id = entry.account_id
    GROUP BY account.kind, account.subject, entry.currency
"""


class World:
    """People and orders that every history finds; what it adds is taken back."""

    def __init__(self) -> None:
        self.table = table()
        self.people = [UserFactory() for _ in range(3)]
        self.treasurers = [UserFactory() for _ in range(2)]
        self.lines = {
            currency: [
                OrderLineFactory(order=OrderFactory(paid=True, currency=currency))
                for _ in range(12)
            ]
            for currency in CURRENCIES
        }
        event = EventFactory()
        self.kinds = {
            currency: paid_type(size=1000, event=event, currency=currency)
            for currency in CURRENCIES
        }
        ShareRate.objects.create(
            kind=SaleKind.MEETUP, bps=1000, from_at=timezone.now() - timedelta(days=1)
        )
        self.accounts = [
            payouts.add_account(user=user, method=PayoutMethod.BANK, address="a@example.com")
            for user in self.people
        ]


class Pool(RuleBasedStateMachine):
    def __init__(self, world: World, told: list) -> None:
        super().__init__()
        self.world, self.told, self.month = world, told, 0
        self.lines = {currency: list(lines) for currency, lines in world.lines.items()}
        self.came = dict.fromkeys(CURRENCIES, 0)  # into the pool, refunds taken off
        self.orders: list[Order] = []
        self.history = transaction.atomic()
        self.history._from_testcase = True  # a durable transaction may begin inside
        self.history.__enter__()

    @initialize(sums=st.lists(st.integers(1, 10**6), min_size=5, max_size=5), which=which)
    def begin(self, sums: list[int], which: int) -> None:
        for amount in sums:
            self.sell(CURRENCIES[0], amount)
        self.contribute(which, "article", [1, 2])

    # money

    @rule(currency=st.sampled_from(CURRENCIES), amount=st.integers(1, 10**6))
    def sell(self, currency: str, amount: int) -> None:
        """An order's share matures."""
        if not self.lines[currency]:
            return
        now = timezone.now()
        LineShare.objects.create(
            line=self.lines[currency].pop(),
            holder=ShareHolder.POOL,
            kind=SaleKind.MEETUP,
            bps=1000,
            held_minor=amount,
            matures_at=now,
            matured_at=now,
        )
        self.move(currency, amount)

    @rule(currency=st.sampled_from(CURRENCIES), amount=st.integers(1, 10**6))
    def refund(self, currency: str, amount: int) -> None:
        """A refund or a lost dispute of what has matured, and maybe was spent."""
        self.move(currency, -min(amount, self.came[currency]))

    def move(self, currency: str, amount: int) -> None:
        self.came[currency] += amount
        moves = into_pot(POOL, "", currency, amount)
        post(
            key=f"history:{public_id()}",
            kind="share",
            currency=currency,
            moves=[Move(AccountKind.REVENUE, "chapter:1", amount), *moves],
        )

    # orders as they are bought, whose shares follow them

    @rule(currency=st.sampled_from(CURRENCIES), fee=st.integers(0, 500), is_ripe=st.booleans())
    def buy(self, currency: str, fee: int, is_ripe: bool) -> None:
        kind = self.world.kinds[currency]
        self.orders.append(paid_order(kind, "Lin", "Mei", fee_minor=fee))
        if is_ripe:
            self.ripen(-1)

    @rule(order=which)
    def ripen(self, order: int) -> None:
        """The refund window has ended: its event is long over."""
        if not self.orders:
            return
        event = self.world.kinds[CURRENCIES[0]].event
        now, past = Event.objects.filter(pk=event.pk), timezone.now() - timedelta(days=30)
        now.update(start_at=past, end_at=past + timedelta(hours=2))
        shares.mature(order=self.orders[order % len(self.orders)])
        now.update(start_at=event.start_at, end_at=event.end_at)

    @rule(order=which, percent=st.sampled_from([33, 50, 100]))
    def take_back(self, order: int, percent: int) -> None:
        """One ticket of an order, before or after its share was spent."""
        if self.orders:
            chosen = self.orders[order % len(self.orders)]
            self.do(give_back, order=chosen, percent=percent)

    @rule(order=which)
    def lose_to_the_bank(self, order: int) -> None:
        if not self.orders:
            return
        chosen = self.orders[order % len(self.orders)]
        payment = chosen.payments.get()
        if payment.disputes.exists():
            return
        Dispute.objects.create(
            payment=payment,
            gateway_id=public_id(),
            amount_minor=payment.amount_minor,
            currency=payment.currency,
            withdrawn_minor=payment.amount_minor,
            status=DisputeStatus.LOST,
        )
        shares.adjust(chosen)

    # work and periods

    @rule(
        person=which,
        kind=st.sampled_from(["article", "talk", "code"]),
        weights=st.lists(st.integers(1, 9), min_size=1, max_size=3),
    )
    def contribute(self, person: int, kind: str, weights: list[int]) -> None:
        people = self.world.people
        ContributionFactory(
            accepted=True,
            table=self.world.table,
            kind=kind,
            created_by=people[person % 3],
            done_on=MONTH[0],
            shares=[
                (people[(person + place) % 3], weight * 100) for place, weight in enumerate(weights)
            ],
        )

    @rule()
    def open(self) -> None:
        self.month += 1
        day = MONTH[1].replace(year=2000 + self.month)
        day = day.replace(year=2026) if self.month == 1 else day.replace(year=2026 - self.month)
        if not Period.objects.filter(status=PeriodStatus.OPEN).exists():
            start = MONTH[0] if self.month == 1 else day
            self.do(periods.open_period, start_on=start, end_on=day, by=None)

    @rule(step=st.sampled_from(["freeze", "publish", "finalize", "thaw", "withdraw"]), by=which)
    def settle(self, step: str, by: int) -> None:
        """Whatever step, in whatever order: refused, or done whole."""
        who = self.world.treasurers[by % 2]
        fields = {
            "freeze": {"by": who},
            "publish": {"by": who, "days": 0},
            "finalize": {"by": who},
            "thaw": {},
            "withdraw": {"by": who},
        }[step]
        for period in Period.objects.exclude(status=PeriodStatus.FINAL)[:1]:
            self.do(getattr(periods, step), period=period, **fields)

    @rule(by=which)
    def settle_whole(self, by: int) -> None:
        """The usual way, so that many histories have something to pay."""
        if not Period.objects.exclude(status=PeriodStatus.FINAL).exists():
            self.open()
        for step in ("freeze", "publish", "finalize"):
            self.settle(step, by)

    @rule(person=which, text=st.just("No"), is_answered=st.booleans())
    def object(self, person: int, text: str, is_answered: bool) -> None:
        for period in Period.objects.filter(status=PeriodStatus.PUBLISHED):
            by = self.world.people[person % 3]
            Period.objects.filter(pk=period.pk).update(disputes_until="2999-01-01T00:00Z")
            made = self.do(periods.dispute, period=period, by=by, text=text)
            Period.objects.filter(pk=period.pk).update(disputes_until=timezone.now())
            if made and is_answered:
                self.do(periods.answer, dispute=made, by=self.world.treasurers[0], text="Yes")

    # payouts

    @rule(
        person=which, currency=st.sampled_from(CURRENCIES), percent=st.sampled_from([50, 100, 101])
    )
    def ask(self, person: int, currency: str, percent: int) -> None:
        user = self.world.people[person % 3]
        left = payouts.payable(user, Purse.CONTRIBUTOR, currency)
        self.do(
            payouts.request_payout,
            user=user,
            purse=Purse.CONTRIBUTOR,
            account=self.world.accounts[person % 3],
            currency=currency,
            amount_minor=left * percent // 100,
        )

    @rule(
        number=which,
        step=st.sampled_from(["approve", "mark_sent", "confirm", "refuse", "fail", "withdraw"]),
        by=which,
    )
    def pay(self, number: int, step: str, by: int) -> None:
        made = list(Payout.objects.order_by("pk"))
        if not made:
            return
        everybody = [*self.world.treasurers, *self.world.people]
        fields = {} if step == "withdraw" else {"by": everybody[by % 5]}
        if step in {"refuse", "fail"}:
            fields["note"] = "No"
        self.do(getattr(payouts, step), payout=made[number % len(made)], **fields)

    def do(self, act, **fields):
        try:
            with transaction.atomic():
                return act(**fields)
        except DomainError:
            return None

    # what must hold

    @invariant()
    def adds_up(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(SUMS)
            sums = {
                (kind, subject, currency): int(total)
                for kind, subject, currency, total in cursor.fetchall()
            }
        for currency in CURRENCIES:
            self.no_money_is_lost(currency, sums)
        self.nobody_is_owed_less_than_nothing(sums)
        self.payouts_are_what_the_ledger_says(sums)

    def no_money_is_lost(self, currency: str, sums: dict) -> None:
        of = {key[:2]: total for key, total in sums.items() if key[2] == currency}
        assert sum(of.values()) == 0
        available = -of.get((AccountKind.POOL_AVAILABLE, ""), 0)
        deficit = of.get((AccountKind.POOL_DEFICIT, ""), 0)
        assert min(available, deficit) == 0
        assert available >= 0
        assert deficit >= 0
        given = StatementLine.objects.filter(
            statement__currency=currency,
            statement__period__status=PeriodStatus.FINAL,
            statement__withdrawn_at=None,
        )
        spent = sum(given.values_list("amount_minor", flat=True))
        held = LineShare.objects.filter(line__order__in=self.orders)
        held = held.filter(line__order__currency=currency)
        ripe = sum(held.exclude(matured_at=None).values_list("held_minor", flat=True))
        unripe = sum(held.filter(matured_at=None).values_list("held_minor", flat=True))
        assert -of.get((AccountKind.POOL_PENDING, ""), 0) == unripe
        assert available - deficit == self.came[currency] + ripe - spent
        assert not any(
            kind == AccountKind.POOL_COMMITTED and total for (kind, _s), total in of.items()
        )

    def nobody_is_owed_less_than_nothing(self, sums: dict) -> None:
        assert [key for key, total in sums.items() if key[0] in OWED and total > 0] == []

    def payouts_are_what_the_ledger_says(self, sums: dict) -> None:
        way: dict = {}
        for payout in Payout.objects.all():
            assert payout.approved_by_id not in {payout.requested_by_id, payout.user_id}
            kind = PLACE.get(payout.status)
            if kind:
                key = kind, f"user:{payout.user_id}", payout.currency
                way[key] = way.get(key, 0) - payout.amount_minor
        ours = {key: total for key, total in sums.items() if key[0] in PLACE.values() and total}
        assert ours == way

    def teardown(self) -> None:
        """The history is over: the chain holds, and each statement follows from its inputs."""
        try:
            previous = FIRST
            for statement in Statement.objects.published():
                assert statement.previous == previous
                previous = statement.digest
                assert statement.snapshot.digest == statement.digest
                assert [
                    (line.kind, line.person, line.points, line.amount_minor)
                    for line in statement.lines.all()
                ] == [tuple(part) for part in divide(statement.snapshot)]
            self.told.append(Entry.objects.filter(transaction__kind="period_divided").exists())
        finally:
            transaction.set_rollback(True)
            self.history.__exit__(None, None, None)
            connection.run_on_commit.clear()


OWED = (AccountKind.CONTRIBUTOR_PAYABLE, AccountKind.LECTURER_PAYABLE, AccountKind.POOL_AVAILABLE)
PLACE = {
    "requested": AccountKind.PAYOUT_CLEARING,
    "approved": AccountKind.PAYOUT_CLEARING,
    "sent": AccountKind.PAYOUT_CLEARING,
    "confirmed": AccountKind.PAID_OUT,
}


@pytest.mark.parametrize("part", range(PARTS))
def test_the_pool_is_never_short(db, part, record_property):
    told: list[bool] = []
    world = World()

    def history() -> Pool:
        return Pool(world, told)

    if profile().derandomize:
        seed(part)(history)
    run_state_machine_as_test(
        history,
        settings=profile(
            max_examples=HISTORIES,
            stateful_step_count=STEPS,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )

    record_property("histories of the pool", len(told))
    assert len(told) >= HISTORIES
    assert sum(told) >= HISTORIES // 10  # in so many somebody was paid


def test_the_ordinary_run_tells_a_thousand_histories():
    assert PARTS * HISTORIES >= 1000
