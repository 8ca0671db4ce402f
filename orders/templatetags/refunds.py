from django import template
from django.utils.translation import gettext as _

from orders.models import Refund

register = template.Library()


@register.filter
def why_failed(refund: Refund) -> str:
    """What the gateway's word for a refund that failed means; one that is not known stands as it is.

    Source: docs.stripe.com/refunds#failed-refunds and /error-codes.
    """
    meanings = {
        "": "",
        "unknown": _("The buyer's bank turned it away and gave no reason."),
        "declined": _("The buyer's bank turned it away."),
        "lost_or_stolen_card": _("The buyer's card was reported as lost or stolen."),
        "expired_or_canceled_card": _("The buyer's card has expired or was canceled."),
        "insufficient_funds": _("Too little money lies at the payment service."),
        "charge_already_refunded": _("This money was returned already."),
        "charge_disputed": _("The buyer's bank has taken this money back."),
    }
    return meanings.get(refund.error, refund.error)
