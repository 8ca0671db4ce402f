from uuid import uuid4

import pypdfium2
import pytest
from django.urls import reverse

from orders.models import Receipt
from tests.checkout.shop import buy, paid_order, paid_type

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english(client, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


@pytest.fixture
def order():
    return paid_order(paid_type(), language="zh-hans")


def url(order, name="order-receipts"):
    return reverse(f"checkout:{name}", args=[order.public_id])


def test_looking_writes_nothing(client, order):
    client.get(url(order))

    assert client.get(url(order, "order-receipt")).status_code == 404
    assert not Receipt.objects.exists()


def test_a_company_s_receipt_is_written_once(client, order):
    data = {"company": "Example Ltd", "tax_id": "91X"}

    answer = client.post(url(order), data)
    again = client.post(url(order), data)

    receipt = Receipt.objects.get()
    assert answer.url == url(order)
    assert receipt.snapshot["buyer"]["company"] == "Example Ltd"
    assert "Your receipt says just that already." in again.text
    assert receipt.number in client.get(url(order)).text
    assert url(order) in client.get(order.get_absolute_url()).text


def test_another_company_gets_a_corrected_receipt(client, order):
    client.post(url(order), {"company": "", "tax_id": ""} | {"sent": "1"})

    client.post(url(order), {"company": "Example Ltd", "tax_id": ""})

    assert [row.kind for row in order.receipts.all()] == ["receipt", "correction"]
    page = client.get(url(order)).text
    assert "Corrected receipt" in page


def test_paper_comes_in_the_order_s_language_and_in_the_other(client, order):
    client.post(url(order), {"company": "Example Ltd", "tax_id": ""})

    for query, words in (
        ("", "普通票"),
        ("?language=en", "Standard"),
        ("?language=zh-hans", "普通票"),
    ):
        answer = client.get(url(order, "order-receipt") + query)
        [page] = pypdfium2.PdfDocument(answer.content)
        text = page.get_textpage().get_text_bounded()
        assert answer["Content-Type"] == "application/pdf"
        assert "no-store" in answer["Cache-Control"]
        assert words in text
        assert "Example Ltd" in text


@pytest.mark.parametrize("query", ["?language=xx", "?number=SOMEBODY-2026-00001"])
def test_what_is_not_there_is_not_found(client, order, query):
    client.post(url(order), {"company": "Example Ltd", "tax_id": ""})

    assert client.get(url(order, "order-receipt") + query).status_code == 404


def test_somebody_else_s_receipt_is_not_found_by_its_number(client, order):
    other = paid_order(paid_type())
    client.post(url(other), {"company": "Example Ltd", "tax_id": ""})
    number = other.receipts.get().number

    answer = client.get(url(order, "order-receipt") + f"?number={number}")

    assert answer.status_code == 404


def test_an_unpaid_order_leads_back(client):
    order = buy(paid_type())

    assert client.get(url(order)).url == order.get_absolute_url()


@pytest.mark.parametrize("name", ["order-receipts", "order-receipt"])
def test_a_guessed_link_opens_nothing(client, name):
    assert client.get(reverse(f"checkout:{name}", args=[uuid4()])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_receipt_and_three(
    client, order, count, django_assert_num_queries
):
    for number in range(count):
        client.post(url(order), {"company": f"Example {number}", "tax_id": ""})

    with django_assert_num_queries(3):  # order, payment, receipts
        client.get(url(order))
