"""One way to send a mail: two bodies from templates, in the reader's language and zone."""

from collections.abc import Iterable
from smtplib import SMTPRecipientsRefused
from typing import NamedTuple

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation


class Attachment(NamedTuple):
    name: str
    content: bytes
    content_type: str


def send_mail(
    *,
    to: str,
    template: str,
    context: dict,
    language: str,
    time_zone: str = "UTC",
    attachments: Iterable[Attachment] = (),
    reply_to: str = "",
) -> None:
    """Send `mail/<template>.txt` (its first line is the subject) and, beside it, `.html`.

    Without an address (somebody who got a ticket at the door left none) nothing is sent.
    Raises OSError (SMTPException is one) when the server does not take it: a task retries.
    """
    if not to:
        return
    context = {**context, "site_url": settings.SITE_URL, "language": language}
    with translation.override(language), timezone.override(time_zone):
        subject, _, text = render_to_string(f"mail/{template}.txt", context).strip().partition("\n")
        html = render_to_string(f"mail/{template}.html", {**context, "subject": subject})
    message = EmailMultiAlternatives(
        subject.strip(), text.strip() + "\n", to=[to], reply_to=[reply_to] if reply_to else None
    )
    message.attach_alternative(html, "text/html")
    for attachment in attachments:
        message.attach(*attachment)
    message.send()


def is_hopeless(error: OSError) -> bool:
    """The server knows no such address: asking again every five minutes helps nobody."""
    if not isinstance(error, SMTPRecipientsRefused):
        return False
    return all(code >= 500 for code, _words in error.recipients.values())
