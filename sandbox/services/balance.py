"""The provider's own books: one balance transaction for each movement of money."""

from sandbox.models import BalanceTransaction


def book(
    source: str, *, kind: str, amount: int, currency: str, fee: int = 0, category: str = ""
) -> BalanceTransaction:
    """Write down that `amount` came (or, negative, went), and what it cost."""
    return BalanceTransaction.objects.create(
        source=source,
        kind=kind,
        amount=amount,
        fee=fee,
        currency=currency,
        reporting_category=category or kind,
    )
