from datetime import timedelta

import pytest
from django.utils import timezone

from orders.models import LineShare, SaleKind, ShareHolder, ShareRate
from tests.factories.accounts import UserFactory
from tests.factories.orders import OrderFactory, OrderLineFactory

pytestmark = pytest.mark.django_db


def sell(count: int, at) -> None:
    for _ in range(count):
        LineShare.objects.create(
            line=OrderLineFactory(order=OrderFactory(paid=True)),
            holder=ShareHolder.POOL,
            kind=SaleKind.MEETUP,
            bps=1000,
            held_minor=1280,
            matures_at=at,
            created_at=at,
        )


def test_anyone_reads_the_pool_before_there_is_any_money(client):
    page = client.get("/pool/").content.decode()

    assert "Nothing to show yet" in page
    assert page.count("none yet") == len(SaleKind)
    assert "/pool/rates/new/" not in page


@pytest.mark.parametrize("count", [5, 15])
def test_pool_shows_what_came_in_in_few_queries(client, count, django_assert_num_queries):
    sell(count, timezone.now() - timedelta(days=40))

    with django_assert_num_queries(5):
        page = client.get("/pool/").content.decode()

    assert f"¥{count * 1280 / 100:.2f}".removesuffix(".00") in page


def test_csv_says_the_same(client):
    at = timezone.now() - timedelta(days=40)
    sell(5, at)

    rows = client.get("/pool/inflow.csv").content.decode().splitlines()

    assert rows == [
        "until_month,kind,currency,orders,held,matured",
        f"{at:%Y-%m},meetup,CNY,5,64.00,0.00",
    ]


def test_administrator_publishes_a_rate(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    later = timezone.now() + timedelta(days=2)
    fields = {"kind": "meetup", "percent": "12.5", "from_at": f"{later:%Y-%m-%dT%H:%M}"}

    answer = client.post("/pool/rates/new/", fields | {"note": "agreed in November"})

    assert answer.url == "/pool/"
    rate = ShareRate.objects.get()
    assert (rate.kind, rate.bps, rate.note) == ("meetup", 1250, "agreed in November")
    assert "12.5 %" in client.get("/pool/").content.decode()


def test_refused_rate_keeps_what_was_typed(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    fields = {"kind": "meetup", "percent": "12.5", "from_at": "2020-01-01T10:00", "note": "why"}

    page = client.post("/pool/rates/new/", fields).content.decode()

    assert "A rate may begin now or later" in page
    assert 'value="12.5"' in page
    assert 'value="why"' in page
    assert not ShareRate.objects.exists()


def test_others_find_no_page_for_rates(client):
    client.force_login(UserFactory(is_staff=True))

    assert client.get("/pool/rates/new/").status_code == 404
