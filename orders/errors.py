from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class GatewayError(DomainError):
    """The payment service did not answer, or said no; nothing is known to have happened."""

    code = "gateway_unavailable"
    message = _("The payment service does not answer right now. Please try again in a moment.")
    status = 503


class RefundRefused(DomainError):
    """The payment service will not give this money back; asking again changes nothing."""

    code = "refund_refused"
    message = _("The payment service refused this refund (%(reason)s).")


class NoPlacesLeft(DomainError):
    """What every seller raises when it has not enough; overdue holds may be let go, and then again."""

    code = "sold_out"


class BadSignature(Exception):
    """A webhook that the gateway did not sign. Not for people: the answer is a bare 400."""
