"""Paid orders move the pool, a month is settled, and a second person approves the payout."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from checkout.services import shares
from incentives.models import OfficerRole, Payout
from ledger.models import AccountKind
from ledger.queries import balance
from orders.models import LineShare, SaleKind, ShareRate
from tests.checkout.shop import paid_order, paid_type
from tests.factories.accounts import UserFactory
from tests.factories.incentives import OfficerFactory
from tests.incentives.money import work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sign_in(open_page, site):
    def sign_in(user) -> Page:
        client = Client()  # a session of their own
        client.force_login(user)
        cookie = {
            "name": settings.SESSION_COOKIE_NAME,
            "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        }
        client.get("/healthz")  # the first request of all loads the urls
        page = open_page()
        page.context.add_cookies([cookie | {"url": site}])
        return page

    return sign_in


def sell_and_ripen() -> None:
    """Five tickets of ¥128, paid two months ago, for an event that is long over."""
    now = timezone.now()
    ShareRate.objects.create(kind=SaleKind.MEETUP, bps=1000, from_at=now - timedelta(days=90))
    kind = paid_type()
    orders = [paid_order(kind) for _ in range(5)]
    LineShare.objects.update(created_at=now - timedelta(days=60))
    past = now - timedelta(days=30)
    type(kind.event).objects.update(start_at=past, end_at=past + timedelta(hours=2))
    for order in orders:
        shares.mature(order=order)


def settle(page: Page) -> None:
    page.goto("/pool/periods/")
    page.get_by_label("First day").fill("2026-05-01")
    page.get_by_label("Last day").fill("2026-05-31")
    page.get_by_role("button", name="Open the period").click()
    page.get_by_role("button", name="Freeze and draft").click()
    page.get_by_label("Days for objections").fill("0")
    page.get_by_role("button", name="Publish the statement").click()
    page.get_by_role("button", name="Make it final").click()
    expect(page.get_by_text("It is final.")).to_be_visible()


def ask_for_all(page: Page) -> None:
    page.goto("/earnings/")
    page.get_by_role("link", name="Add a payout address").first.click()
    page.get_by_label("Alias or wallet address").fill("mei@bank.example.com")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("button", name="Ask for it").click()
    expect(page.get_by_text("Asked for. A treasurer looks at it.")).to_be_visible()


def test_from_paid_orders_to_a_payout_that_a_second_person_approved(sign_in, page, tmp_path):
    mei, treasurer = UserFactory(name="Mei"), UserFactory(name="Tao")
    for user in (mei, treasurer):
        OfficerFactory(user=user, role=OfficerRole.TREASURER)
    work(created_by=mei, title="What a rollup is")
    page.goto("/pool/")
    expect(page.get_by_text("Nothing to show yet")).to_be_visible()

    sell_and_ripen()
    cache.clear()  # an hour passes
    page.reload()
    expect(page.locator(".pool-sum-amount")).to_have_text("¥64")  # 10 % of five times ¥128

    hers, his = sign_in(mei), sign_in(treasurer)
    settle(hers)
    ask_for_all(hers)
    hers.goto("/pool/payouts/")
    expect(hers.get_by_text("another treasurer has to approve it")).to_be_visible()
    expect(hers.get_by_role("button", name="Approve")).to_have_count(0)

    his.goto("/pool/payouts/")
    his.get_by_role("button", name="Approve").click()
    with his.expect_download() as download:
        his.get_by_role("link", name="For the bank, CNY").click()
    file = tmp_path / "bank.csv"
    download.value.save_as(file)
    his.get_by_role("button", name="It is sent").click()
    his.get_by_role("button", name="It arrived").click()

    payout = Payout.objects.get()
    assert file.read_text(encoding="utf-8-sig").splitlines()[1:] == [
        f"{payout.public_id},Mei,mei@bank.example.com,CNY,9.60"
    ]
    assert (payout.status, payout.approved_by) == ("confirmed", treasurer)
    assert -balance(AccountKind.PAID_OUT, currency="CNY", subject=f"user:{mei.pk}") == 960
    page.reload()
    expect(page.locator(".facts dd").last).to_have_text("¥54.40")  # what is available now
