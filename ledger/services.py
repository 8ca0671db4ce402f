"""The only writer of the ledger."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction

from ledger.errors import Unbalanced
from ledger.models import Account, AccountKind, Entry, Transaction

RULE_VERSION = 1  # which rules turned what happened into lines; grows when they change


class Move(NamedTuple):
    """`amount_minor` in the currency's minor unit: plus for what comes in, minus for where from."""

    kind: AccountKind
    subject: str
    amount_minor: int


def lock_account(kind: AccountKind, subject: str) -> Account:
    """Wait for whoever is about to move this account by what lies in it. Inside a transaction,
    after every other lock but a receipt's counter."""
    Account.objects.get_or_create(kind=kind, subject=subject)
    return Account.objects.select_for_update().get(kind=kind, subject=subject)


@transaction.atomic
def post(*, key: str, kind: str, currency: str, moves: Iterable[Move]) -> Transaction | None:
    """Write one transaction, in the caller's own database transaction. Safe to repeat: `key` posts once.

    Moves of one account are added up; what moves nothing is not written (None). The caller holds
    the lock of what the key speaks of, so two never post one key at once; if they did, the unique
    key would end the second. Raises Unbalanced.
    """
    sums: Counter[tuple[AccountKind, str]] = Counter()
    for move in moves:
        sums[move.kind, move.subject] += move.amount_minor
    if sum(sums.values()):
        raise Unbalanced(key)
    lines = {account: amount for account, amount in sums.items() if amount}
    if not lines:
        return None
    found, new = Transaction.objects.get_or_create(
        key=key, defaults={"kind": kind, "rule_version": RULE_VERSION}
    )
    if new:
        Entry.objects.bulk_create(
            Entry(
                transaction=found,
                account=Account.objects.get_or_create(kind=kind_, subject=subject)[0],
                currency=currency,
                amount_minor=amount,
            )
            for (kind_, subject), amount in sorted(lines.items())
        )
    return found
