"""The inbox of gateway events, for those who keep the site running."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from orders.models import GatewayEvent, InboxStatus

HIDDEN = "…"
# What a gateway tells of a person; nobody needs it to see why an event was not applied
PERSONAL = frozenset(
    {
        "address", "billing_details", "customer_details", "customer_email", "email", "name",
        "phone", "receipt_email", "shipping", "shipping_details", "collected_information",
        "customer_email_address", "customer_name", "customer_purchase_ip", "fingerprint", "last4",
        "client_secret", "url", "receipt_url", "payment_method_details",
    }
)  # fmt: skip


def events(*, status: str = "", q: str = "") -> QuerySet[GatewayEvent]:
    """Newest first. `q` is part of an id, of the kind, or of the reason."""
    found = GatewayEvent.objects.order_by("-received_at", "-pk").defer("payload")
    if status:
        found = found.filter(status=status)
    for term in q.split():
        found = found.filter(
            Q(event_id__icontains=term)
            | Q(object_id__icontains=term)
            | Q(kind__icontains=term)
            | Q(error__icontains=term)
        )
    return found


def counts() -> dict[str, int]:
    """Events by status, those without any as 0."""
    rows = GatewayEvent.objects.order_by().values_list("status").annotate(Count("pk"))
    return {status.value: 0 for status in InboxStatus} | dict(rows)


def without_people(payload: Any) -> Any:
    """The payload with everything personal cut out."""
    if isinstance(payload, dict):
        return {
            key: HIDDEN if key in PERSONAL and value else without_people(value)
            for key, value in payload.items()
        }
    if isinstance(payload, list):
        return [without_people(item) for item in payload]
    return payload
