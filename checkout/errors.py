from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class OrderNotOpen(DomainError):
    code = "order_not_open"
    message = _("This order is no longer waiting for payment.")


class PriceChanged(DomainError):
    """`total` is the new sum, formatted for people."""

    code = "price_changed"
    message = _("The price has changed to %(total)s. Please look at it and confirm again.")


class AlreadyPaid(DomainError):
    code = "already_paid"
    message = _("This order is already paid.")


class PaymentUnderway(DomainError):
    """A payment page is still open and could be paid; it has to end before the order can."""

    code = "payment_underway"
    message = _("A payment for this order is under way. Please wait a moment and try again.")


class NotRefundable(DomainError):
    code = "not_refundable"
    message = _("There is nothing left to refund here.")


class PaymentDisputed(DomainError):
    """The bank holds the money: a refund beside a dispute would pay it back twice."""

    code = "payment_disputed"
    message = _("The buyer's bank is disputing this payment. Wait until it has decided.")


class RefundClosed(DomainError):
    """The organizer's rule no longer returns anything, or the ticket was used."""

    code = "refund_closed"
    message = _("This ticket can no longer be returned. Please ask the organizer.")


class NoReceiptYet(DomainError):
    code = "no_receipt_yet"
    message = _("A receipt can be had once the order is paid.")


class ReceiptUnchanged(DomainError):
    code = "receipt_unchanged"
    message = _("Your receipt says just that already.")


class CashNotNoted(DomainError):
    code = "cash_not_noted"
    message = _("This ticket costs %(price)s. Take the money and say so first.")


class MixedWishes(DomainError):
    code = "mixed_wishes"
    message = _("These cannot be bought in one order. Please buy them one after the other.")
    status = 400
