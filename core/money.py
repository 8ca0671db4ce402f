"""Money is an integer in the currency's minor unit beside an ISO 4217 code. No floats."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _

# Currencies that can be sold in, with the digits of their minor unit
EXPONENTS = {
    "CNY": 2,
    "EUR": 2,
    "GBP": 2,
    "HKD": 2,
    "JPY": 0,
    "KRW": 0,
    "SGD": 2,
    "TWD": 2,
    "USD": 2,
}
SYMBOLS = {
    "CNY": "¥", "EUR": "€", "GBP": "£", "HKD": "HK$", "JPY": "JP¥",
    "KRW": "₩", "SGD": "S$", "TWD": "NT$", "USD": "US$",
}  # fmt: skip
CURRENCY_CHOICES = [(code, code) for code in EXPONENTS]


def format_money(amount_minor: int, currency: str) -> str:
    """`12800, "CNY"` → `¥128`, `12850` → `¥128.50`, thousands apart in every language."""
    digits = EXPONENTS[currency]
    amount = Decimal(abs(amount_minor)).scaleb(-digits)
    shown = 0 if amount == amount.to_integral_value() else digits
    sign = "−" if amount_minor < 0 else ""
    return f"{sign}{SYMBOLS[currency]}{amount:,.{shown}f}"


def format_price(amount_minor: int, currency: str) -> str:
    """Like `format_money`, with a word for nothing."""
    return format_money(amount_minor, currency) if amount_minor else str(_("Free"))


def to_minor(amount: Decimal, currency: str) -> int:
    """`Decimal("12.5"), "EUR"` → 1250. ValueError when it has more digits than the currency."""
    try:
        scaled = amount.scaleb(EXPONENTS[currency])
    except InvalidOperation as error:
        raise ValueError("not an amount") from error
    if scaled != scaled.to_integral_value(rounding=ROUND_HALF_UP):
        raise ValueError(f"{currency} has {EXPONENTS[currency]} decimal places")
    return int(scaled)


def to_decimal(amount_minor: int, currency: str) -> Decimal:
    return Decimal(amount_minor).scaleb(-EXPONENTS[currency])


def allocate(total_minor: int, weights: Sequence[int]) -> list[int]:
    """Divide `total_minor` ≥ 0 by weight, to the last unit: the largest remainders get what
    rounding down left over, earlier ones first where they are equal. All weights 0: all get 0.
    """
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    shares = [total_minor * weight // whole for weight in weights]
    by_remainder = sorted(
        range(len(weights)), key=lambda place: -(total_minor * weights[place] % whole)
    )
    for place in by_remainder[: total_minor - sum(shares)]:
        shares[place] += 1
    return shares


def contained(gross_minor: int, bps: int) -> int:
    """The tax of `bps` basis points inside a gross sum, rounded half up to the minor unit."""
    whole = 10_000 + bps
    return (2 * gross_minor * bps + whole) // (2 * whole)
