"""Any order, repetition or delay of the same events gives the same state and the same ledger."""

from collections.abc import Callable
from random import Random

from hypothesis import HealthCheck, Phase, given, settings as profile, strategies as st

from checkout.services import payments
from community.models import DisputePolicy
from ledger.models import AccountKind
from ledger.queries import balance
from orders.models import Order, Payment, Refund, RefundStatus
from sandbox.errors import StripeError
from sandbox.models import Charge, CheckoutSession, Dispute
from sandbox.services import disputes as banks, payments as payers, refunds as dashboard
from tests.checkout.shop import buy_each
from tests.properties import checks
from tests.properties.world import World
from ticketing.models import Ticket

Act = Callable[[Charge], object]


def give_back(share: int) -> Act:
    return lambda charge: dashboard.refund(charge, amount=charge.amount // share)


def turn_away(which: int) -> Act:
    def act(charge: Charge) -> None:
        made = list(charge.refunds.exclude(status="failed"))
        if made:
            dashboard.end_refund(made[which % len(made)], status="failed")

    return act


def decide(*, is_won: bool) -> Act:
    def act(charge: Charge) -> None:
        if dispute := Dispute.objects.filter(charge=charge).first():
            banks.close_dispute(dispute, is_won=is_won)

    return act


ACTS: dict[str, Act] = {
    "give half back": give_back(2),
    "give a third back": give_back(3),
    "give all back": give_back(1),
    "turn the last refund away": turn_away(0),
    "turn another refund away": turn_away(1),
    "dispute": banks.open_dispute,
    "shop wins": decide(is_won=True),
    "buyer wins": decide(is_won=False),
    "slow bank says yes": payers.settle,
}
stories = st.lists(st.sampled_from(sorted(ACTS)), min_size=1, max_size=6)


@profile(
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
@given(
    policy=st.sampled_from(DisputePolicy.values),
    kinds=st.sampled_from([[0], [0, 0], [0, 1]]),
    is_slow=st.booleans(),
    story=stories,
    seed=st.integers(0, 1000),
)
def test_same_events_give_the_same_state(world, policy, kinds, is_slow, story, seed):
    promptly = play(world, policy, kinds, is_slow, story, world.deliver)

    def late(news: list) -> list:
        mixed = news * 2
        Random(seed).shuffle(mixed)
        return mixed

    at_last = play(world, policy, kinds, is_slow, story, lambda _news: None, late)

    assert promptly == at_last


def play(world, policy, kinds, is_slow, story, hear, arrival=iter) -> dict[str, object]:
    """One buyer's story; `hear` is what the house does with the news after each act."""
    world.begin()
    try:
        world.chapter.dispute_policy = policy
        world.chapter.save(update_fields=["dispute_policy"])
        charge = buy(world, kinds, is_slow)
        for act in story:
            hear(world.unheard())
            try:
                ACTS[act](Charge.objects.get(pk=charge.pk))
            except StripeError:
                continue
        hear(world.unheard())
        world.settle_down(arrival)
        everything = {order.pk for order in Order.objects.all()}
        checks.hold(checks.at_rest(checks.Counter(), everything))
        return snapshot()
    finally:
        world.end()


def buy(world: World, kinds: list[int], is_slow: bool) -> Charge:
    order = buy_each(*(world.kinds[kind] for kind in kinds))
    payment = payments.start_payment(order=order)
    session = CheckoutSession.objects.get(public_id=payment.gateway_id)
    pay = payers.pay_slowly if is_slow else payers.pay
    return pay(session, method="card")


def snapshot() -> dict[str, object]:
    """State and books, without the names and times of rows, and without what came to nothing:
    a refund that another one replaced is known only to who heard of it in time."""
    refunds = Refund.objects.exclude(status=RefundStatus.REPLACED)
    paid = ("status", "received_minor", "refunded_minor", "fee_minor", "disputed")
    return {
        "orders": list(Order.objects.values_list("status", flat=True)),
        "tickets": list(Ticket.objects.order_by("pk").values_list("status", flat=True)),
        "payments": list(Payment.objects.values_list(*paid)),
        "refunds": sorted(refunds.values_list("amount_minor", "status", "reason")),
        "ledger": {kind.value: balance(kind, currency="CNY") for kind in AccountKind},
    }
