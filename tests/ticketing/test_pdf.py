"""What comes out of the printer is read back: as text, and by a scanner."""

import pypdfium2
import pytest
import zxingcpp
from django.contrib.staticfiles import finders

from core import pdf as core_pdf
from tests.factories.community import ChapterFactory
from tests.factories.events import EventFactory, VenueFactory
from tests.factories.orders import OrderFactory, OrderLineFactory
from tests.factories.ticketing import TicketFactory, TicketTypeFactory
from ticketing import pdf, qr

pytestmark = pytest.mark.django_db
MM = 72 / 25.4

needs_font = pytest.mark.skipif(
    not finders.find("vendor/pdf/NotoSansSC-Regular.ttf"),
    reason="no font for Chinese: npm ci and manage.py vendor_static",
)


@pytest.fixture
def event():
    chapter = ChapterFactory(name_zh_hans="深圳分会", name_en="Shenzhen")
    return EventFactory(
        chapter=chapter,
        title_zh_hans="零知识证明入门：从电路到应用",
        title_en="Zero-knowledge proofs, from circuits to applications",
        venue=VenueFactory(chapter=chapter, name_zh_hans="海边茶馆", name_en="Tea by the sea"),
    )


@pytest.fixture
def order(event):
    return OrderFactory(paid=True, chapter=event.chapter)


def add_tickets(order, event, *holders):
    line = OrderLineFactory(order=order)
    kind = TicketTypeFactory(event=event, name_zh_hans="普通票", name_en="Standard")
    return [TicketFactory(ticket_type=kind, order_line=line, holder_name=name) for name in holders]


def text_of(page):
    return page.get_textpage().get_text_bounded()


@needs_font
def test_a_scanner_reads_each_page_s_own_code(order, event):
    tickets = add_tickets(order, event, "王小明", "Ada Example")

    document = pypdfium2.PdfDocument(pdf.tickets_pdf(order, tickets, "zh-hans"))

    pages = [page.render(scale=150 / 72, grayscale=True).to_pil() for page in document]
    read = [zxingcpp.read_barcode(page).text for page in pages]
    assert read == [qr.token_for(ticket) for ticket in tickets]


@needs_font
def test_chinese_is_set_as_text(order, event):
    [ticket] = add_tickets(order, event, "王小明")

    [page] = pypdfium2.PdfDocument(pdf.tickets_pdf(order, [ticket], "zh-hans"))

    text = text_of(page)
    for words in ("零知识证明入门：从电路到应用", "王小明", "普通票", "海边茶馆", ticket.label):
        assert words in text
    assert "Asia/Shanghai (UTC+8)" in text


@needs_font
def test_the_order_s_language_is_used(order, event):
    [ticket] = add_tickets(order, event, "Ada Example")

    [page] = pypdfium2.PdfDocument(pdf.tickets_pdf(order, [ticket], "en"))

    text = " ".join(text_of(page).split())
    assert "Zero-knowledge proofs, from circuits to applications" in text
    assert "Tea by the sea" in text
    assert "Standard" in text


@needs_font
def test_a_ticket_stays_small_and_its_code_large(order, event):
    tickets = add_tickets(order, event, *(f"王小明{number}" for number in range(10)))

    one = pdf.tickets_pdf(order, tickets[:1], "zh-hans")
    ten = pdf.tickets_pdf(order, tickets, "zh-hans")

    assert len(one) < 60_000
    assert len(ten) < 150_000
    assert pdf.QR_SIDE * 41 / 49 > 35 * MM  # without its quiet zone


@needs_font
def test_long_and_odd_texts_stay_on_the_page(order, event):
    event.title_zh_hans = "非常长的标题" * 26
    event.venue.address_zh_hans = "路" * 240
    [ticket] = add_tickets(order, event, "W" * 120)
    ticket.event = event

    [page] = pypdfium2.PdfDocument(pdf.tickets_pdf(order, [ticket], "zh-hans"))

    codes = zxingcpp.read_barcodes(page.render(scale=150 / 72, grayscale=True).to_pil())
    assert [code.text for code in codes] == [qr.token_for(ticket)]
    width, height = page.get_size()
    boxes = page.get_textpage()
    for index in range(boxes.count_rects()):
        left, bottom, right, top = boxes.get_rect(index)
        assert left >= 0
        assert bottom >= 0
        assert right <= width
        assert top <= height


def test_without_the_font_a_ticket_still_opens_the_door(order, event, monkeypatch):
    monkeypatch.setattr(finders, "find", lambda path: None)
    core_pdf.face.cache_clear()
    [ticket] = add_tickets(order, event, "Zoë 王")
    try:
        [page] = pypdfium2.PdfDocument(pdf.tickets_pdf(order, [ticket], "en"))
    finally:
        core_pdf.face.cache_clear()

    assert zxingcpp.read_barcode(
        page.render(scale=2, grayscale=True).to_pil()
    ).text == qr.token_for(ticket)
    assert "Zoë ?" in text_of(page)
