"""Writes what happened to an order into the logs of what it is for."""

from accounts.models import User
from checkout.sellers import sellers_of
from orders.models import Order


def record(order: Order, *, by: User | None, action: str, changes: dict | None = None) -> None:
    """One line in the log of each event and course. Call it inside the transaction it tells of."""
    for seller in sellers_of(order):
        seller.record(order, by=by, action=action, changes=changes)
