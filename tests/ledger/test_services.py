import pytest
from django.db import DatabaseError, connection, transaction

from ledger.errors import Unbalanced
from ledger.models import Account, AccountKind, Entry, Transaction
from ledger.queries import balance, unbalanced_transactions
from ledger.services import Move, post

pytestmark = pytest.mark.django_db


def sale(key: str = "payment:1", amount: int = 500):
    return post(
        key=key,
        kind="payment",
        currency="EUR",
        moves=[
            Move(AccountKind.GATEWAY_CLEARING, "stripe", amount),
            Move(AccountKind.REVENUE, "chapter:1", -amount),
        ],
    )


def test_post_is_written_once_for_a_key():
    assert sale() == sale()

    assert Entry.objects.count() == 2
    assert balance(AccountKind.REVENUE, currency="EUR") == -500


def test_post_that_does_not_sum_to_zero_is_refused():
    with pytest.raises(Unbalanced):
        post(key="x", kind="x", currency="EUR", moves=[Move(AccountKind.FEES, "", 1)])

    assert not Transaction.objects.exists()


def test_post_that_moves_nothing_writes_nothing():
    assert sale(amount=0) is None


@pytest.mark.parametrize("table", ["ledger_transaction", "ledger_entry"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = 9999", "DELETE FROM {}"])
def test_database_refuses_to_change_what_was_posted(table, verb):
    sale()

    with transaction.atomic(), connection.cursor() as cursor:
        with pytest.raises(DatabaseError, match="append-only"):
            cursor.execute(verb.format(table))
        transaction.set_rollback(True)


def test_lines_behind_the_services_back_are_found_by_the_audit():
    sale()
    account = Account.objects.first()
    booked = Transaction.objects.create(key="by-hand", kind="by-hand")
    Entry.objects.create(transaction=booked, account=account, currency="EUR", amount_minor=7)

    assert unbalanced_transactions() == ["by-hand"]
    if connection.vendor == "postgresql":  # there the commit would have been refused
        with pytest.raises(DatabaseError):
            connection.check_constraints()
    transaction.set_rollback(True)
