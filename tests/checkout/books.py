"""Our ledger beside the sandbox's own books."""

from django.db.models import Sum

from ledger.models import AccountKind
from ledger.queries import balance, unbalanced_transactions
from sandbox.models import BalanceTransaction

CNY = "CNY"


def balances(currency: str = CNY) -> dict[str, int]:
    """Every account kind that is not empty."""
    found = {kind.value: balance(kind, currency=currency) for kind in AccountKind}
    return {kind: amount for kind, amount in found.items() if amount}


def at_the_gateway(currency: str = CNY) -> int:
    """What the sandbox says lies with it: everything that came, less fees, refunds, disputes."""
    rows = BalanceTransaction.objects.filter(currency=currency.lower())
    sums = rows.aggregate(amount=Sum("amount"), fee=Sum("fee"))
    return (sums["amount"] or 0) - (sums["fee"] or 0)


def assert_books_agree(currency: str = CNY) -> None:
    assert unbalanced_transactions() == []
    assert balance(AccountKind.GATEWAY_CLEARING, currency=currency) == at_the_gateway(currency)
