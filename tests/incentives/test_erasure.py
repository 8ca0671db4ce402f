"""When somebody deletes their account every sum stays, and nobody reads who it was."""

import pytest
from django.db import connection

from accounts.models import User
from accounts.services import create_api_token
from community.errors import LastOwner
from community.models import Role
from incentives.errors import StillOwed
from incentives.models import OfficerRole, PayoutMethod, Purse, Statement, StatementLine
from incentives.services import payouts, periods
from incentives.services.erasure import delete_account
from ledger.models import Entry
from tests.factories.accounts import UserFactory
from tests.factories.community import MembershipFactory
from tests.factories.courses import CertificateFactory
from tests.factories.incentives import OfficerFactory
from tests.incentives.money import fill, published, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def mei():
    """Paid for work that a final period settled."""
    mei = UserFactory(name="Mei Lin", email="mei.lin@example.com")
    work(created_by=mei)
    fill(10_000)
    periods.finalize(period=published(), by=UserFactory())
    mei.public_name.shows_name = True
    mei.public_name.save(update_fields=["shows_name"])
    return mei


def ask(user, amount_minor=500):
    account = payouts.add_account(user=user, method=PayoutMethod.BANK, address=user.email)
    return payouts.request_payout(
        user=user,
        purse=Purse.CONTRIBUTOR,
        account=account,
        currency="CNY",
        amount_minor=amount_minor,
    )


def sums() -> tuple:
    return (
        list(Entry.objects.values_list("account", "amount_minor").order_by("pk")),
        list(StatementLine.objects.values_list("person", "points", "amount_minor")),
        list(Statement.objects.values_list("digest", "inputs")),
    )


def everything() -> str:
    """All rows of the tables that a pool's page could show."""
    found = []
    with connection.cursor() as cursor:
        names = [name for name in connection.introspection.table_names() if _is_ours(name)]
        for name in names:
            cursor.execute(f"SELECT * FROM {name}")
            found += [
                str([bytes(c) if isinstance(c, memoryview) else c for c in row])
                for row in cursor.fetchall()
            ]
    return "\n".join(found)


def _is_ours(name: str) -> bool:
    return name.startswith(("incentives_", "ledger_", "accounts_", "account_", "community_"))


def test_sums_and_statements_stay_and_the_person_is_unreadable(client, mei):
    payout = payouts.approve(payout=ask(mei), by=UserFactory())
    payouts.confirm(payout=payouts.mark_sent(payout=payout, by=UserFactory()), by=UserFactory())
    pseudonym, before = mei.public_name.pseudonym, sums()

    delete_account(user=mei)

    assert sums() == before
    rows = everything()
    assert [word for word in ("Mei Lin", "mei.lin@", pseudonym) if word in rows] == []
    page = client.get(Statement.objects.get().period.get_absolute_url()).content.decode()
    assert "Mei Lin" not in page
    assert "¥15" in page


def test_nobody_signs_in_with_it_any_more(client, mei):
    create_api_token(user=mei, name="mine", scopes=[])
    OfficerFactory(user=mei, role=OfficerRole.REVIEWER)
    client.force_login(mei)

    answer = client.post("/account/delete/", {"address": "Mei.Lin@example.com"})

    gone = User.objects.get(pk=mei.pk)
    assert answer.url == "/"
    assert (gone.is_active, gone.has_usable_password(), gone.api_tokens.count()) == (
        False, False, 0,
    )  # fmt: skip
    assert gone.offices.count() == 0
    assert client.get("/earnings/").status_code == 302


def test_the_address_has_to_be_typed(client, mei):
    client.force_login(mei)

    page = client.post("/account/delete/", {"address": "other@example.com"}).content.decode()

    assert "This is not the address of this account." in page
    assert "You are still owed ¥15" in page
    assert User.objects.get(pk=mei.pk).is_active


def test_a_payout_under_way_and_a_chapter_without_another_owner_come_first(mei):
    payout = ask(mei)
    with pytest.raises(StillOwed):
        delete_account(user=mei)
    payouts.withdraw(payout=payout)
    MembershipFactory(user=mei, role=Role.OWNER)
    with pytest.raises(LastOwner):
        delete_account(user=mei)

    assert User.objects.get(pk=mei.pk).email == "mei.lin@example.com"


def test_a_certificate_stays_true_and_names_nobody(client):
    certificate = CertificateFactory(name="Lin Wei")
    delete_account(user=certificate.user)

    page = client.get(certificate.get_absolute_url())

    certificate.refresh_from_db()
    assert (certificate.is_valid, certificate.name, certificate.shows_name) == (True, "", False)
    assert (page.status_code, "Lin Wei" in page.content.decode()) == (200, False)
