"""Histories of money: buyers, organizers, banks, a gateway and a clock, in any order."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from random import Random
from sys import exc_info
from typing import Any

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from checkout.services import (
    disputes,
    event_refunds,
    inbox,
    payments,
    refunds,
    returns,
    settling,
)
from community.models import DisputePolicy
from events.services.events import cancel_event
from orders.gateways import stripe
from orders.models import (
    Order,
    Payment,
    Provider,
    Refund,
    RefundReason,
    RefundStatus,
)
from sandbox.errors import StripeError
from sandbox.models import Charge, CheckoutSession, Dispute, Event, Fault, FaultKind
from sandbox.services import (
    disputes as banks,
    payments as payers,
    refunds as dashboard,
)
from tests.checkout.shop import buy_each
from tests.properties import checks
from tests.properties.world import World
from ticketing.models import Quota, Ticket, TicketStatus

which = st.integers(0, 5)  # a choice among what there is, whatever its number
kinds, counts = st.integers(0, 3), st.integers(1, 2)
lost = st.booleans()
ORDERS_OF_NEWS = ["as it happened", "reversed", "shuffled", "twice"]
PAUSES = [timedelta(minutes=3), timedelta(minutes=29), timedelta(minutes=40), timedelta(days=1)]


def pick(rows: list[Any], number: int) -> Any:
    return rows[number % len(rows)]


class Money(RuleBasedStateMachine):
    """Orders that compete for few places, and all that can happen to the money for them."""

    def __init__(self, world: World, told: list[Any]) -> None:
        super().__init__()
        self.world, self.told = world, told
        world.begin()
        self.orders: list[Order] = []
        self.pages: list[str] = []  # what the gateway opened, whether we know of it or not
        self.charges: list[Charge] = []
        self.disputes: list[Dispute] = []
        self.looks: list[Callable[[], Any]] = []  # answers of the gateway, not yet acted on
        self.withheld: Counter[int] = Counter()
        self.foreign: set[int] = set()

    @initialize(
        policy=st.sampled_from(DisputePolicy.values),
        hall=st.integers(1, 4),
        order_of_news=st.sampled_from(ORDERS_OF_NEWS),
        first=st.lists(st.tuples(kinds, counts, st.booleans()), min_size=1, max_size=3),
    )
    def open_shop(
        self, policy: str, hall: int, order_of_news: str, first: list[tuple[int, int, bool]]
    ) -> None:
        self.order_of_news = order_of_news
        self.world.chapter.dispute_policy = policy
        self.world.chapter.save(update_fields=["dispute_policy"])
        Quota.objects.filter(pk=self.world.hall.pk).update(size=hall)
        for kind, count, hears in first:
            self.buy(kind, count, hears)

    # buyers

    @rule(kinds=st.lists(st.integers(0, 2), min_size=1, max_size=3), is_lab=st.booleans())
    def place(self, kinds: list[int], is_lab: bool) -> None:
        chosen = [self.world.kinds[3] if is_lab else self.world.kinds[kind] for kind in kinds]
        order = self.do(partial(buy_each, *chosen))
        if order:
            self.orders.append(order)

    @precondition(lambda self: self.orders)
    @rule(order=which)
    def open_page(self, order: int) -> None:
        """Start to pay; again, when the first page is nearly over: then there are two."""
        self.do(payments.start_payment, order=pick(self.orders, order))
        sessions = CheckoutSession.objects.order_by("pk")
        self.pages = list(sessions.values_list("public_id", flat=True))

    @precondition(lambda self: self.pages)
    @rule(page=which, method=st.sampled_from(["card", "alipay"]))
    def pay(self, page: int, method: str) -> None:
        self.charge(page, lambda session: payers.pay(session, method=method))

    @precondition(lambda self: self.pages)
    @rule(page=which)
    def pay_by_a_slow_bank(self, page: int) -> None:
        self.charge(page, lambda session: payers.pay_slowly(session, method="card"))

    @precondition(lambda self: self.pages)
    @rule(page=which, off=st.sampled_from([-1, 1, 700]))
    def pay_another_sum(self, page: int, off: int) -> None:
        session = self.session(page)
        CheckoutSession.objects.filter(pk=session.pk).update(amount=session.amount + off)
        self.charge(page, lambda session: payers.pay(session, method="card"))

    @precondition(lambda self: self.pages)
    @rule(page=which)
    def be_declined(self, page: int) -> None:
        self.at_gateway(lambda: payers.decline(self.session(page), method="card"))

    @rule(kind=kinds, count=counts, hears=st.booleans())
    def buy(self, kind: int, count: int, hears: bool) -> None:
        """The usual way, all at once; whether the house hears of it is another matter."""
        known = len(self.orders)
        self.place([kind % 3] * count, is_lab=kind == 3)
        if len(self.orders) > known:
            self.open_page(-1)
        if self.pages:
            self.pay(-1, "card")
        if hears:
            self.world.deliver(self.world.unheard())

    @precondition(lambda self: self.orders)
    @rule(order=which)
    def pay_on_two_pages(self, order: int) -> None:
        self.open_page(order)
        self.world.clock.advance(timedelta(minutes=29))
        self.open_page(order)
        for page in range(len(self.pages))[-2:]:
            self.pay(page, "card")

    @rule(kind=kinds, hears=st.booleans())
    def pay_for_what_was_given_up(self, kind: int, hears: bool) -> None:
        """The answer with the page's address is lost, so the house cannot end the page."""
        orders, pages = len(self.orders), len(self.pages)
        self.place([kind % 3], is_lab=kind == 3)
        if len(self.orders) > orders:
            path = "/v1/checkout/sessions"
            Fault.objects.create(kind=FaultKind.DROP_AFTER, path=path, remaining=3, seconds=0)
            self.open_page(-1)
            Fault.objects.all().delete()
            self.give_up(-1)
        if len(self.pages) > pages:
            self.pay(-1, "card")
        if hears:
            self.world.deliver(self.world.unheard())

    @rule(kind=kinds)
    def bring_cash_too_late(self, kind: int) -> None:
        known = len(self.orders)
        self.place([kind % 3], is_lab=kind == 3)
        self.world.clock.advance(timedelta(minutes=40))
        self.world.clock_pass()
        if len(self.orders) > known:
            self.mark_paid(-1)

    @precondition(lambda self: self.pages)
    @rule(page=which)
    def pay_at_the_last_moment(self, page: int) -> None:
        """The house lets the places go, having asked in vain, and the money comes after all."""
        self.pay_by_a_slow_bank(page)
        self.world.clock.advance(timedelta(minutes=40))

    @precondition(lambda self: self.orders)
    @rule(order=which)
    def come_back(self, order: int) -> None:
        self.do(payments.refresh_order, order=pick(self.orders, order))

    @precondition(lambda self: self.orders)
    @rule(order=which)
    def give_up(self, order: int) -> None:
        self.do(payments.cancel_open_order, order=pick(self.orders, order))

    @precondition(lambda self: self.orders)
    @rule(order=which, count=st.integers(1, 3), lost=lost)
    def return_tickets(self, order: int, count: int, lost: bool) -> None:
        order = pick(self.orders, order)
        units = dict.fromkeys(self.valid(order)[:count], 100 if is_off(order) else 50)
        self.take_back(
            order, units, returns.return_units, units=units, at=timezone.now(), lost=lost
        )

    # organizers

    @precondition(lambda self: self.orders)
    @rule(order=which, percents=st.lists(st.sampled_from([100, 33, 0]), min_size=1, max_size=3))
    def refund(self, order: int, percents: list[int]) -> None:
        order = pick(self.orders, order)
        units = dict(zip(self.valid(order), percents, strict=False))
        self.take_back(
            order,
            units,
            refunds.refund_units,
            units=units,
            by=self.world.organizer,
            reason=RefundReason.ORGANIZER,
            percents=units,
        )

    @precondition(lambda self: self.orders)
    @rule(order=which)
    def mark_paid(self, order: int) -> None:
        self.do(
            settling.mark_paid,
            order=pick(self.orders, order),
            by=self.world.organizer,
            provider=Provider.BANK,
        )

    @precondition(lambda self: self.orders)
    @rule()
    def return_by_hand(self) -> None:
        due = Refund.objects.exclude(payment__provider=Provider.STRIPE)
        for refund in due.filter(status=RefundStatus.DUE):
            self.do(refunds.mark_returned, refund=refund, by=self.world.organizer)

    @precondition(lambda self: self.charges)
    @rule()
    def try_failed_refunds_again(self) -> None:
        for refund in Refund.objects.filter(status=RefundStatus.FAILED):
            self.do(refunds.retry_refund, refund=refund, by=self.world.organizer)

    @precondition(lambda self: self.orders)
    @rule(event=st.integers(0, 1))
    def cancel_event(self, event: int) -> None:
        event, by = self.world.events[event], self.world.organizer
        self.do(cancel_event, event=event, by=by, reason="Rain")
        self.do(event_refunds.request_refunds, event=event, by=by)

    # the gateway and the banks

    @precondition(lambda self: self.charges)
    @rule(charge=which, is_yes=st.booleans())
    def slow_bank_decides(self, charge: int, is_yes: bool) -> None:
        charge = pick(self.charges, charge)
        decide = payers.settle if is_yes else payers.fail
        self.at_gateway(lambda: decide(charge))

    @precondition(lambda self: self.charges)
    @rule(charge=which, share=st.sampled_from([1, 2, 3]))
    def refund_in_the_dashboard(self, charge: int, share: int) -> None:
        charge = pick(self.charges, charge)
        amount = max(1, charge.amount // share)
        if self.at_gateway(lambda: dashboard.refund(charge, amount=amount)):
            self.mark_foreign(charge)

    @precondition(lambda self: self.charges)
    @rule(charge=which)
    def bank_turns_refund_away(self, charge: int) -> None:
        made = pick(self.charges, charge).refunds.exclude(status="failed").last()
        if made:
            self.at_gateway(lambda: dashboard.end_refund(made, status="failed"))

    @precondition(lambda self: self.charges)
    @rule(charge=which)
    def open_dispute(self, charge: int) -> None:
        charge = pick(self.charges, charge)
        if dispute := self.at_gateway(lambda: banks.open_dispute(charge)):
            self.disputes.append(dispute)
            self.mark_foreign(charge)

    @precondition(lambda self: self.disputes)
    @rule(dispute=which, is_won=st.booleans())
    def close_dispute(self, dispute: int, is_won: bool) -> None:
        dispute = pick(self.disputes, dispute)
        self.at_gateway(lambda: banks.close_dispute(dispute, is_won=is_won))

    @rule(
        kind=st.sampled_from(
            [
                FaultKind.SERVER_ERROR,
                FaultKind.RATE_LIMIT,
                FaultKind.CONFLICT,
                FaultKind.DROP_AFTER,
                FaultKind.REFUND_FAILS,
            ]
        ),
        calls=st.sampled_from([1, 3, 40]),
        path=st.sampled_from(["/v1/", "/v1/refunds", "/v1/checkout"]),
    )
    def gateway_falters(self, kind: str, calls: int, path: str) -> None:
        Fault.objects.all().delete()
        Fault.objects.create(kind=kind, path=path, remaining=calls, seconds=0)

    @precondition(lambda self: self.charges or self.pages)
    @rule(number=which, again=st.booleans(), lost=lost)
    def event_arrives(self, number: int, again: bool, lost: bool) -> None:
        """Any of those that wait, or one that came before."""
        news = self.world.news() if again else self.world.unheard()
        if news:
            self.world.deliver([pick(news, number)], lost=lost)

    @precondition(lambda self: self.charges)
    @rule(number=which)
    def worker_looks(self, number: int) -> None:
        """One worker asks the gateway, and is slow to write down what it heard."""
        news = self.world.news()
        if news and (change := self.do(look_at, news=pick(news, number))):
            self.looks.append(change)

    @precondition(lambda self: self.looks)
    @rule(number=which)
    def slow_worker_writes(self, number: int) -> None:
        self.do(self.looks.pop(number % len(self.looks)))

    # time

    @rule(pause=st.sampled_from(PAUSES))
    def time_passes(self, pause: timedelta) -> None:
        self.world.clock.advance(pause)
        self.world.time_at_the_gateway()

    @precondition(lambda self: self.orders)
    @rule()
    def clock_strikes(self) -> None:
        self.world.clock_pass()

    # what must hold

    @invariant()
    def adds_up(self) -> None:
        checks.hold(checks.always())

    def teardown(self) -> None:
        """The history is over: all of it arrives, and everything must hold."""
        try:
            if exc_info()[0] is None:
                self.told.append(self.orders)
                self.world.settle_down(self.in_order)
                checks.hold(checks.at_rest(self.withheld, self.foreign))
        finally:
            self.world.end()

    def in_order(self, news: list[Any]) -> list[Any]:
        """How what is left arrives in the end."""
        if self.order_of_news == "reversed":
            return news[::-1]
        if self.order_of_news == "twice":
            news = news * 2
        if self.order_of_news != "as it happened":
            Random(len(news)).shuffle(news)
        return news

    # how

    def do(self, act: Callable[..., Any], *, lost: bool = False, **fields: Any) -> Any:
        """What a service returns; None when it refuses. Then the workers do their part."""
        result: list[Any] = []
        self.world.attempt(lambda: result.append(act(**fields)))
        self.world.work(lost=lost)
        return result[0] if result else None

    def at_gateway(self, act: Callable[[], Any]) -> Any:
        try:
            return act()
        except StripeError:
            return None

    def session(self, page: int) -> CheckoutSession:
        return CheckoutSession.objects.get(public_id=pick(self.pages, page))

    def charge(self, page: int, pay: Callable[[CheckoutSession], Charge]) -> None:
        if charge := self.at_gateway(lambda: pay(self.session(page))):
            self.charges.append(charge)

    def mark_foreign(self, charge: Charge) -> None:
        payment = charge.intent.metadata["payment"]
        self.foreign.add(Payment.objects.get(public_id=payment).order_id)

    def valid(self, order: Order) -> list[str]:
        rows = Ticket.objects.filter(order_line__order=order, status=TicketStatus.VALID)
        return list(rows.order_by("pk").values_list("public_id", flat=True))

    def take_back(
        self, order: Order, shares: dict[str, int], act: Callable[..., Any], **fields: Any
    ) -> None:
        """Note what the rule lets the house keep: a line's fractions are cut once."""
        rows = Ticket.objects.filter(public_id__in=shares).select_related("order_line")
        prices: Counter[tuple[int, int]] = Counter()
        for ticket in rows:
            line = ticket.order_line
            prices[line.pk, line.unit_price_minor] += shares[ticket.public_id]
        paid = sum(ticket.order_line.unit_price_minor for ticket in rows)
        if self.do(act, order=order, **fields) is not None:
            given = sum(price * percent // 100 for (_line, price), percent in prices.items())
            self.withheld[order.pk] += paid - given


def look_at(news: Event) -> Callable[[], Any] | None:
    """What an event's worker would do with the gateway's answer of this moment."""
    if news.kind.startswith("checkout.session."):
        return partial(payments.apply_session, stripe.fetch_session(news.subject))
    is_dispute = news.kind.startswith("charge.dispute.")
    found = (stripe.fetch_dispute if is_dispute else stripe.fetch_refund)(news.subject)
    payment = Payment.objects.filter(reference=found.payment_intent).first()
    if payment is None:
        return None
    if is_dispute:
        return partial(disputes.apply_dispute, payment=payment, found=found)
    return partial(inbox.apply_refund, found, payment)


def is_off(order: Order) -> bool:
    return Ticket.objects.filter(order_line__order=order).first().event.is_canceled
