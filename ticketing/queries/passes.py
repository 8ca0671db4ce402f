"""Free passes: as their holders see them, and as an organizer does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from accounts.models import User
from events.models import Event
from orders.models import Order
from ticketing.models import (
    EventPasses,
    FreePass,
    FreePassQuerySet,
    PassLink,
    PassState,
    PassUse,
    Ticket,
)

OPEN_LINKS = Prefetch("links", PassLink.objects.filter(taken_at=None, withdrawn_at=None))
STANDING_USES = Prefetch(
    "pass_uses", PassUse.objects.standing().select_related("event", "ticket__order_line__order")
)
ORDER = list(PassState)


@dataclass(frozen=True)
class MyPass:
    """A pass as its holder sees it. `bought` are tickets they paid for that it would have given, one
    of each event; `has_place`: they have a ticket for the one event it is for, however it was had."""

    free_pass: FreePass
    state: PassState
    bought: list[Ticket]
    has_place: bool

    @property
    def is_usable(self) -> bool:
        return self.state == PassState.USABLE

    @property
    def may_pass_on(self) -> bool:
        return self.free_pass.is_good() and (self.free_pass.is_transferable or self.has_place)

    @property
    def link(self) -> PassLink | None:
        return next(iter(self.free_pass.links.all()), None)


def passes_of(user: User) -> FreePassQuerySet:
    related = ("event__chapter", "chapter", "granted_by")
    return FreePass.objects.held_by(user).select_related(*related)


def my_passes(user: User, at: datetime) -> list[MyPass]:
    """Those that can be used come first. Five queries, however many there are."""
    passes = list(passes_of(user).prefetch_related(OPEN_LINKS, STANDING_USES))
    tickets = list(_coming_tickets(user, at)) if passes else []
    mine = [_mine(free_pass, tickets, at) for free_pass in passes]
    return sorted(mine, key=lambda one: (ORDER.index(one.state), one.free_pass.valid_until))


def my_pass(user: User, public_id: str, at: datetime) -> MyPass | None:
    found = passes_of(user).prefetch_related(OPEN_LINKS, STANDING_USES)
    free_pass = found.filter(public_id=public_id).first()
    return _mine(free_pass, list(_coming_tickets(user, at)), at) if free_pass else None


def _coming_tickets(user: User, at: datetime) -> QuerySet[Ticket]:
    mine = Order.objects.of_person(user).values("pk")
    tickets = Ticket.objects.valid().filter(order_line__order__in=mine, event__start_at__gt=at)
    return tickets.select_related("event", "order_line__order").order_by("event__start_at", "pk")


def _mine(free_pass: FreePass, tickets: Iterable[Ticket], at: datetime) -> MyPass:
    state = free_pass.state(at)
    spent = {use.event_id for use in free_pass.pass_uses.all()}
    fitting = [t for t in tickets if free_pass.fits(t.event) and t.event_id not in spent]
    bought: dict[int, Ticket] = {}
    for ticket in filter(_is_bought, fitting):
        bought.setdefault(ticket.event_id, ticket)
    return MyPass(
        free_pass,
        state,
        list(bought.values()) if state == PassState.USABLE else [],
        any(ticket.event_id == free_pass.event_id for ticket in fitting),
    )


def _is_bought(ticket: Ticket) -> bool:
    return bool(ticket.order_line.unit_price_minor) and ticket.checked_in_at is None


def offered_passes(user: User, event: Event, at: datetime) -> list[FreePass]:
    """What a checkout offers of a person's passes, the one that ends first before all others."""
    here = PassUse.objects.standing().filter(event=event).values("free_pass")
    good = passes_of(user).usable(at).exclude(pk__in=here).order_by("valid_until", "pk")
    return [free_pass for free_pass in good if free_pass.fits(event)]


def uses_at(event: Event) -> QuerySet[PassUse]:
    """Who comes on a pass; a use given back counts no more."""
    related = ("free_pass", "ticket__ticket_type", "ticket__order_line__order")
    rows = PassUse.objects.standing().filter(event=event).select_related(*related)
    return rows.order_by("ticket__holder_name", "pk")


def given_for(event: Event) -> QuerySet[FreePass]:
    """Passes for the event, and those that its chapter gave for any of its own."""
    of_event = Q(event=event) | Q(event=None, chapter=event.chapter_id)
    return FreePass.objects.filter(of_event).select_related("granted_by", "user", "event")


def limit_of(event: Event) -> EventPasses:
    """As stored, or what it is before the first use: none taken, no limit."""
    return EventPasses.objects.filter(event=event).first() or EventPasses(event=event)
