"""Who came to an event: what they ordered, how they paid, and when they walked in.

Everything goes through the services, in the order of the story; then the rows are dated.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from random import Random

from accounts.models import User
from checkout.demo.people import Visitor, draw_visitors
from checkout.demo.stages import Kind, Stage
from checkout.services import payments, refunds, settling
from checkout.services.orders import HOLD, place_order
from community.models import DOOR, Membership
from orders.gateways.stripe import SESSION_LIFE
from orders.models import Channel, Order, Payment, Provider, Refund, RefundReason
from ticketing.models import CheckIn, Ticket, TicketType
from ticketing.services import door, tickets
from ticketing.services.sales import Selection, Wish as TicketWish

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Fate(Enum):
    KEPT = auto()
    RETURNED = auto()  # paid by bank or free, and given back some days later
    EXPIRED = auto()
    CANCELED = auto()
    OPEN = auto()


@dataclass(frozen=True)
class Wish:
    """One order that somebody is going to make."""

    at: datetime
    kind: Kind
    tickets: int
    fate: Fate = Fate.KEPT
    card_fails: bool = False


def gather(stage: Stage) -> None:
    """All orders of an event, from the first day of its sale to this hour, then the door."""
    chance = Random(stage.plan.slug)  # noqa: S311  a story, no secret
    wishes = sorted(_wishes(stage, chance), key=lambda wish: wish.at)
    people = draw_visitors(chance, sum(wish.tickets for wish in wishes), latin=stage.plan.latin)
    for wish in wishes:
        group = [people.pop() for _ in range(wish.tickets)]
        _follow(stage, wish, group, chance)
    _reissue(stage, chance)


def _wishes(stage: Stage, chance: Random) -> Iterator[Wish]:
    plan = stage.plan
    kept = [wish for kind in stage.kinds for wish in _kept(stage, kind, chance)]
    paid = [index for index, wish in enumerate(kept) if wish.kind[0].price]
    for index in chance.sample(paid, min(plan.failed_cards, len(paid))):
        wish = kept[index]
        kept[index] = Wish(wish.at, wish.kind, wish.tickets, card_fails=True)
    yield from kept
    open_to_all = [kind for kind in stage.kinds if kind[0].sold and not kind[0].hidden]
    priced = [kind for kind in open_to_all if kind[0].price]
    for fate, count, choices in (
        (Fate.EXPIRED, plan.expired, priced),
        (Fate.CANCELED, plan.canceled, priced),
        (Fate.RETURNED, plan.canceled_tickets, open_to_all),
    ):
        for _ in range(count):
            kind = chance.choice(choices)
            first, last = _window(stage, kind)
            yield Wish(first + (last - first) * chance.uniform(0.1, 0.6), kind, 1, fate)
    for _ in range(plan.open):
        yield Wish(stage.now - chance.uniform(3, 30) * HOUR, priced[-1], 1, Fate.OPEN)


def _kept(stage: Stage, kind: Kind, chance: Random) -> Iterator[Wish]:
    first, last = _window(stage, kind)
    left, most = kind[0].sold, min(4, kind[0].most)
    while left:
        count = min(left, most, chance.choices([1, 2, 3, 4], [76, 16, 5, 3])[0])
        at = first + (last - first) * _moment(chance)
        yield Wish(min(_awake(at, stage), last), kind, count)
        left -= count


def _moment(chance: Random) -> float:
    """Many order on the first days, many on the last, and the rest in between."""
    part = chance.random()
    if part < 0.32:
        return min(1.0, chance.expovariate(14))
    return 1 - min(1.0, chance.expovariate(7)) if part < 0.55 else chance.random()


def _awake(at: datetime, stage: Stage) -> datetime:
    """Nobody orders between one and seven in the morning."""
    hour = at.astimezone(stage.start_at.tzinfo).hour
    return at + 7 * HOUR if 1 <= hour < 7 else at


def _window(stage: Stage, kind: Kind) -> tuple[datetime, datetime]:
    plan = kind[0]
    first, last = stage.published_at, min(stage.start_at, stage.now - HOUR)
    if plan.opens is not None:
        first = max(first, stage.start_at - plan.opens * DAY)
    if plan.closes is not None:
        last = min(last, stage.start_at - plan.closes * DAY)
    return first, max(first, last)


def _follow(stage: Stage, wish: Wish, group: list[Visitor], chance: Random) -> None:
    """One order and what became of it."""
    kind = wish.kind[1]
    order = order_tickets(stage, group[0], [(kind, person.name) for person in group])
    _date_order(order, wish.at)
    match wish.fate:
        case Fate.EXPIRED:
            payments.expire_order(order=_again(order), at=stage.now)
            _date_end(order, wish.at + HOLD)
            Order.objects.filter(pk=order.pk).update(expiry_told_at=wish.at + HOLD)
        case Fate.CANCELED:
            payments.cancel_open_order(order=_again(order))
            _date_end(order, wish.at + 9 * MINUTE)
        case Fate.OPEN:
            Order.objects.filter(pk=order.pk).update(hold_until=stage.now + 3 * DAY)
        case _:
            means = Provider.BANK if wish.fate == Fate.RETURNED else None
            pay(stage, order, wish.at, chance, means=means, card_fails=wish.card_fails)
            if wish.fate == Fate.RETURNED:
                _return(stage, _again(order), min(wish.at + 4 * DAY, stage.now - HOUR))


def order_tickets(
    stage: Stage,
    buyer: Visitor,
    wanted: Iterable[tuple[TicketType, str]],
    *,
    placed_by: User | None = None,
) -> Order:
    """A hidden type is opened by its own link, as its organizer would send it."""
    wanted = list(wanted)
    hidden = [kind.public_id for kind, _name in wanted if not kind.is_public]
    selections = [Selection(kind.public_id, name) for kind, name in wanted]
    return place_order(
        wishes=[TicketWish(stage.event, selections, hidden[0] if hidden else "")],
        email=buyer.email,
        name=buyer.name,
        language=buyer.language,
        time_zone=buyer.time_zone,
        placed_by=placed_by,
    )


def _date_order(order: Order, at: datetime) -> None:
    Order.objects.filter(pk=order.pk).update(created_at=at, hold_until=at + HOLD)
    Ticket.objects.filter(order_line__order=order).update(created_at=at)


def pay(
    stage: Stage,
    order: Order,
    at: datetime,
    chance: Random,
    *,
    means: Provider | None = None,
    card_fails: bool = False,
) -> None:
    """By card mostly; by bank a day later; in cash to an organizer. Free orders are paid already."""
    means = means or chance.choices([Provider.STRIPE, Provider.BANK, Provider.CASH], [80, 14, 6])[0]
    paid_at = at + chance.uniform(0.3, 4) * MINUTE
    if order.total_minor and card_fails:
        pay_by_card(order, at, None)
        paid_at += 3 * MINUTE
    if order.total_minor and (means == Provider.STRIPE or card_fails):
        pay_by_card(order, paid_at - MINUTE, paid_at)
    elif order.total_minor:
        paid_at = _by_hand(stage, order, means, at, chance)
    Order.objects.filter(pk=order.pk).update(
        paid_at=paid_at, confirmation_sent_at=paid_at + MINUTE / 2
    )


def pay_by_card(order: Order, started_at: datetime, paid_at: datetime | None) -> None:
    """A payment as the gateway would have told it; `paid_at` None: the card was declined."""
    name = uuid.uuid4().hex
    payment = Payment.objects.create(
        order=order,
        provider=Provider.STRIPE,
        amount_minor=order.total_minor,
        currency=order.currency,
        gateway_id=f"cs_sample_{name}",
        started_at=started_at,
        expires_at=started_at + SESSION_LIFE,
    )
    rows = Payment.objects.filter(pk=payment.pk)
    if paid_at is None:
        settling.fail_payment(payment_id=payment.public_id)
        rows.update(failed_at=started_at + MINUTE)
        return
    settling.settle_payment(
        payment_id=payment.public_id,
        amount_minor=order.total_minor,
        currency=order.currency,
        reference=f"pi_sample_{name}",
        fee_minor=order.total_minor * 29 // 1000 + 30,
    )
    rows.update(succeeded_at=paid_at)


def _by_hand(stage: Stage, order: Order, means: Provider, at: datetime, chance: Random) -> datetime:
    is_bank = means == Provider.BANK
    note = f"尾号 {chance.randint(1000, 9999)}" if is_bank and order.currency == "CNY" else ""
    payment = settling.mark_paid(order=order, by=stage.by, provider=means, note=note)
    paid_at = at + (chance.uniform(9, 40) * HOUR if is_bank else 2 * MINUTE)
    paid_at = min(_awake(paid_at, stage), max(at, stage.now - 5 * MINUTE))
    Payment.objects.filter(pk=payment.pk).update(started_at=paid_at, succeeded_at=paid_at)
    if not is_bank:
        Order.objects.filter(pk=order.pk).update(channel=Channel.DESK)
    stage.happened(paid_at)
    return paid_at


def _again(order: Order) -> Order:
    """As it stands in the database: its dates were changed there."""
    order.refresh_from_db()
    return order


def _date_end(order: Order, at: datetime) -> None:
    Order.objects.filter(pk=order.pk).update(closed_at=at)
    Ticket.objects.filter(order_line__order=order).update(canceled_at=at)


def _return(stage: Stage, order: Order, at: datetime) -> None:
    """Free tickets are canceled; money paid by hand is given back by hand."""
    held = Ticket.objects.filter(order_line__order=order)
    if not order.total_minor:
        for ticket in held:
            tickets.cancel_ticket(ticket=ticket, by=stage.by)
    else:
        _give_back(stage, order, [ticket.public_id for ticket in held])
        Refund.objects.filter(payment__order=order).update(
            created_at=at, sent_at=at, closed_at=at, buyer_told_at=at
        )
    held.update(canceled_at=at)
    stage.happened(at)


def _give_back(stage: Stage, order: Order, units: list[str]) -> None:
    made = refunds.refund_units(
        order=order, units=units, by=stage.by, reason=RefundReason.ORGANIZER
    )
    for refund in made:
        refunds.mark_returned(refund=refund, by=stage.by)


def _reissue(stage: Stage, chance: Random) -> None:
    valid = list(Ticket.objects.valid().filter(event=stage.event))
    for ticket in chance.sample(valid, stage.plan.reissued):
        tickets.reissue_ticket(ticket=ticket, by=stage.by)
        stage.happened(stage.now - chance.uniform(20, 60) * HOUR)


def open_door(stage: Stage) -> None:
    """Let in the share of people that the plan says, around the start."""
    plan = stage.plan
    if not plan.admitted or plan.mode == "online":
        return
    chance = Random(f"door of {plan.slug}")  # noqa: S311  a story, no secret
    helpers = [row.user for row in _helpers(stage)]
    valid = list(Ticket.objects.valid().filter(event=stage.event))
    latest = min(stage.now - 2 * MINUTE, stage.start_at + 2 * HOUR)
    for ticket in chance.sample(valid, round(len(valid) * plan.admitted)):
        at = min(
            stage.start_at + chance.gauss(-4, 14) * MINUTE, latest - chance.random() * HOUR / 2
        )
        _admit(ticket, at, by=chance.choice(helpers), gate=chance.choice(plan.gates))


def _helpers(stage: Stage) -> Iterable[Membership]:
    rows = Membership.objects.filter(chapter=stage.event.chapter, role__in=DOOR)
    return rows.select_related("user").order_by("pk")


def _admit(ticket: Ticket, at: datetime, *, by: User, gate: str) -> None:
    made = door.check_in(
        event=ticket.event, code=ticket.label, by=by, nonce=str(uuid.uuid4()), gate=gate
    )
    CheckIn.objects.filter(pk=made.pk).update(at=at, received_at=at)
    Ticket.objects.filter(pk=ticket.pk).update(checked_in_at=at)
