from django import template

from checkout.views.shops import Shop

register = template.Library()


@register.simple_tag
def shop_url(shop: Shop, name: str, *arguments: object) -> str:
    """`{% shop_url shop "order-manage" order.reference %}`, of an event or of a course."""
    return shop.url(name, *arguments)
