"""The confirmation as it arrives: both bodies, the tickets, the calendar entry."""

import email
from email import policy

import icalendar
import pypdfium2
import pytest
import zxingcpp
from django.core import mail

from checkout import emails, tasks
from events.calendars import Guest, entry_uid
from orders.models import Order
from tests.factories.events import EventFactory
from tests.factories.orders import OrderFactory, OrderLineFactory
from tests.factories.ticketing import TicketFactory, TicketTypeFactory
from ticketing import qr
from ticketing.models import Notice

pytestmark = pytest.mark.django_db


def make_order(count=2, price=0, event=None, **fields):
    event = event or EventFactory(title_zh_hans="零知识 & <证明>", title_en="Zero & <knowledge>")
    fields = {"language": "en", "confirmation_sent_at": None, **fields}
    order = OrderFactory(paid=True, chapter=event.chapter, total_minor=price * count, **fields)
    line = OrderLineFactory(order=order, unit_price_minor=price, quantity=count)
    kind = TicketTypeFactory(event=event, price_minor=price)
    for number in range(count):
        TicketFactory(ticket_type=kind, order_line=line, holder_name=f"Holder {number}")
    return order


def sent():
    """The one mail that went out, as a mail program reads its bytes."""
    [message] = mail.outbox
    return email.message_from_bytes(message.message().as_bytes(), policy=policy.default)


def parts(message):
    return {part.get_content_type(): part for part in message.walk()}


def test_confirmation_carries_tickets_link_and_calendar(settings):
    settings.SITE_URL = "https://tickets.example.org"
    order = make_order(price=12800, email="ada@example.com")

    emails.send_confirmation(order)

    message = sent()
    assert message["To"] == "ada@example.com"
    assert message["Subject"] == "Your tickets: Zero & <knowledge>"
    found = parts(message)
    link = f"https://tickets.example.org{order.get_absolute_url()}"
    text, html = (found[kind].get_content() for kind in ("text/plain", "text/html"))
    assert link in text
    assert link in html
    assert "Paid: ¥256" in text
    assert "Zero & <knowledge>" in text
    assert "Zero &amp; &lt;knowledge&gt;" in html
    document = pypdfium2.PdfDocument(found["application/pdf"].get_content())
    pages = [page.render(scale=2, grayscale=True).to_pil() for page in document]
    tickets = order.lines.get().tickets.all()
    assert [zxingcpp.read_barcode(page).text for page in pages] == list(qr.tokens_for(tickets))


def test_the_calendar_part_is_an_invitation_that_mail_programs_know():
    order = make_order()
    event = order.lines.get().tickets.first().event

    emails.send_confirmation(order)

    part = parts(sent())["text/calendar"]
    assert part.get_param("method") == "REQUEST"
    calendar = icalendar.Calendar.from_ical(part.get_content())
    [entry] = calendar.walk("VEVENT")
    assert entry["UID"] == entry_uid(event, Guest(order.email, order.name))


def test_the_mail_speaks_the_order_s_language_and_names_the_reader_s_zone():
    order = make_order(language="zh-hans", time_zone="Europe/Berlin")

    emails.send_confirmation(order)

    text = parts(sent())["text/plain"].get_content()
    assert "零知识 & <证明>" in text
    assert "Asia/Shanghai (UTC+8)" in text
    assert "Europe/Berlin (UTC+2)" in text


def test_an_online_event_s_mail_has_the_link_to_join():
    event = EventFactory(online=True)

    emails.send_confirmation(make_order(event=event))

    found = parts(sent())
    assert event.online_url in found["text/plain"].get_content()
    assert event.online_url in found["text/html"].get_content()


def test_a_name_cannot_write_headers_or_markup():
    order = make_order(name="<b>Ada</b>\r\nBcc: eve@example.com")

    emails.send_confirmation(order)

    message = sent()
    assert message["Bcc"] is None
    assert "<b>Ada" not in parts(message)["text/html"].get_content()


def test_a_title_cannot_write_headers():
    emails.send_confirmation(make_order(event=EventFactory(title_en="One\r\nBcc: eve@example.com")))

    message = sent()
    assert message["Subject"] == "Your tickets: One"
    assert message["Bcc"] is None


def test_the_task_mails_once():
    order = make_order()

    tasks.send_confirmation(order.pk)
    tasks.send_confirmation(order.pk)

    assert len(mail.outbox) == 1
    assert Order.objects.get().confirmation_sent_at


def test_a_server_that_refuses_leaves_the_mail_owed(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    order = make_order()

    with pytest.raises(OSError, match="refused"):
        emails.send_confirmation(order)

    assert Order.objects.get().confirmation_sent_at is None


def test_who_is_confirmed_after_a_change_counts_as_told():
    event = EventFactory(sequence=3)

    emails.send_confirmation(make_order(event=event))

    assert [notice.sequence for notice in Notice.objects.filter(sent_at__isnull=False)] == [3]
