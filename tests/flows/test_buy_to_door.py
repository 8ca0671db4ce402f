"""From an event's page through the door, over HTTP: every link followed, every answer read back."""

import re
from html import unescape
from urllib.parse import urlsplit

import pypdfium2
import pytest
import zxingcpp
from django.contrib.staticfiles import finders
from django.core import mail
from django.test import Client

from community.models import Role
from tests.factories.community import ChapterFactory, MembershipFactory
from tests.factories.events import EventFactory, VenueFactory
from tests.factories.ticketing import QuotaFactory, TicketTypeFactory
from ticketing.models import CheckIn, Quota

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not finders.find("vendor/pdf/NotoSansSC-Regular.ttf"),
        reason="no font for Chinese: npm ci and manage.py vendor_static",
    ),
]
HTMX = {"HX-Request": "true"}
FIELD = re.compile(r"<input[^>]*?>")


@pytest.fixture
def event():
    chapter = ChapterFactory(name_zh_hans="深圳分会")
    venue = VenueFactory(chapter=chapter, name_zh_hans="海边茶馆")
    return EventFactory(chapter=chapter, title_zh_hans="零知识证明之夜", venue=venue)


@pytest.fixture
def kind(event):
    hall = QuotaFactory(event=event, size=10)
    return TicketTypeFactory(event=event, quotas=[hall], price_minor=12_800, name_zh_hans="普通票")


def in_chinese():
    return Client(headers={"accept-language": "zh-CN"})


def page_of(response):
    assert response.status_code == 200
    return unescape(response.content.decode())


def hidden(page):
    """What the page's forms would send along unseen."""
    found = {}
    for field in FIELD.findall(page):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', field))
        if attributes.get("type") == "hidden":
            found[attributes["name"]] = attributes.get("value", "")
    return found


def path_of(url):
    """Without the host, which the test's client does not know."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def choose(buyer, event, kind, count):
    """The ticket panel's form, then the page that asks for names."""
    panel = page_of(buyer.get(event.get_absolute_url()))
    assert f'name="quantity-{kind.public_id}"' in panel
    return page_of(
        buyer.get(f"/events/{event.slug}/checkout/", {f"quantity-{kind.public_id}": count})
    )


def order(buyer, event, kind, *holders):
    """As ordered with the checkout's own hidden fields; returns the way to the payment page."""
    page = choose(buyer, event, kind, len(holders))
    names = {f"holder-{kind.public_id}-{n}": name for n, name in enumerate(holders)}
    typed = {"name": holders[0], "email": "lin@example.com", **names}
    chosen = {f"quantity-{kind.public_id}": len(holders)}
    sent = buyer.post(f"/events/{event.slug}/checkout/", {**hidden(page), **chosen, **typed})
    assert sent.status_code == 302
    return path_of(sent["Location"])


def pay(buyer, payment_page):
    """On the gateway's page; returns the way back to the shop."""
    assert "¥256" in page_of(buyer.get(payment_page))
    paid = buyer.post(payment_page, {"outcome": "pay", "method": "card"})
    assert paid.status_code == 302
    return path_of(paid["Location"])


def tickets_in(message):
    """(code, text) of each page of the PDF in the mail, read as a scanner and a person do."""
    [pdf] = [body for _name, body, kind in message.attachments if kind == "application/pdf"]
    pages = list(pypdfium2.PdfDocument(pdf))
    pictures = [page.render(scale=150 / 72, grayscale=True).to_pil() for page in pages]
    return [
        (zxingcpp.read_barcode(picture).text, page.get_textpage().get_text_bounded())
        for page, picture in zip(pages, pictures, strict=True)
    ]


def scan(helper, event, code):
    """Typed or scanned at the door; says the verdict and the words beside it."""
    door = f"/events/{event.slug}/check-in/"
    nonce = hidden(page_of(helper.get(door)))["nonce"]
    answer = page_of(helper.post(door, {"code": code, "nonce": nonce}, headers=HTMX))
    [verdict] = re.findall(r'class="verdict" data-verdict="(\w+)"', answer)
    return verdict, answer


def door_helper(event):
    helper = in_chinese()
    role = MembershipFactory(chapter=event.chapter, role=Role.STEWARD)
    helper.force_login(role.user)
    return helper


def test_bought_paid_mailed_printed_admitted_once(gateway, event, kind):
    buyer = in_chinese()

    payment_page = order(buyer, event, kind, "林晓舟", "Ada Example")
    assert Quota.objects.get().taken == 2
    way_back = pay(buyer, payment_page)
    gateway.deliver()
    bought = page_of(buyer.get(way_back, follow=True))

    assert "林晓舟" in bought
    [message] = mail.outbox
    assert message.to == ["lin@example.com"]
    assert "零知识证明之夜" in message.subject
    (code, text), (second_code, second_text) = tickets_in(message)
    for words in ("零知识证明之夜", "海边茶馆", "普通票", "林晓舟", "深圳分会"):
        assert words in text
    assert "Ada Example" in second_text

    helper = door_helper(event)
    verdict, answer = scan(helper, event, code)
    assert (verdict, "林晓舟" in answer) == ("in", True)
    verdict, answer = scan(helper, event, code)
    assert (verdict, "林晓舟" in answer) == ("again", True)
    assert scan(helper, event, second_code)[0] == "in"
    assert CheckIn.objects.count() == 2


def test_the_webhook_may_come_before_the_buyer_after_or_twice(gateway, event, kind):
    """Whoever tells first that it was paid: one mail, the same tickets."""
    buyer = in_chinese()
    way_back = pay(buyer, order(buyer, event, kind, "林晓舟", "Ada Example"))

    # the return page asks the gateway itself
    assert "林晓舟" in page_of(buyer.get(way_back, follow=True))
    assert len(mail.outbox) == 1
    gateway.deliver()
    gateway.deliver()

    assert len(mail.outbox) == 1
    assert Quota.objects.get().taken == 2


def test_a_declined_card_keeps_the_places_and_the_page_to_try_again(gateway, event, kind):
    buyer = in_chinese()
    payment_page = order(buyer, event, kind, "林晓舟", "Ada Example")

    declined = buyer.post(payment_page, {"outcome": "decline", "method": "card"})

    assert path_of(declined["Location"]) == payment_page
    assert Quota.objects.get().taken == 2
    assert mail.outbox == []
    assert "林晓舟" in page_of(buyer.get(pay(buyer, payment_page), follow=True))


def test_an_unpaid_ticket_opens_no_door(gateway, event, kind):
    order(in_chinese(), event, kind, "林晓舟", "Ada Example")
    label = event.tickets.get(holder_name="林晓舟").label

    assert scan(door_helper(event), event, label)[0] == "refused"
    assert not CheckIn.objects.exists()
