"""Money on its way to people: nothing is promised twice, and two people look at it."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from incentives import errors
from incentives.models import Payout, PayoutAccount, PayoutMethod, PayoutStatus, Purse
from incentives.services import payouts
from ledger.models import AccountKind
from ledger.queries import balance, unbalanced_transactions
from ledger.services import Move, post
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

ALIAS = "mei@bank.example.com"


def owe(user, amount: int, *, kind=AccountKind.CONTRIBUTOR_PAYABLE, key: str = "owed") -> None:
    post(
        key=f"{key}:{user.pk}:{kind}",
        kind="period_divided",
        currency="CNY",
        moves=[
            Move(kind, f"user:{user.pk}", -amount),
            Move(AccountKind.POOL_COMMITTED, "", amount),
        ],
    )


def ask(user, amount: int, purse=Purse.CONTRIBUTOR) -> Payout:
    account = PayoutAccount.objects.filter(user=user).first() or payouts.add_account(
        user=user, method=PayoutMethod.BANK, address=ALIAS
    )
    return payouts.request_payout(
        user=user, purse=purse, account=account, currency="CNY", amount_minor=amount
    )


def sums(user) -> tuple[int, int, int]:
    """Owed, on its way, paid."""
    kinds = (AccountKind.CONTRIBUTOR_PAYABLE, AccountKind.PAYOUT_CLEARING, AccountKind.PAID_OUT)
    return tuple(-balance(kind, currency="CNY", subject=f"user:{user.pk}") for kind in kinds)


@pytest.fixture
def mei():
    mei = UserFactory()
    owe(mei, 1000)
    return mei


def test_money_is_set_aside_approved_by_another_sent_and_arrives(mei):
    treasurer = UserFactory()
    payout = ask(mei, 700)
    assert sums(mei) == (300, 700, 0)

    payouts.approve(payout=payout, by=treasurer)
    payouts.mark_sent(payout=payout, by=treasurer)
    payouts.confirm(payout=payout, by=treasurer, note=" Ref 7 ")

    done = Payout.objects.get()
    assert (done.status, done.approved_by, done.note) == ("confirmed", treasurer, "Ref 7")
    assert sums(mei) == (300, 0, 700)
    assert unbalanced_transactions() == []


@pytest.mark.parametrize("amount", [1001, 0, -5])
def test_more_than_is_owed_or_nothing_is_refused(mei, amount):
    with pytest.raises(errors.TooMuch) as refused:
        ask(mei, amount)

    assert refused.value.params == {"left": "¥10"}
    assert (sums(mei), Payout.objects.count()) == ((1000, 0, 0), 0)


def test_what_is_under_way_cannot_be_asked_for_again(mei):
    ask(mei, 700)

    with pytest.raises(errors.TooMuch):
        ask(mei, 301)

    ask(mei, 300)
    assert sums(mei) == (0, 1000, 0)


def test_refused_withdrawn_and_failed_money_can_be_asked_for_again(mei):
    treasurer = UserFactory()
    payouts.refuse(payout=ask(mei, 1000), by=treasurer, note="Wrong alias")
    payouts.withdraw(payout=ask(mei, 1000))
    sent = payouts.approve(payout=ask(mei, 1000), by=treasurer)
    payouts.fail(payout=payouts.mark_sent(payout=sent, by=treasurer), by=treasurer, note="Closed")

    assert sums(mei) == (1000, 0, 0)
    assert [row.status for row in Payout.objects.order_by("pk")] == [
        "refused", "withdrawn", "failed",
    ]  # fmt: skip


def test_each_step_is_taken_once_and_in_order(mei):
    treasurer = UserFactory()
    payout = ask(mei, 700)
    for step in (payouts.confirm, payouts.mark_sent):
        with pytest.raises(errors.WrongStep):
            step(payout=payout, by=treasurer)
    payouts.approve(payout=payout, by=treasurer)
    with pytest.raises(errors.WrongStep):
        payouts.approve(payout=payout, by=treasurer)
    with pytest.raises(errors.WrongStep):
        payouts.withdraw(payout=payout)

    assert sums(mei) == (300, 700, 0)


def test_nobody_approves_what_they_asked_for(mei):
    payout = ask(mei, 700)

    with pytest.raises(errors.ApproverIsRequester):
        payouts.approve(payout=payout, by=mei)

    with pytest.raises(IntegrityError), transaction.atomic():
        Payout.objects.update(status="approved", approved_by=mei, approved_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Payout.objects.update(status="sent")
    assert Payout.objects.get().status == PayoutStatus.REQUESTED


def test_the_database_refuses_to_pay_more_than_is_owed(mei):
    for currency, amount in (("CNY", 1001), ("EUR", 1)):
        with (
            pytest.raises(DatabaseError, match="would owe less than nothing"),
            transaction.atomic(),
        ):
            post(
                key=f"too-much:{currency}",
                kind="x",
                currency=currency,
                moves=[
                    Move(AccountKind.CONTRIBUTOR_PAYABLE, f"user:{mei.pk}", amount),
                    Move(AccountKind.PAID_OUT, "", -amount),
                ],
            )

    assert sums(mei) == (1000, 0, 0)


def test_a_lecturers_failed_payout_repays_what_refunds_took_meanwhile():
    ada, treasurer = UserFactory(), UserFactory()
    owe(ada, 1000, kind=AccountKind.LECTURER_PAYABLE)
    payout = payouts.approve(payout=ask(ada, 1000, Purse.LECTURER), by=treasurer)
    post(
        key="refund",
        kind="share",
        currency="CNY",
        moves=[
            Move(AccountKind.LECTURER_DEFICIT, f"user:{ada.pk}", 400),
            Move(AccountKind.REVENUE, "chapter:1", -400),
        ],
    )

    payouts.fail(payout=payout, by=treasurer, note="Account closed")

    assert payouts.payable(ada, Purse.LECTURER, "CNY") == 600
    assert balance(AccountKind.LECTURER_DEFICIT, currency="CNY") == 0


def test_an_address_is_encrypted_and_only_its_end_is_shown(mei):
    account = payouts.add_account(user=mei, method=PayoutMethod.BANK, address=f" {ALIAS} ")

    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM incentives_payoutaccount")
        sealed = bytes(cursor.fetchone()[0])
    assert ALIAS.encode() not in sealed
    account.refresh_from_db()
    assert (account.address, account.hint) == (ALIAS, ".com")


def test_a_retired_address_or_another_persons_takes_no_payout(mei):
    account = payouts.add_account(user=mei, method=PayoutMethod.BANK, address=ALIAS)
    payouts.retire_account(account=account)
    account.refresh_from_db()
    theirs = payouts.add_account(user=UserFactory(), method=PayoutMethod.BANK, address=ALIAS)

    for wrong in (account, theirs):
        with pytest.raises(errors.AccountRetired):
            payouts.request_payout(
                user=mei,
                purse=Purse.CONTRIBUTOR,
                account=wrong,
                currency="CNY",
                amount_minor=1,
            )


def test_an_alias_of_nothing_is_refused(mei):
    with pytest.raises(errors.AliasInvalid):
        payouts.add_account(user=mei, method=PayoutMethod.BANK, address=" a ")
