from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class OrderNotOpen(DomainError):
    code = "order_not_open"
    message = _("This order is no longer waiting for payment.")


class PriceChanged(DomainError):
    """`total` is the new sum, formatted for people."""

    code = "price_changed"
    message = _("The price has changed to %(total)s. Please look at it and confirm again.")


class AmountMismatch(DomainError):
    """The gateway reports another sum or currency than we asked for: a person must look."""

    code = "amount_mismatch"
    message = _("Asked for %(asked)s, but %(got)s came in.")


class AlreadyPaid(DomainError):
    code = "already_paid"
    message = _("This order is already paid.")


class PaymentUnderway(DomainError):
    """A payment page is still open and could be paid; it has to end before the order can."""

    code = "payment_underway"
    message = _("A payment for this order is under way. Please wait a moment and try again.")
