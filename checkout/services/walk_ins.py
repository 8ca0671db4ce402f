"""People who come without a ticket and get one at the door."""

from uuid import UUID

from django.utils.translation import get_language

from checkout.errors import AlreadyPaid, CashNotNoted
from checkout.services import settling
from checkout.services.orders import place_order
from core.money import format_price
from orders.models import Channel, Order, Provider
from ticketing import errors
from ticketing.models import Device, Ticket, TicketType
from ticketing.services import doors
from ticketing.services.sales import Selection, Wish


def sell_at_door(
    *,
    device: Device,
    ticket_type: TicketType,
    holder_name: str,
    nonce: UUID,
    email: str = "",
    has_cash: bool = False,
) -> Ticket:
    """A valid ticket for whoever stands there, by the ordinary way of an order. Safe to repeat.

    `nonce` names the intent: the same one is the same order. Cash is noted on it, and which phone
    took it. Without an address nothing is mailed. Waits on the gateway when places run out: call
    it outside a transaction. Raises WalkInsOff, CashNotNoted, and what placing an order raises.
    """
    if not doors.settings_of(device.event).allows_walk_ins:
        raise errors.WalkInsOff
    if ticket_type.price_minor and not has_cash:
        price = format_price(ticket_type.price_minor, ticket_type.currency)
        raise CashNotNoted(price=price)
    selections = [Selection(ticket_type.public_id, holder_name)]
    order = place_order(
        wishes=[Wish(device.event, selections, ticket_type.public_id)],
        email=email,
        name=holder_name,
        language=get_language() or "en",
        client_key=nonce,
        channel=Channel.DESK,
    )
    _note_cash(order, device)
    return Ticket.objects.select_related("ticket_type").get(order_line__order=order)


def _note_cash(order: Order, device: Device) -> None:
    if not order.is_open:
        return
    try:
        settling.mark_paid(order=order, by=None, provider=Provider.CASH, note=device.name)
    except AlreadyPaid:  # the same intent, sent twice at once
        return
