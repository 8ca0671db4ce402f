"""What a payment service would know of the sample's card payments."""

from collections.abc import Iterator
from typing import Any

from orders.models import Payment, Provider


def card_payments() -> Iterator[dict[str, Any]]:
    """Oldest first, as plain values: a sandbox that is told them can refund them."""
    rows = Payment.objects.filter(provider=Provider.STRIPE, gateway_id__startswith="cs_sample_")
    for payment in rows.select_related("order").order_by("started_at"):
        yield {
            "session": payment.gateway_id,
            "intent": payment.reference,
            "client_reference_id": str(payment.public_id),
            "email": payment.order.email,
            "title": payment.order.reference,
            "amount": payment.amount_minor,
            "fee": payment.fee_minor,
            "currency": payment.currency.lower(),
            "opened_at": payment.started_at.isoformat(),
            "paid_at": payment.succeeded_at.isoformat() if payment.succeeded_at else None,
        }
