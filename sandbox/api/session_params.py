"""Read what the shop asks of a Checkout Session; return the columns of its row."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from sandbox.api.params import Params
from sandbox.errors import InvalidParameter
from sandbox.ids import new_id
from sandbox.money import CURRENCIES, METHOD_CURRENCIES, check_sum

MOST_ITEMS = 100
LOCALES = {"auto", "en", "en-GB", "zh", "zh-HK", "zh-TW"}


def session_fields(params: Params) -> dict[str, Any]:
    """Everything but `expires_at`; raises InvalidParameter, in Stripe's words where known."""
    params.text("mode", is_required=True, choices={"payment"})
    params.text("ui_mode", choices={"hosted_page"})
    items, currency = _items(params)
    amount = sum(item["unit_amount"] * item["quantity"] for item in items)
    check_sum(amount, currency, param="line_items")
    asked = params.texts("payment_method_types", choices=METHOD_CURRENCIES)
    methods = _methods(asked, currency)
    return {
        "items": items,
        "currency": currency,
        "amount": amount,
        "methods": methods,
        "method_options": _method_options(params, methods, asked),
        "metadata": params.metadata(),
        "intent_data": _intent_data(params),
        "client_reference_id": params.text("client_reference_id", longest=200),
        "customer_email": _email(params),
        "locale": params.text("locale", choices=LOCALES),
        "success_url": params.url("success_url", is_required=True),
        "cancel_url": params.url("cancel_url"),
    }


def _items(params: Params) -> tuple[list[dict[str, Any]], str]:
    groups = params.groups("line_items")
    if not groups:
        raise InvalidParameter(
            "Missing required param: line_items.", code="parameter_missing", param="line_items"
        )
    if len(groups) > MOST_ITEMS:
        raise InvalidParameter("A session has at most 100 line items.", param="line_items")
    items = [_item(group) for group in groups]
    currencies = {item.pop("currency") for item in items}
    if len(currencies) > 1:
        raise InvalidParameter(
            "All line items of a Checkout Session must have the same currency.",
            param="line_items",
        )
    return items, currencies.pop()


def _item(params: Params) -> dict[str, Any]:
    price = params.group("price_data")
    product = price.group("product_data")
    product.texts("images")
    product.metadata()
    price.text("tax_behavior", choices={"exclusive", "inclusive", "unspecified"})
    return {
        "id": new_id("li"),
        "price_id": new_id("price"),
        "product_id": new_id("prod", 14),
        "quantity": params.integer("quantity", is_required=True, least=1, most=999_999),
        "currency": _currency(price),
        "unit_amount": price.integer("unit_amount", is_required=True),
        "name": product.text("name", is_required=True, longest=1500),
        "description": product.text("description"),
    }


def _currency(price: Params) -> str:
    currency = price.text("currency", is_required=True).lower()
    if currency not in CURRENCIES:
        raise InvalidParameter(f"Invalid currency: {currency[:10]}", param=price.path("currency"))
    return currency


def _methods(asked: list[str], currency: str) -> list[str]:
    """The methods asked for, or, when none was named, all that take this currency."""
    for method in asked:
        if currency not in METHOD_CURRENCIES[method]:
            raise InvalidParameter(
                f"The payment method `{method}` cannot be used with the currency `{currency}`.",
                param="payment_method_types",
            )
    fitting = [name for name, known in METHOD_CURRENCIES.items() if currency in known]
    return asked or fitting


def _method_options(params: Params, methods: list[str], asked: list[str]) -> dict[str, Any]:
    """WeChat Pay, when asked for by name, must be told `client=web`, as at Stripe."""
    given = params.group("payment_method_options")
    card = given.group("card").text("request_three_d_secure", choices={"any", "automatic"})
    wechat = given.group("wechat_pay")
    client = wechat.text("client", choices={"web"}, is_required="wechat_pay" in asked)
    given.group("alipay")
    options: dict[str, Any] = {}
    if "card" in methods:
        options["card"] = {"request_three_d_secure": card or "automatic"}
    if "wechat_pay" in methods:
        options["wechat_pay"] = {"app_id": None, "client": client or "web"}
    if "alipay" in methods:
        options["alipay"] = {}
    return options


def _intent_data(params: Params) -> dict[str, Any]:
    group = params.group("payment_intent_data")
    group.text("capture_method", choices={"automatic", "automatic_async"})
    found = {
        "metadata": group.metadata(),
        "description": group.text("description", longest=1000),
        "receipt_email": group.text("receipt_email"),
    }
    return {name: value for name, value in found.items() if value}


def _email(params: Params) -> str:
    email = params.text("customer_email", longest=254)
    try:
        if email:
            validate_email(email)
    except ValidationError:
        raise InvalidParameter(
            f"Invalid email address: {email}", code="email_invalid", param="customer_email"
        ) from None
    return email
