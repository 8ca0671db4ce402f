"""What the public can have of an event's tickets, right now."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, TextChoices
from django.utils.translation import gettext_lazy as _

from events.models import Event
from orders.models import OrderStatus
from ticketing.models import Quota, Ticket, TicketStatus, TicketType

FEW = 20  # from here on the number is worth a warning


class OfferState(TextChoices):
    ON_SALE = "on_sale", _("On sale")
    SOON = "soon", _("Not yet on sale")
    ENDED = "ended", _("Sale ended")
    SOLD_OUT = "sold_out", _("Sold out")


@dataclass(frozen=True)
class Offer:
    """A ticket type as somebody who may buy it sees it. `left` None: not limited."""

    ticket_type: TicketType
    left: int | None
    state: OfferState

    @property
    def is_on_sale(self) -> bool:
        return self.state == OfferState.ON_SALE

    @property
    def is_scarce(self) -> bool:
        return self.is_on_sale and self.left is not None and self.left <= FEW

    @property
    def most(self) -> int:
        """How many one order may take."""
        most = self.ticket_type.max_per_order
        return most if self.left is None else min(most, self.left)

    @property
    def choices(self) -> list[int]:
        return [0, *range(self.ticket_type.min_per_order, self.most + 1)]


def offers(event: Event, *, at: datetime, unlocked: str = "") -> list[Offer]:
    """All types that are listed, and the hidden one that `unlocked` names. Three queries at most.

    Places that overdue holds still take count as left where nothing else is: the first who
    asks for them lets those holds go.
    """
    return offers_by_event([event], at=at, unlocked=unlocked).get(event.pk, [])


def offers_by_event(
    events: list[Event], *, at: datetime, unlocked: str = ""
) -> dict[int, list[Offer]]:
    """Event pk → `offers` of it, in three queries at most, however many events."""
    listed = TicketType.objects.offered(unlocked=unlocked).filter(event__in=events)
    types = list(listed.prefetch_related("quotas"))
    overdue: Counter[int] = Counter()
    if any(_left(kind, overdue) == 0 for kind in types):
        overdue = _overdue_holds(types, at)
    found: defaultdict[int, list[Offer]] = defaultdict(list)
    for kind in types:
        found[kind.event_id].append(_offer(kind, _left(kind, overdue), at))
    return dict(found)


def _left(kind: TicketType, overdue: Counter[int]) -> int | None:
    quotas: Iterable[Quota] = kind.quotas.all()
    return min((quota.left + overdue[quota.pk] for quota in quotas), default=None)


def _overdue_holds(types: list[TicketType], at: datetime) -> Counter[int]:
    """Quota pk → places held by orders whose time ran out."""
    held = Ticket.objects.filter(
        ticket_type__in=types,
        status=TicketStatus.HELD,
        order_line__order__status=OrderStatus.OPEN,
        order_line__order__hold_until__lte=at,
    )
    by_type = dict(held.order_by().values_list("ticket_type").annotate(Count("pk")))
    overdue: Counter[int] = Counter()
    for kind in types:
        for quota in kind.quotas.all():
            overdue[quota.pk] += by_type.get(kind.pk, 0)
    return overdue


def _offer(kind: TicketType, left: int | None, at: datetime) -> Offer:
    if kind.sales_end_at is not None and kind.sales_end_at <= at:
        state = OfferState.ENDED
    elif left is not None and left < kind.min_per_order:
        state = OfferState.SOLD_OUT
    elif kind.sales_start_at is not None and kind.sales_start_at > at:
        state = OfferState.SOON
    else:
        state = OfferState.ON_SALE
    return Offer(kind, left, state)
