from checkout.sellers import SELLERS
from core.mail import send_mail
from orders.models import Order


def send_confirmation(order: Order) -> None:
    """Mail what the order bought, to its buyer, in the order's language. Raises OSError."""
    send_mail(
        to=order.email,
        template="confirmation",
        context={"order": order, "tickets": [t for s in SELLERS for t in s.tickets_of(order)]},
        language=order.language,
        time_zone=order.time_zone or "UTC",
    )
