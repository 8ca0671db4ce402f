"""Who sells. A further seller is one more app and one more word here."""

from collections.abc import Sequence
from datetime import datetime
from types import ModuleType
from typing import Any, Protocol

from courses.services import sales as seats
from orders.models import Order
from ticketing.services import sales as tickets

SELLERS: tuple[ModuleType, ...] = (tickets, seats)


class Quote(Protocol):
    """What a wish costs at one moment; `reserve` takes it, within the order's transaction."""

    @property
    def currency(self) -> str: ...

    @property
    def total_minor(self) -> int: ...

    def reserve(self, order: Order) -> None: ...


class Wish(Protocol):
    """Something of one seller that a buyer asks for. `words` tell two wishes apart."""

    @property
    def chapter_id(self) -> int: ...

    @property
    def words(self) -> Sequence[Any]: ...

    def quote(self, at: datetime) -> Quote: ...


def sellers_of(order: Order) -> list[ModuleType]:
    """Those whose lines the order has. One query."""
    kinds = set(order.lines.order_by().values_list("kind", flat=True).distinct())
    return [seller for seller in SELLERS if kinds & {seller.KIND}]
