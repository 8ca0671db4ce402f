"""Numbers without a gap, words that stay, sums that agree to the last unit."""

from contextlib import suppress

import pypdfium2
import pytest
from django.contrib.staticfiles import finders
from django.db import transaction
from hypothesis import given, strategies as st

from checkout.errors import NoReceiptYet, ReceiptUnchanged
from checkout.services import receipts, refunds
from checkout.services.refund_outcomes import apply_outcome
from core.money import contained
from orders.models import Receipt, ReceiptCounter, Refund, RefundReason, RefundStatus
from orders.pdf import receipt_pdf
from tests.checkout.shop import buy, paid_order, paid_type, pay
from tests.factories.accounts import UserFactory
from tests.factories.community import ChapterFactory
from tests.factories.events import EventFactory
from ticketing.models import Ticket

needs_font = pytest.mark.skipif(
    not finders.find("vendor/pdf/NotoSansSC-Regular.ttf"),
    reason="no font for Chinese: npm ci and manage.py vendor_static",
)


@pytest.fixture
def chapter():
    return ChapterFactory(
        slug="shenzhen",
        name_zh_hans="深圳分会",
        name_en="Shenzhen",
        legal_name="深圳市示例技术协会",
        legal_tax_id="91440300EXAMPLE000",
        tax_name_zh_hans="增值税",
        tax_name_en="VAT",
        tax_bps=600,
    )


@pytest.fixture
def kind(chapter):
    event = EventFactory(chapter=chapter, title_zh_hans="零知识证明入门", title_en="Zero knowledge")
    return paid_type(event=event)


def give_back(order, *, count=1, percent=100) -> Refund:
    """Refund some tickets, and let the gateway have returned the money."""
    tickets = Ticket.objects.filter(order_line__order=order, status="valid").order_by("pk")
    units = list(tickets.values_list("public_id", flat=True)[:count])
    [refund] = refunds.refund_units(
        order=order,
        units=units,
        by=UserFactory(),
        reason=RefundReason.ORGANIZER,
        percents=dict.fromkeys(units, percent),
    )
    return settle(refund)


def settle(refund) -> Refund:
    return apply_outcome(
        refund=refund, status=RefundStatus.SUCCEEDED, gateway_id=f"re_test_{refund.pk}"
    )


def text_of(receipt, language) -> str:
    [page] = pypdfium2.PdfDocument(receipt_pdf(receipt, language))
    return " ".join(page.get_textpage().get_text_bounded().split())


@pytest.mark.django_db
def test_each_chapter_counts_for_itself_and_an_order_has_one(kind):
    first, second, elsewhere = paid_order(kind), paid_order(kind), paid_order(paid_type())

    numbers = [receipts.issue_receipt(order=o).number for o in (first, second, first, elsewhere)]

    year = Receipt.objects.first().year
    slug = elsewhere.chapter.slug.upper()
    assert numbers == [
        f"SHENZHEN-{year}-00001",
        f"SHENZHEN-{year}-00002",
        f"SHENZHEN-{year}-00001",
        f"{slug}-{year}-00001",
    ]


@pytest.mark.django_db
def test_a_number_that_was_not_used_is_given_out_again(kind):
    order = paid_order(kind)
    with suppress(ZeroDivisionError), transaction.atomic():
        receipts.issue_receipt(order=order)
        raise ZeroDivisionError

    assert receipts.issue_receipt(order=paid_order(kind)).serial == 1
    assert ReceiptCounter.objects.get().last == 1


@pytest.mark.django_db
@pytest.mark.parametrize("price", [0, 12_800])
def test_nothing_paid_is_no_receipt(chapter, price):
    order = buy(paid_type(event=EventFactory(chapter=chapter), price_minor=price))

    with pytest.raises(NoReceiptYet):
        receipts.issue_receipt(order=order)


@pytest.mark.django_db
def test_what_was_written_stays_when_the_chapter_changes(kind, chapter):
    receipt = receipts.issue_receipt(order=paid_order(kind))
    chapter.legal_name, chapter.tax_bps = "别的协会", 0
    chapter.save()

    again = receipts.issue_receipt(order=receipt.order)

    assert again.snapshot == receipt.snapshot
    assert again.snapshot["seller"]["legal_name"] == "深圳市示例技术协会"
    assert again.snapshot["tax"]["amount_minor"] == 725  # 128.00 with 6 % in it


@pytest.mark.django_db
def test_a_refund_is_corrected_once_and_its_tax_adds_up(kind):
    order = paid_order(kind, "Lin", "Mei", "Ada")
    receipt = receipts.issue_receipt(order=order)

    for percent in (33, 50, 100):
        settle(give_back(order, percent=percent))

    rows = order.receipts.filter(kind="correction")
    assert [row.snapshot["total_minor"] for row in rows] == [-4224, -6400, -12_800]
    assert {row.snapshot["corrects"] for row in rows} == {receipt.number}
    left = 38_400 - 4224 - 6400 - 12_800
    shown = [receipt.snapshot, *(row.snapshot for row in rows)]
    assert sum(row["tax"]["amount_minor"] for row in shown) == contained(left, 600)


@pytest.mark.django_db
def test_what_went_back_before_the_receipt_stands_beside_it(kind):
    order = paid_order(kind, "Lin", "Mei")
    give_back(order)

    receipts.issue_receipt(order=order)

    assert [row.snapshot["total_minor"] for row in order.receipts.all()] == [25_600, -12_800]


@pytest.mark.django_db
def test_money_that_paid_for_nothing_stands_on_no_receipt(kind):
    order = paid_order(kind)
    receipts.issue_receipt(order=order)

    settle(pay(order).refunds.get())

    assert order.receipts.count() == 1


@pytest.mark.django_db
def test_overpaid_money_stands_on_no_receipt(kind):
    order = buy(kind)
    payment = pay(order, amount_minor=order.total_minor + 500)
    receipt = receipts.issue_receipt(order=order)

    settle(payment.refunds.get())

    assert (order.receipts.count(), receipt.snapshot["total_minor"]) == (1, 12_800)


@pytest.mark.django_db
def test_a_company_named_before_stands_on_the_receipt(kind):
    order = paid_order(kind)

    assert receipts.change_buyer(order=order, company="示例有限公司", tax_id="91X") is None

    receipt = receipts.issue_receipt(order=order)
    assert receipt.snapshot["buyer"] == {"name": "Lin", "company": "示例有限公司", "tax_id": "91X"}


@pytest.mark.django_db
def test_a_company_named_later_gets_a_corrected_receipt_once(kind):
    order = paid_order(kind)
    first = receipts.issue_receipt(order=order)

    second = receipts.change_buyer(order=order, company="示例有限公司", tax_id="91X")
    with pytest.raises(ReceiptUnchanged):
        receipts.change_buyer(order=order, company="示例有限公司 ", tax_id="91X")

    assert second.snapshot["corrects"] == first.number
    assert second.snapshot["total_minor"] == first.snapshot["total_minor"]
    assert Receipt.objects.get(pk=first.pk).snapshot["buyer"]["company"] == ""
    settle(give_back(order))
    assert order.receipts.last().snapshot["buyer"]["company"] == "示例有限公司"


@needs_font
@pytest.mark.django_db
def test_the_paper_speaks_both_languages(kind):
    order = paid_order(kind, "Lin", "Mei")
    receipts.change_buyer(order=order, company="示例有限公司", tax_id="91X")
    receipt = receipts.issue_receipt(order=order)

    chinese, english = text_of(receipt, "zh-hans"), text_of(receipt, "en")

    for words in (
        "深圳分会",
        "深圳市示例技术协会",
        "示例有限公司",
        "零知识证明入门 · 普通票",
        "增值税",
    ):
        assert words in chinese
    assert "Zero knowledge · Standard" in english
    assert "Of it VAT 6% ¥14.49" in english
    assert "Total paid ¥256" in english
    for text in (chinese, english):
        assert receipt.number in text
        assert "2 × ¥128" in text


@needs_font
@pytest.mark.django_db
def test_a_credit_note_says_what_it_belongs_to(kind):
    order = paid_order(kind)
    receipt = receipts.issue_receipt(order=order)
    give_back(order, percent=50)

    text = text_of(order.receipts.last(), "en")

    assert f"Belongs to receipt {receipt.number}" in text
    assert "Refunded −¥64" in text


@needs_font
@pytest.mark.django_db
def test_a_long_order_goes_on_over_the_page(kind):
    receipt = receipts.issue_receipt(order=paid_order(kind))
    receipt.snapshot["lines"] *= 40

    pages = pypdfium2.PdfDocument(receipt_pdf(receipt, "zh-hans"))

    texts = [page.get_textpage().get_text_bounded() for page in pages]
    assert len(texts) > 1
    assert sum(text.count("零知识证明入门") for text in texts) == 40


@given(st.integers(0, 10**9), st.integers(1, 9999))
def test_the_tax_inside_is_never_further_than_half_a_unit(gross, bps):
    tax = contained(gross, bps)

    assert abs(2 * (tax * (10_000 + bps) - gross * bps)) <= 10_000 + bps
