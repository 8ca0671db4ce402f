"""The people of one event: found, sorted and paged at a cost that does not grow with it.

A page is read from where the last one ended (by a key, not by a number of rows to skip), so
the five-thousandth costs what the first does. The indexes on (event, created_at, id) and
(event, holder_name, id) give the order; not on (event, id), for which the database would rather
walk through all events' tickets by their primary key. A search reads the event's tickets until
its page is full.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from core.text import search_terms
from events.models import Event
from orders.models import OrderStatus, Payment, PaymentStatus
from ticketing.models import TAKES_PLACE, Ticket, TicketStatus

PAGE_SIZE = 50
COUNTED = 1000  # beyond it a list says "more than 1000": counting on would cost with the event
CHUNK = 2000
Rows = Iterator["AttendeeRow"]
FREE = "free"

NEWEST, OLDEST, NAME = "newest", "oldest", "name"
SORTS = {
    NEWEST: ("-created_at", "-pk"),
    OLDEST: ("created_at", "pk"),
    NAME: ("holder_name", "pk"),
}
STATUSES = {
    "": TAKES_PLACE,
    TicketStatus.VALID: (TicketStatus.VALID,),
    TicketStatus.HELD: (TicketStatus.HELD,),
    TicketStatus.CANCELED: (TicketStatus.CANCELED,),
}

_RECEIVED = Payment.objects.filter(
    order=OuterRef("order_line__order"), status=PaymentStatus.SUCCEEDED
).order_by("pk")


def attendees(
    event: Event,
    *,
    q: str = "",
    ticket_type: str = "",
    status: str = "",
    admitted: str = "",
    paid_by: str = "",
) -> QuerySet[Ticket]:
    """Tickets of `event` with their type and order, and `paid_by` (a Provider, or None).

    `q` is looked for in name, label, and the order's name and e-mail, each word anywhere.
    `status` "" is all that take a place; `admitted` is "yes" or "no".
    """
    tickets = Ticket.objects.filter(event=event, status__in=STATUSES[status])
    for term in search_terms(q):
        tickets = tickets.filter(_holds(term))
    if ticket_type:
        tickets = tickets.filter(ticket_type__public_id=ticket_type)
    if admitted:
        tickets = tickets.filter(checked_in_at__isnull=admitted == "no")
    if paid_by == FREE:
        tickets = tickets.filter(
            order_line__order__total_minor=0, order_line__order__status=OrderStatus.PAID
        )
    elif paid_by:
        tickets = tickets.filter(Exists(_RECEIVED.filter(provider=paid_by)))
    provider = Subquery(_RECEIVED.values("provider")[:1])
    return tickets.select_related("ticket_type", "order_line__order").annotate(paid_by=provider)


def _holds(term: str) -> Q:
    order = "order_line__order"
    return (
        Q(holder_name__icontains=term)
        | Q(label__icontains=term)
        | Q(**{f"{order}__name__icontains": term})
        | Q(**{f"{order}__email__icontains": term})
    )


class Page(NamedTuple):
    """`previous` and `next` are the public_ids to pass as `before` and `after`, or empty."""

    rows: list[Ticket]
    previous: str
    next: str


def read_page(
    tickets: QuerySet[Ticket], *, sort: str = NEWEST, after: str = "", before: str = ""
) -> Page:
    """The fifty tickets after (or before) one, in the order `sort`; a lost place is the start."""
    order = SORTS[sort]
    mark = Ticket.objects.filter(public_id=before or after).first() if before or after else None
    back = bool(before and mark)
    keys = [_turned(key) for key in order] if back else list(order)
    rows = tickets.order_by(*keys)
    if mark:
        rows = rows.filter(_beyond(mark, keys))
    found = list(rows[: PAGE_SIZE + 1])
    more, found = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    if back:
        found.reverse()
    if not found:
        return Page([], "", "")
    has_previous, has_next = (more, True) if back else (mark is not None, more)
    return Page(
        found,
        found[0].public_id if has_previous else "",
        found[-1].public_id if has_next else "",
    )


def _turned(key: str) -> str:
    return key.removeprefix("-") if key.startswith("-") else f"-{key}"


def _beyond(mark: Ticket, keys: list[str]) -> Q:
    """Rows after `mark`. The first condition is implied by the second, and is what an index serves."""
    name, last = keys
    rest = Q(**{f"pk__{_side(last)}": mark.pk})
    field, side = name.removeprefix("-"), _side(name)
    value = getattr(mark, field)
    return Q(**{f"{field}__{side}e": value}) & (Q(**{f"{field}__{side}": value}) | rest)


def _side(key: str) -> str:
    return "lt" if key.startswith("-") else "gt"


def bounded_count(tickets: QuerySet[Ticket]) -> int:
    """How many there are, at most COUNTED + 1."""
    return tickets.order_by()[: COUNTED + 1].count()


class AttendeeRow(NamedTuple):
    """One line of an export; the type is its primary key, its name depends on the reader."""

    label: str
    holder_name: str
    ticket_type_id: int
    status: str
    checked_in_at: datetime | None
    price_minor: int
    currency: str
    paid_by: str | None
    reference: str
    buyer: str
    email: str
    ordered_at: datetime


COLUMNS = (
    "label",
    "holder_name",
    "ticket_type_id",
    "status",
    "checked_in_at",
    "order_line__unit_price_minor",
    "order_line__order__currency",
    "paid_by",
    "order_line__order__reference",
    "order_line__order__name",
    "order_line__order__email",
    "created_at",
)


def export_rows(tickets: QuerySet[Ticket]) -> Rows:
    """All of them, oldest first, read in chunks: the memory needed does not depend on how many."""
    rows = tickets.order_by("pk").values_list(*COLUMNS)
    return map(AttendeeRow._make, rows.iterator(chunk_size=CHUNK))
