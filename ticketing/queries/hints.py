"""What a list says of an event's tickets in three words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from core.money import format_price
from events.models import Event
from ticketing.queries.offers import Offer, OfferState, offers_by_event


@dataclass(frozen=True)
class Hint:
    """`kind` is the sign beside `note` (components/status.html); both may be empty."""

    price: str
    is_free: bool
    note: str = ""
    kind: str = "plain"


def hints(events: list[Event], *, at: datetime) -> dict[int, Hint]:
    """Event pk → Hint for those to come that offer tickets. Three queries, however many."""
    coming = [event for event in events if event.end_at > at and not event.is_canceled]
    return {pk: _hint(found) for pk, found in offers_by_event(coming, at=at).items()}


def _hint(offers: list[Offer]) -> Hint:
    note, kind = _note(offers)
    open_ones = [offer for offer in offers if offer.is_on_sale] or offers
    types = [offer.ticket_type for offer in open_ones]
    cheapest = min(types, key=lambda kind: kind.price_minor)
    price = format_price(cheapest.price_minor, cheapest.currency)
    dearest = max(types, key=lambda kind: kind.price_minor)
    if dearest.price_minor > cheapest.price_minor:
        price = f"{price} – {format_price(dearest.price_minor, dearest.currency)}"
    is_free = not any(kind.price_minor for kind in types)
    return Hint(price, is_free, note, kind)


def _note(offers: list[Offer]) -> tuple[str, str]:
    states = {offer.state for offer in offers}
    if OfferState.ON_SALE in states:
        on_sale = [offer for offer in offers if offer.is_on_sale]
        few = all(offer.is_scarce for offer in on_sale)
        return (_("Few places left"), "wait") if few else ("", "plain")
    if OfferState.SOON in states:
        return str(OfferState.SOON.label), "plain"
    if OfferState.SOLD_OUT in states:
        return str(OfferState.SOLD_OUT.label), "bad"
    return str(OfferState.ENDED.label), "plain"
