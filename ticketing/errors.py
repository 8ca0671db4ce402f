from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


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
    message = _("These tickets are priced in different currencies. Please buy them one after the other.")
    status = 400


class SoldOut(DomainError):
    """`left` is what remains of the scarcest quota at that moment."""

    code = "sold_out"
    message = _("Not enough places: %(left)s left. Nothing was booked.")


class StockMoved(DomainError):
    """The organizer changed what a ticket type draws on at this very moment; trying again works."""

    code = "try_again"
    message = _("The organizer just changed these tickets. Please try again.")
