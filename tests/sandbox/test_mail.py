"""The mailbox: what is sent can be read, and nothing else can."""

from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.test import Client

from sandbox.mail import all_mails

CALENDAR = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    return settings.MAILBOX_DIR


def send(subject="您的门票", to="mei@example.com", *, html="<h1>Hi</h1>", bcc=()) -> None:
    mail = EmailMultiAlternatives(
        subject,
        "你好\nhttp://testserver/orders/x/",
        "us@example.com",
        [to],
        bcc=bcc,
        connection=get_connection("sandbox.mail.MailboxBackend"),
    )
    if html:
        mail.attach_alternative(html, "text/html")
    mail.attach("票.pdf", b"%PDF-1.4", "application/pdf")
    mail.attach("event.ics", CALENDAR, "text/calendar; method=REQUEST")
    assert mail.send() == 1


def newest() -> str:
    return f"/sandbox/mailbox/{next(all_mails()).id}/"


def test_mail_is_kept_whole_and_in_order(folder):
    send("first")
    send("second")

    assert [mail.subject for mail in all_mails()] == ["second", "first"]
    assert all(path.suffix == ".eml" for path in folder.iterdir()), "nothing half written"


def test_list_shows_newest_first(db):
    send("first")
    send("second")

    text = Client().get("/sandbox/mailbox/").text

    assert text.index("second") < text.index("first")


def test_list_is_searched_by_recipient_blind_copies_too(db):
    send("for mei", "mei@example.com")
    send("for lin", "lin@example.com", bcc=["archive@example.com"])

    assert "for mei" not in Client().get("/sandbox/mailbox/?to=LIN@").text
    assert "for lin" in Client().get("/sandbox/mailbox/?to=archive").text
    assert "No mail went to" in Client().get("/sandbox/mailbox/?to=nobody").text


def test_list_is_paged_and_keeps_the_search(db):
    for number in range(31):
        send(f"mail {number}")

    first = Client().get("/sandbox/mailbox/?to=mei@example.com").text

    assert first.count('<a class="row"') == 30
    assert "?page=2&amp;to=mei%40example.com" in first
    assert (
        Client().get("/sandbox/mailbox/?page=2&to=mei@example.com").text.count('class="row"') == 1
    )


def test_empty_mailbox_says_so(db):
    assert "No mail yet" in Client().get("/sandbox/mailbox/").text


def test_mail_shows_headers_text_and_attachments(db):
    send()

    text = Client().get(newest()).text

    assert "您的门票" in text
    assert "mei@example.com" in text
    assert '<a href="http://testserver/orders/x/"' in text
    assert "票.pdf" in text


def test_html_is_served_apart_without_script(db):
    send(html="<html><head></head><body><script>alert(1)</script><a href='/x/'>x</a></body></html>")

    answer = Client().get(f"{newest()}html/")

    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert '<head><base target="_blank">' in answer.text


def test_mail_without_html_has_no_html_page(db):
    send(html="")

    assert Client().get(f"{newest()}html/").status_code == 404
    assert "<iframe" not in Client().get(newest()).text


def test_attachments_come_with_their_type_and_name(db):
    send()

    pdf, calendar = (Client().get(f"{newest()}parts/{number}/") for number in (0, 1))

    assert (pdf.content, pdf["Content-Type"]) == (b"%PDF-1.4", "application/pdf")
    assert "filename*=utf-8''%E7%A5%A8.pdf" in pdf["Content-Disposition"]
    assert pdf["Content-Disposition"].startswith("attachment")
    assert 'method="REQUEST"' in calendar["Content-Type"]
    assert calendar.content.decode().split() == CALENDAR.split()
    assert Client().get(f"{newest()}parts/2/").status_code == 404


@pytest.mark.parametrize(
    "mail_id",
    [
        "..",
        "%2e%2e%2fsecret",
        "..%2f..%2fetc%2fpasswd",
        "secret",
        "20260101T000000.000000-0000000g",
    ],
)
def test_ids_do_not_leave_the_folder(db, folder, mail_id):
    folder.mkdir()
    (folder / "secret.eml").write_text("Subject: secret\n\nno")
    (folder.parent / "secret.eml").write_text("Subject: secret\n\nno")

    assert Client().get(f"/sandbox/mailbox/{mail_id}/").status_code == 404
    assert list(all_mails()) == []
