from django.db.models import Sum

from ledger.models import AccountKind, Entry


def balance(kind: AccountKind, *, currency: str, subject: str | None = None) -> int:
    """What lies in an account, or with `subject` None in all accounts of the kind, in minor units."""
    entries = Entry.objects.filter(account__kind=kind, currency=currency)
    if subject is not None:
        entries = entries.filter(account__subject=subject)
    return entries.aggregate(sum=Sum("amount_minor"))["sum"] or 0


def unbalanced_transactions() -> list[str]:
    """Keys whose lines do not sum to zero in some currency. Reads every line; for `audit`."""
    sums = Entry.objects.order_by().values("transaction__key", "currency")
    off = sums.annotate(sum=Sum("amount_minor")).exclude(sum=0)
    return sorted({row["transaction__key"] for row in off})
