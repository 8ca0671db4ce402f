"""How people ask for their money, and how treasurers pay it."""

import pytest
from django.test import Client

from incentives.models import OfficerRole, Payout, PayoutAccount, PayoutMethod, Purse
from incentives.services import payouts, periods
from ledger.models import AccountKind
from tests.factories.accounts import UserFactory
from tests.factories.incentives import OfficerFactory
from tests.incentives.money import fill, published, work
from tests.incentives.test_payouts import owe
from tests.incentives.test_wallets import EXAMPLES

pytestmark = pytest.mark.django_db

WALLET = EXAMPLES[4]


@pytest.fixture
def treasurer(client):
    user = OfficerFactory(role=OfficerRole.TREASURER).user
    client.force_login(user)
    return user


def asked(amount: int = 700, method=PayoutMethod.BANK, address="=mei@example.com", **fields):
    user = fields.get("user") or UserFactory(name="Mei")
    owe(user, 1000)
    account = payouts.add_account(user=user, method=method, address=address)
    return payouts.request_payout(
        user=user, purse=Purse.CONTRIBUTOR, account=account, currency="CNY", amount_minor=amount
    )


def test_a_person_says_where_to_and_asks(client):
    user = UserFactory()
    owe(user, 123_45)
    client.force_login(user)
    client.post("/earnings/accounts/new/", {"method": "wallet", "address": f" {WALLET} "})
    account = PayoutAccount.objects.get()

    page = client.get("/earnings/").content.decode()
    client.post(
        "/earnings/",
        {"purse": "contributor:CNY", "account": account.public_id, "amount": "100.05"},
    )

    assert "¥123.45" in page
    assert WALLET not in page
    assert (Payout.objects.get().amount_minor, Payout.objects.get().user) == (100_05, user)


def test_a_mistyped_wallet_is_refused_at_its_field(client):
    client.force_login(UserFactory())
    wrong = WALLET.swapcase().replace("0X", "0x")

    page = client.post("/earnings/accounts/new/", {"method": "wallet", "address": wrong})

    assert list(page.context["form"].errors) == ["address"]
    assert not PayoutAccount.objects.exists()


def test_more_than_is_owed_is_refused_at_its_field(client):
    payout = asked()
    client.force_login(payout.user)
    fields = {"purse": "contributor:CNY", "account": payout.account.public_id, "amount": "3.01"}

    answer = client.post("/earnings/", fields)

    assert answer.context["form"].errors == {
        "amount": ["You can ask for ¥3 at most now. Please choose a smaller amount."]
    }
    assert Payout.objects.count() == 1


def test_somebody_else_s_address_and_payout_are_not_there(client):
    payout = asked()
    stranger = UserFactory()
    owe(stranger, 1000)
    client.force_login(stranger)
    fields = {"purse": "contributor:CNY", "account": payout.account.public_id, "amount": "1"}

    assert list(client.post("/earnings/", fields).context["form"].errors) == ["account"]
    paths = [
        f"/earnings/accounts/{payout.account.public_id}/retire/",
        f"/earnings/payouts/{payout.public_id}/withdraw/",
    ]
    assert [client.post(path).status_code for path in paths] == [404, 404]


def test_a_payout_goes_through_a_treasurer_s_hands(client, treasurer):
    payout = asked()
    path = f"/pool/payouts/{payout.public_id}/step/"

    client.post(path, {"step": "approve"})
    client.post(path, {"step": "sent"})
    client.post(path, {"step": "confirm", "note": "TX 9"})

    payout.refresh_from_db()
    assert (payout.status, payout.approved_by, payout.note) == ("confirmed", treasurer, "TX 9")


def test_a_refusal_says_why(client, treasurer):
    payout = asked()
    path = f"/pool/payouts/{payout.public_id}/step/"

    page = client.post(path, {"step": "refuse", "note": " "}, follow=True).content.decode()
    assert "Please say why: the person reads it." in page
    client.post(path, {"step": "refuse", "note": "The alias belongs to somebody else."})

    mine = Client(headers={"accept-language": "en"})
    mine.force_login(payout.user)
    assert "The alias belongs to somebody else." in mine.get("/earnings/").content.decode()


def test_a_treasurer_s_own_payout_waits_for_another(client, treasurer):
    payout = asked(user=treasurer)

    page = client.get("/pool/payouts/").content.decode()
    client.post(f"/pool/payouts/{payout.public_id}/step/", {"step": "approve"})

    assert "another treasurer has to approve it" in page
    payout.refresh_from_db()
    assert payout.status == "requested"


def test_the_bank_s_file_holds_what_is_approved_and_runs_nothing(client, treasurer):
    payout = asked()
    asked()
    payouts.approve(payout=payout, by=treasurer)

    content = client.get("/pool/payouts/bank/?currency=CNY").content.decode("utf-8-sig")

    assert content.splitlines() == [
        "payout,recipient,alias,currency,amount",
        f"{payout.public_id},Mei,'=mei@example.com,CNY,7.00",
    ]


def test_the_batch_for_wallets_names_token_receiver_and_amount(client, treasurer):
    payout = asked(method=PayoutMethod.WALLET, address=WALLET)
    payouts.approve(payout=payout, by=treasurer)

    content = client.get(f"/pool/payouts/wallets/?currency=CNY&token={EXAMPLES[0]}").content

    assert content.decode().splitlines() == [
        "token_type,token_address,receiver,amount",
        f"erc20,{EXAMPLES[0]},{WALLET},7.00",
    ]
    wrong = client.get("/pool/payouts/wallets/?currency=CNY&token=0x1", follow=True)
    assert "This is no Ethereum address" in wrong.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_costs_the_same_however_many_wait(
    client, treasurer, count, django_assert_num_queries
):
    for _ in range(count):
        asked()

    with django_assert_num_queries(7):
        client.get("/pool/payouts/")


def test_a_contributor_reads_how_the_amount_came_about(client):
    author = UserFactory()
    work(created_by=author, title="What a rollup is"), work(created_by=author, title="Zero, known")
    work(shares=[(author, 5000), (UserFactory(), 5000)], title="Together")
    fill(100_000)
    period = periods.finalize(period=published(), by=UserFactory())
    client.force_login(author)

    mine = client.get("/earnings/").content.decode()
    page = client.get(f"/earnings/{period.public_id}/").content.decode()

    assert f"/earnings/{period.public_id}/" in mine
    # 15 % of ¥1000 for 90 points, of which 75 are theirs: 30, 30 and 15
    for words in ("¥1,000", "15 %", "¥150", "75 points of 90 are yours", "¥125"):
        assert words in page
    assert [page.count(words) for words in ("What a rollup is", "Zero, known", "Together")] == [
        1, 1, 1,
    ]  # fmt: skip
    assert (page.count("¥50<"), page.count("¥25<")) == (2, 1)


def test_a_lecturer_sees_what_matures_and_what_was_taken_off(client):
    user = UserFactory()
    owe(user, 900, kind=AccountKind.LECTURER_PAYABLE)
    owe(user, 350, kind=AccountKind.LECTURER_PENDING, key="pending")
    client.force_login(user)

    page = client.get("/earnings/").content.decode()

    assert ("¥9<" in page, "¥3.50" in page) == (True, True)
