"""Placing an order and what its buyer may correct afterwards."""

import json
import uuid
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from checkout import tasks
from checkout.errors import MixedWishes, PriceChanged
from checkout.sellers import Quote, Wish, sellers_of
from checkout.services import log, payments, settling
from checkout.services.locks import lock_order
from core.effects import after_commit
from core.money import format_price
from orders.errors import NoPlacesLeft
from orders.models import Channel, Order, OrderStatus

HOLD = timedelta(minutes=36)  # a payment page lives 31


def place_order(
    *,
    wishes: Sequence[Wish],
    email: str,
    name: str,
    language: str,
    time_zone: str = "",
    client_key: UUID | None = None,
    expected_total_minor: int | None = None,
    placed_by: User | None = None,
    channel: Channel = Channel.WEB,
) -> Order:
    """Hold the places of all `wishes` for one buyer, all or nothing; an order of 0 is paid on the
    spot. Wishes may be of several sellers, but of one chapter and one currency.

    `client_key` names the buyer's intent: the same key and the same wishes give the same order,
    however often they are sent. `expected_total_minor` is the sum that the buyer saw. When
    places run out, overdue holds are let go first (this asks the gateway: call it outside a
    transaction). Raises PriceChanged, MixedWishes and what the sellers' quote and reserve
    raise.
    """
    fields: dict[str, Any] = {
        "email": email.strip().lower(),
        "name": name.strip(),
        "language": language,
        "time_zone": time_zone,
        "client_key": _intent(client_key, wishes, email, name),
        "placed_by": placed_by,
        "channel": channel,
    }
    place = partial(_place, wishes, expected_total_minor, fields)
    try:
        return place()
    except NoPlacesLeft:
        if not payments.expire_overdue(at=timezone.now(), chapter_id=wishes[0].chapter_id):
            raise
    except IntegrityError:  # the same intent, sent twice at once: the other one won
        found = Order.objects.filter(client_key=fields["client_key"]).first()
        if found is None or found.client_key is None:
            raise
        return found
    return place()


def _intent(client_key: UUID | None, wishes: Sequence[Wish], email: str, name: str) -> UUID | None:
    """The key of a form bound to what was filled in: a form changed after *back* is a new order."""
    if client_key is None:
        return None
    words = [word for wish in wishes for word in wish.words]
    return uuid.uuid5(client_key, json.dumps([email.strip().lower(), name.strip(), *words]))


@transaction.atomic(durable=True)
def _place(wishes: Sequence[Wish], expected_total_minor: int | None, fields: dict) -> Order:
    return place_within(wishes, expected_total_minor, fields)


def place_within(
    wishes: Sequence[Wish], expected_total_minor: int | None, fields: dict[str, Any]
) -> Order:
    """A part of a transaction of the caller's, who sees to places that run out. `fields` are the
    order's own."""
    now = timezone.now()
    if fields["client_key"]:
        found = Order.objects.filter(client_key=fields["client_key"]).first()
        if found:
            return found
    quotes = [wish.quote(now) for wish in wishes]
    total, currency = sum(quoted.total_minor for quoted in quotes), quotes[0].currency
    _check_alike(wishes, quotes)
    if expected_total_minor not in {None, total}:
        raise PriceChanged(total=format_price(total, currency))
    order = Order.objects.create(
        chapter_id=wishes[0].chapter_id,
        currency=currency,
        total_minor=total,
        hold_until=now + HOLD,
        **fields,
    )
    for quoted in quotes:
        quoted.reserve(order)
    if order.total_minor == 0:
        settling.hand_over(order)
    return order


def _check_alike(wishes: Sequence[Wish], quotes: Sequence[Quote]) -> None:
    """One order is one sum, owed to one chapter."""
    chapters = {wish.chapter_id for wish in wishes}
    if len(chapters) > 1 or len({quoted.currency for quoted in quotes}) > 1:
        raise MixedWishes


@transaction.atomic(durable=True)
def correct_buyer(*, order: Order, email: str, name: str) -> Order:
    """Put a mistyped address right; what it bought is mailed again if it had been due."""
    order = lock_order(order.pk)
    email, name = email.strip().lower(), name.strip()
    for seller in sellers_of(order):
        seller.readdress(order, email=email, name=name)
    order.email, order.name = email, name
    order.save(update_fields=["email", "name"])
    return _send_again(order)


@transaction.atomic(durable=True)
def resend_confirmation(*, order: Order, by: User | None = None) -> Order:
    """Mail the tickets once more. Only a paid order has any."""
    order = lock_order(order.pk)
    if by is not None and order.status == OrderStatus.PAID:
        log.record(order, by=by, action="order_resent")
    return _send_again(order)


def _send_again(order: Order) -> Order:
    if order.status == OrderStatus.PAID:
        order.confirmation_sent_at = None
        order.save(update_fields=["confirmation_sent_at"])
        after_commit(tasks.send_confirmation.delay, order.pk)
    return order
