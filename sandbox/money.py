"""Currencies as Stripe counts them: whole numbers of the smallest unit it accepts.

Source: docs.stripe.com/currencies (zero-decimal, three-decimal, minimum amounts).
"""

from sandbox.errors import InvalidParameter


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


ZERO_DECIMAL = _codes("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf")
THREE_DECIMAL = _codes("bhd jod kwd omr tnd")
TWO_DECIMAL = _codes(
    "aed ars aud bgn brl cad chf cny cop czk dkk eur gbp hkd huf idr ils inr isk mxn myr nok "
    "nzd pen php pln ron sar sek sgd thb try twd uah ugx usd uyu zar"
)
CURRENCIES = ZERO_DECIMAL | TWO_DECIMAL | THREE_DECIMAL

MINIMUMS = {
    "aed": 200, "bgn": 100, "cny": 400, "czk": 1500, "dkk": 250, "gbp": 30, "hkd": 400,
    "huf": 17500, "jpy": 50, "krw": 700, "mxn": 1000, "myr": 200, "nok": 300, "pln": 200,
    "ron": 200, "sek": 300, "thb": 1000, "twd": 1600, "vnd": 13000,
}  # fmt: skip
USUAL_MINIMUM = 50
MAXIMUM = 99_999_999

METHOD_CURRENCIES = {
    "card": CURRENCIES,
    "alipay": _codes("aud cad cny eur gbp hkd jpy myr nzd sgd usd"),
    "wechat_pay": _codes("aud cad chf cny dkk eur gbp hkd jpy nok sek sgd usd"),
}
SYMBOLS = {"cny": "¥", "jpy": "¥", "usd": "$", "eur": "€", "gbp": "£", "hkd": "HK$"}

FEE_PER_MILLE = 29
FEE_FIXED = 30
DISPUTE_FEE = 1500


def decimals(currency: str) -> int:
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def minimum(currency: str) -> int:
    return MINIMUMS.get(currency, USUAL_MINIMUM)


def charge_fee(amount: int) -> int:
    """2.9 % rounded half up, plus 30 of the smallest unit, and never more than came in."""
    return min(amount, (amount * FEE_PER_MILLE + 500) // 1000 + FEE_FIXED)


def money_text(amount: int, currency: str) -> str:
    """`¥1,280.00`; a currency without a symbol of its own is named: `CHF 12.00`."""
    places = decimals(currency)
    whole, part = divmod(abs(amount), 10**places)
    number = f"{whole:,}.{part:0{places}d}" if places else f"{whole:,}"
    symbol = SYMBOLS.get(currency, f"{currency.upper()} ")
    return f"{'-' if amount < 0 else ''}{symbol}{number}"


def check_sum(amount: int, currency: str, *, param: str) -> None:
    """Refuse a sum that Stripe would not take in this currency."""
    if amount < minimum(currency):
        least = money_text(minimum(currency), currency)
        raise InvalidParameter(
            f"Amount must be at least {least} {currency.upper()}.",
            code="amount_too_small",
            param=param,
        )
    if amount > MAXIMUM:
        raise InvalidParameter(
            "Amount must be no more than 99,999,999 of the smallest unit.",
            code="amount_too_large",
            param=param,
        )
    step = {"isk": 100, "ugx": 100}.get(currency, 10 if currency in THREE_DECIMAL else 1)
    if amount % step:
        raise InvalidParameter(
            f"Amounts in {currency.upper()} must be divisible by {step}.",
            code="parameter_invalid_integer",
            param=param,
        )
