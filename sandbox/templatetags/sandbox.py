from django import template

from sandbox.money import money_text

register = template.Library()


@register.filter
def money(amount: int, currency: str) -> str:
    """`{{ charge.amount|money:charge.currency }}`"""
    return money_text(amount, currency)


@register.filter
def signed_money(amount: int, currency: str) -> str:
    return f"{'+' if amount > 0 else ''}{money_text(amount, currency)}"
