"""Payouts that treasurers look after, and the files with which they pay them."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import Case, IntegerField, Q, QuerySet, Sum, Value, When

from accounts.models import User
from core.money import to_decimal
from incentives.models import UNDER_WAY, Payout, PayoutMethod, PayoutStatus, Purse

BANK = ["payout", "recipient", "alias", "currency", "amount"]
ERC20 = ["token_type", "token_address", "receiver", "amount"]


class Paid(NamedTuple):
    """What contributors were paid in one currency, and what is on its way to them."""

    paid_minor: int
    under_way_minor: int


def totals() -> dict[str, Paid]:
    """By currency. One query."""
    rows = Payout.objects.filter(purse=Purse.CONTRIBUTOR).order_by().values_list("currency")
    sums = rows.annotate(
        paid=Sum("amount_minor", filter=Q(status=PayoutStatus.CONFIRMED), default=0),
        under_way=Sum("amount_minor", filter=Q(status__in=UNDER_WAY), default=0),
    )
    return {currency: Paid(paid, under_way) for currency, paid, under_way in sums}


def queue() -> QuerySet[Payout]:
    """What waits for somebody first, in the order of the steps; then what is done."""
    place = Case(
        *[When(status=status, then=Value(number)) for number, status in enumerate(UNDER_WAY)],
        default=Value(len(UNDER_WAY)),
        output_field=IntegerField(),
    )
    found = Payout.objects.select_related("user", "account", "approved_by")
    return found.alias(place=place).order_by("place", "-requested_at", "-pk")


def to_send(method: PayoutMethod, currency: str) -> QuerySet[Payout]:
    """Approved, not yet sent."""
    ready = Q(status=PayoutStatus.APPROVED, account__method=method, currency=currency)
    return Payout.objects.filter(ready).select_related("user", "account").order_by("pk")


def bank_rows(currency: str) -> Iterator[list[Any]]:
    yield BANK
    for payout in to_send(PayoutMethod.BANK, currency):
        amount = to_decimal(payout.amount_minor, currency)
        yield [payout.public_id, str(payout.user), payout.account.address, currency, amount]


def wallet_rows(currency: str, token: str) -> Iterator[list[Any]]:
    """As batch tools for Safe wallets read it. The amount is in whole tokens: one is one unit of
    the currency."""
    yield ERC20
    for payout in to_send(PayoutMethod.WALLET, currency):
        amount = to_decimal(payout.amount_minor, currency)
        yield ["erc20", token, payout.account.address, amount]


def currencies_to_send(method: PayoutMethod) -> list[str]:
    ready = Payout.objects.filter(status=PayoutStatus.APPROVED, account__method=method)
    return list(ready.order_by("currency").values_list("currency", flat=True).distinct())


def may_approve(payout: Payout, user: User) -> bool:
    return user.pk not in {payout.requested_by_id, payout.user_id}
