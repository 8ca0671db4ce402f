from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from orders.errors import NoPlacesLeft
from ticketing.models import CheckIn, Ticket


class NotOnSale(DomainError):
    code = "not_on_sale"
    message = _("Tickets for this event are not on sale.")


class TypeNotOnSale(DomainError):
    code = "ticket_type_not_on_sale"
    message = _("“%(ticket_type)s” is not on sale right now. Please choose another ticket.")


class UnknownTicketType(DomainError):
    code = "unknown_ticket_type"
    message = _("This ticket is no longer offered. Please choose again.")
    status = 400


class OutsideLimits(DomainError):
    code = "outside_limits"
    message = _("“%(ticket_type)s” can be bought %(least)s to %(most)s at a time.")
    status = 400


class NothingSelected(DomainError):
    code = "nothing_selected"
    message = _("Choose at least one ticket.")
    status = 400


class MixedCurrencies(DomainError):
    code = "mixed_currencies"
    message = _(
        "These tickets are priced in different currencies. Please buy them one after the other."
    )
    status = 400


class SoldOut(NoPlacesLeft):
    """`left` is what remains of the scarcest quota at that moment."""

    code = "sold_out"
    message = _("Not enough places: %(left)s left. Nothing was booked.")


class StockMoved(DomainError):
    """The organizer changed what a ticket type draws on at this very moment; trying again works."""

    code = "try_again"
    message = _("The organizer just changed these tickets. Please try again.")


class PlacesTaken(DomainError):
    """Whoever holds a ticket must keep the page they came from: cancel the event instead."""

    code = "places_taken"
    message = _("Tickets are already out. Cancel the event instead, so that people are told.")


class TicketRefused(DomainError):
    """The door says no. `ticket` is set where the helper may know whose it is."""

    code = "ticket_refused"
    message = _("This ticket does not admit.")

    def __init__(self, *, ticket: Ticket | None = None, **params: Any) -> None:
        self.ticket = ticket
        super().__init__(field="code", **params)


class UnknownTicket(TicketRefused):
    code = "unknown_ticket"
    message = _("This is no ticket of ours. Ask to see the order's mail, or search by name.")


class OtherEvent(TicketRefused):
    code = "other_event"
    message = _("This ticket is for another event: %(event)s.")


class TicketCanceled(TicketRefused):
    code = "ticket_canceled"
    message = _("This ticket was canceled.")


class TicketUnpaid(TicketRefused):
    code = "ticket_unpaid"
    message = _("This ticket has not been paid for yet.")


class TicketReplaced(TicketRefused):
    code = "ticket_replaced"
    message = _(
        "This ticket was replaced by a newer one. Ask for the newest mail, or search by name."
    )


class EventNotOpen(TicketRefused):
    code = "event_not_open"
    message = _("This event is not published, so nobody is admitted yet.")


class EventIsCanceled(EventNotOpen):
    message = _("This event was canceled, so nobody is admitted.")


class NotOnList(TicketRefused):
    code = "wrong_list"
    message = _("This kind of ticket is not admitted at this gate. Another gate may admit it.")


class TooEarly(TicketRefused):
    """`opens` is when the list begins to admit, in the event's zone."""

    code = "too_early"
    message = _("This ticket is admitted from %(opens)s on.")


class TooLate(TicketRefused):
    code = "too_late"
    message = _("This ticket was admitted at another time, which is over.")


class ScanAgain(TicketRefused):
    code = "scan_again"
    message = _("This ticket was changed at this very moment. Please scan it again.")


class TicketAmbiguous(TicketRefused):
    """The order's reference alone names several `tickets` of this event."""

    code = "ticket_ambiguous"
    message = _("This order has several tickets. Choose one.")

    def __init__(self, *, tickets: list[Ticket]) -> None:
        self.tickets = tickets
        super().__init__()


class AlreadyCheckedIn(TicketRefused):
    """Says since when, in the event's zone, and at which gate."""

    code = "already_checked_in"

    def __init__(self, *, check_in: CheckIn, ticket: Ticket, since: str) -> None:
        self.check_in, self.at, self.since = check_in, check_in.at, since
        self.gate = check_in.gate_name
        super().__init__(ticket=ticket, since=since, gate=self.gate)
        self.message = (
            _("Already in since %(since)s at gate %(gate)s.")
            if self.gate
            else _("Already in since %(since)s.")
        )


class ListNameTaken(DomainError):
    code = "list_name_taken"
    message = _("This event already has a list of this name.")
    field = "name"


class ListInUse(DomainError):
    code = "list_in_use"
    message = _("People were admitted on this list, so it stays. Let it end instead.")


class GateNameTaken(DomainError):
    code = "gate_name_taken"
    message = _("This event already has a gate of this name.")
    field = "name"


class PairingOver(DomainError):
    """Used, too old or never made: whoever asks learns no more."""

    code = "pairing_over"
    message = _("This code has been used or is too old. Ask the organizer for a new one.")


class WalkInsOff(DomainError):
    code = "walk_ins_off"
    message = _("Nothing is sold or given at this door. The organizer can allow it.")


class QuotaTooSmall(DomainError):
    """`taken` places of the quota `quota` are held or sold: it cannot have fewer."""

    code = "quota_too_small"
    message = _("“%(quota)s” cannot be smaller than %(taken)s: so many places are taken.")
    field = "size"


class QuotaExceeded(DomainError):
    """Tickets already sold would not fit into the quota that a type shall draw on."""

    code = "quota_exceeded"
    message = _(
        "“%(quota)s” has %(size)s places, but %(taken)s would be taken. Make it larger first."
    )
    field = "quotas"


class QuotaNameTaken(DomainError):
    code = "quota_name_taken"
    message = _("This event already has a quota of this name.")
    field = "name"


class QuotaInUse(DomainError):
    code = "quota_in_use"
    message = _(
        "Tickets still draw on “%(quota)s”: %(ticket_types)s. Choose another quota there first."
    )


class OneCurrency(DomainError):
    code = "one_currency"
    message = _(
        "The other tickets of this event are priced in %(currency)s. Use the same currency."
    )
    field = "currency"


class CurrencyFixed(DomainError):
    code = "currency_fixed"
    message = _("This ticket was already sold in %(currency)s, so its currency stays.")
    field = "currency"


class TicketClosed(DomainError):
    code = "ticket_closed"
    message = _("This ticket was canceled. It cannot be changed any more.")


class TicketNotPaid(DomainError):
    code = "ticket_not_paid"
    message = _("This ticket waits for its order to be paid. Cancel the whole order instead.")


class TicketAdmitted(DomainError):
    code = "ticket_admitted"
    message = _("This person is already in. Undo the check-in first.")


class EventStillOn(DomainError):
    code = "event_still_on"
    message = _("Cancel the event first. Then everybody can be refunded at once.")


class RefundRulesRise(DomainError):
    code = "refund_rules_rise"
    message = _("Who returns a ticket later cannot get more back than who returns it early.")


class RefundRuleTwice(DomainError):
    code = "refund_rule_twice"
    message = _("Two rules end at the same time. Keep one of them.")


class PassRefused(DomainError):
    """A free pass cannot be used, for one of the reasons below."""

    field = "free_pass"


class PassRevoked(PassRefused):
    code = "pass_revoked"
    message = _("This pass was revoked. Ask whoever gave it to you, or order without it.")


class PassUsedUp(PassRefused):
    code = "pass_used_up"
    message = _("This pass is used up. A use comes back when you return its ticket in time.")


class PassExpired(PassRefused):
    code = "pass_expired"
    message = _("This pass has expired. You can order without it.")


class PassNotYet(PassRefused):
    code = "pass_not_yet"
    message = _("This pass is not valid yet. Come back when it is, or order without it.")


class PassNotFitting(PassRefused):
    code = "pass_not_fitting"
    message = _("This pass is not good for this event. You can order without it.")


class PassUsedHere(PassRefused):
    code = "pass_used_here"
    message = _("This pass already gave you a place at this event. Order more without it.")


class PassLimitReached(PassRefused):
    code = "pass_limit_reached"
    message = _("This event takes no more free passes. You keep yours, and can order without it.")


class PassNotYours(PassRefused):
    code = "pass_not_yours"
    message = _("You have no such pass. Sign in with the account it was given to.")


class PassAlreadyGiven(DomainError):
    code = "pass_already_given"
    message = _("This person already has such a pass. Revoke it first, or let it be.")
    field = "email"


class PassEventOver(DomainError):
    code = "pass_event_over"
    message = _("This event is over or canceled, so a pass for it would be worth nothing.")


class PassFixed(DomainError):
    code = "pass_fixed"
    message = _("This pass cannot be passed on.")


class PassLinkGone(DomainError):
    code = "pass_link_gone"
    message = _("This link is no longer good: somebody took the pass, or its owner kept it.")


class PassLinkOwn(DomainError):
    code = "pass_link_own"
    message = _("This pass is yours already. Send the link to the person you mean it for.")


class PassLimitTooLow(DomainError):
    code = "pass_limit_too_low"
    message = _("%(taken)s passes are in use already. Choose at least that many.")
    field = "most"
