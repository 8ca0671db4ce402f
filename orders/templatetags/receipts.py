from django import template

from orders.models import Receipt
from orders.pdf import title

register = template.Library()


@register.filter
def receipt_title(receipt: Receipt) -> str:
    """Receipt, credit note or corrected receipt."""
    return title(receipt)
