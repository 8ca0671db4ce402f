"""Two treasurers at one period, and two requests for one person's money."""

import time

import pytest

from incentives.models import Payout, PayoutMethod, Period, Purse
from incentives.services import payouts, periods
from ledger.models import AccountKind, Entry, Transaction
from ledger.queries import balance
from tests.concurrency.threads import at_once
from tests.factories.accounts import UserFactory
from tests.incentives.money import fill, published, work
from tests.incentives.test_payouts import owe

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
PEOPLE = 5


def names(results: list) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def test_treasurers_who_finalize_at_once_post_once():
    author = work().created_by
    fill(10_000)
    period, treasurers = published(), [UserFactory() for _ in range(PEOPLE)]

    results = at_once(PEOPLE, lambda number: periods.finalize(period=period, by=treasurers[number]))

    assert names(results) == ["Period", *["WrongStep"] * (PEOPLE - 1)]
    assert Transaction.objects.filter(key__startswith="period:").count() == 2
    subject = f"user:{author.pk}"
    assert -balance(AccountKind.CONTRIBUTOR_PAYABLE, currency="CNY", subject=subject) == 1_500


def test_without_the_lock_several_would_believe_that_they_finalized(monkeypatch):
    work(), fill(10_000)
    period, treasurer = published(), UserFactory()

    def look_and_dawdle(period, *statuses):
        current = Period.objects.get(pk=period.pk)
        time.sleep(0.3)
        return current

    monkeypatch.setattr(periods, "lock_period", look_and_dawdle)

    results = at_once(2, lambda _number: periods.finalize(period=period, by=treasurer))

    assert names(results) != ["Period", "WrongStep"]


@pytest.fixture
def asked():
    """A person who is owed ¥10 and asks for ¥7 as often as somebody presses the button."""
    user = UserFactory()
    owe(user, 1000)
    account = payouts.add_account(user=user, method=PayoutMethod.BANK, address="mei@example.com")
    return lambda _number: payouts.request_payout(
        user=user,
        purse=Purse.CONTRIBUTOR,
        account=account,
        currency="CNY",
        amount_minor=700,
    )


def test_payouts_asked_for_at_once_never_take_more_than_is_owed(asked):
    results = at_once(PEOPLE, asked)

    assert names(results) == ["Payout", *["TooMuch"] * (PEOPLE - 1)]
    assert balance(AccountKind.CONTRIBUTOR_PAYABLE, currency="CNY") == -300


def test_without_the_lock_the_database_still_refuses_the_second(asked, monkeypatch):
    def dawdle(kind, subject):
        time.sleep(0)

    def look_and_dawdle(user, purse, currency):
        time.sleep(0.3)
        return 1000

    monkeypatch.setattr(payouts, "lock_account", dawdle)
    monkeypatch.setattr(payouts, "payable", look_and_dawdle)

    results = at_once(2, asked)

    assert names(results) == ["IntegrityError", "Payout"]
    assert Entry.objects.filter(account__kind=AccountKind.PAYOUT_CLEARING).count() == 1
    assert Payout.objects.count() == 1
