"""What the pool promised and paid is recounted from its rows."""

import pytest

from incentives.models import Payout, PayoutMethod, Purse
from incentives.queries import audit
from incentives.services import payouts, periods
from ledger.models import AccountKind
from ledger.services import Move, post
from tests.factories.accounts import UserFactory
from tests.incentives.money import fill, published, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def author():
    """Settled, paid a part, and asked for another."""
    author = work().created_by
    fill(10_000)
    periods.finalize(period=published(), by=UserFactory())
    account = payouts.add_account(user=author, method=PayoutMethod.BANK, address="a@example.com")
    fields = {"user": author, "purse": Purse.CONTRIBUTOR, "account": account, "currency": "CNY"}
    first = payouts.approve(
        payout=payouts.request_payout(amount_minor=400, **fields), by=UserFactory()
    )
    payouts.confirm(payout=payouts.mark_sent(payout=first, by=author), by=author)
    payouts.request_payout(amount_minor=300, **fields)
    return author


def own() -> list[str]:
    return [sentence for check in audit.CHECKS for sentence in check()]


def test_all_is_well_after_a_settlement_and_its_payouts(author):
    assert own() == []


def test_money_that_moved_behind_the_payouts_is_found(author):
    subject = f"user:{author.pk}"
    post(
        key="by-hand",
        kind="x",
        currency="CNY",
        moves=[
            Move(AccountKind.CONTRIBUTOR_PAYABLE, subject, 5),
            Move(AccountKind.PAID_OUT, subject, -5),
        ],
    )

    assert own() == [
        f"ledger contributor_payable {subject} CNY: -795 posted, statements and payouts say -800",
        f"ledger paid_out {subject} CNY: -405 posted, statements and payouts say -400",
    ]


def test_a_payout_that_lost_its_posting_is_found(author):
    Payout.objects.filter(status="requested").update(amount_minor=299)

    assert [sentence.split(":")[0] for sentence in own()] == [
        "ledger contributor_payable user", "ledger payout_clearing user",
    ]  # fmt: skip
