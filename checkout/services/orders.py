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
from checkout.errors import PriceChanged
from checkout.services import payments, settling
from checkout.services.locks import lock_order
from core.effects import after_commit
from core.money import format_price
from events.models import Event
from orders.models import Channel, Order, OrderStatus
from ticketing.errors import SoldOut
from ticketing.services import sales
from ticketing.services.sales import Selection

HOLD = timedelta(minutes=36)  # a payment page lives 31


def place_order(
    *,
    event: Event,
    selections: Sequence[Selection],
    email: str,
    name: str,
    language: str,
    time_zone: str = "",
    client_key: UUID | None = None,
    expected_total_minor: int | None = None,
    unlocked: str = "",
    placed_by: User | None = None,
    channel: Channel = Channel.WEB,
) -> Order:
    """Hold the places for one buyer, all or nothing; an order of 0 is paid on the spot.

    `client_key` names the buyer's intent: the same key and the same wishes give the same order,
    however often they are sent. `expected_total_minor` is the sum that the buyer saw. When
    places run out, overdue holds are let go first (this asks the gateway: call it outside a
    transaction). Raises PriceChanged and what ticketing's quote and reserve raise.
    """
    fields: dict[str, Any] = {
        "email": email.strip().lower(),
        "name": name.strip(),
        "language": language,
        "time_zone": time_zone,
        "client_key": _intent(client_key, selections, email, name),
        "placed_by": placed_by,
        "channel": channel,
    }
    place = partial(_place, event, selections, unlocked, expected_total_minor, fields)
    try:
        return place()
    except SoldOut:
        if not payments.expire_overdue(at=timezone.now(), chapter_id=event.chapter_id):
            raise
    except IntegrityError:  # the same intent, sent twice at once: the other one won
        found = Order.objects.filter(client_key=fields["client_key"]).first()
        if found is None or found.client_key is None:
            raise
        return found
    return place()


def _intent(
    client_key: UUID | None, selections: Sequence[Selection], email: str, name: str
) -> UUID | None:
    """The key of a form bound to what was filled in: a form changed after *back* is a new order."""
    if client_key is None:
        return None
    return uuid.uuid5(client_key, json.dumps([email.strip().lower(), name.strip(), *selections]))


@transaction.atomic(durable=True)
def _place(
    event: Event,
    selections: Sequence[Selection],
    unlocked: str,
    expected_total_minor: int | None,
    fields: dict,
) -> Order:
    now = timezone.now()
    if fields["client_key"]:
        found = Order.objects.filter(client_key=fields["client_key"]).first()
        if found:
            return found
    quoted = sales.quote(event=event, selections=selections, at=now, unlocked=unlocked)
    if expected_total_minor not in {None, quoted.total_minor}:
        raise PriceChanged(total=format_price(quoted.total_minor, quoted.currency))
    order = Order.objects.create(
        chapter_id=event.chapter_id,
        currency=quoted.currency,
        total_minor=quoted.total_minor,
        hold_until=now + HOLD,
        **fields,
    )
    sales.reserve(order, quoted)
    if order.total_minor == 0:
        settling.hand_over(order)
    return order


@transaction.atomic(durable=True)
def correct_buyer(*, order: Order, email: str, name: str) -> Order:
    """Put a mistyped address right; the tickets are mailed again if they had been due."""
    order = lock_order(order.pk)
    order.email, order.name = email.strip().lower(), name.strip()
    order.save(update_fields=["email", "name"])
    return _send_again(order)


@transaction.atomic(durable=True)
def resend_confirmation(*, order: Order, by: User | None = None) -> Order:
    """Mail the tickets once more. Only a paid order has any."""
    order = lock_order(order.pk)
    if by is not None and order.status == OrderStatus.PAID:
        settling.record(order, by=by, action="order_resent")
    return _send_again(order)


def _send_again(order: Order) -> Order:
    if order.status == OrderStatus.PAID:
        order.confirmation_sent_at = None
        order.save(update_fields=["confirmation_sent_at"])
        after_commit(tasks.send_confirmation.delay, order.pk)
    return order
