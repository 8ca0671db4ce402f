"""The mailbox: every mail that the product sent, to be read instead of received."""

import re
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from sandbox.mail import Mail, all_mails, find_mail
from sandbox.views.pages import TABS, page

PER_PAGE = 30
# A mail may bring its own styles, nothing else: no script, no picture from elsewhere.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
FILE_POLICY = "default-src 'none'; sandbox"
HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)
OPEN_OUTSIDE = '<base target="_blank">'


@page
@require_GET
def mail_list(request: HttpRequest) -> HttpResponse:
    recipient = request.GET.get("to", "")
    mails = list(all_mails(recipient=recipient))
    context = {
        "page": Paginator(mails, PER_PAGE).get_page(request.GET.get("page")),
        "recipient": recipient,
        "more": urlencode({"to": recipient}) if recipient else "",
        "tab": "mailbox",
        "tabs": TABS,
    }
    return render(request, "sandbox/mail_list.html", context)


@page
@require_GET
def mail_detail(request: HttpRequest, mail_id: str) -> HttpResponse:
    mail = _mail(mail_id)
    return render(
        request, "sandbox/mail_detail.html", {"mail": mail, "tab": "mailbox", "tabs": TABS}
    )


@page
@require_GET
@xframe_options_sameorigin
def mail_html(request: HttpRequest, mail_id: str) -> HttpResponse:
    """The HTML body alone, for the frame; its links open outside of it."""
    mail = _mail(mail_id)
    if not mail.html:
        raise Http404
    text = mail.html
    for part in mail.parts:
        if part.content_id:
            text = text.replace(f"cid:{part.content_id}", _part_url(mail, part.number))
    framed = HEAD.sub(lambda head: head[0] + OPEN_OUTSIDE, text, count=1)
    if framed == text:
        framed = OPEN_OUTSIDE + text
    return HttpResponse(framed, headers={"Content-Security-Policy": MAIL_POLICY})


@page
@require_GET
def mail_part(request: HttpRequest, mail_id: str, number: int) -> HttpResponse:
    """An attachment, to keep; or a picture of the HTML body."""
    parts = _mail(mail_id).parts
    if number >= len(parts):
        raise Http404
    part = parts[number]
    response = HttpResponse(part.content, content_type=part.kind)
    response["Content-Security-Policy"] = FILE_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = str(content_disposition_header(True, part.name))
    return response


def _mail(mail_id: str) -> Mail:
    mail = find_mail(mail_id)
    if mail is None:
        raise Http404
    return mail


def _part_url(mail: Mail, number: int) -> str:
    return reverse("sandbox:mail-part", args=[mail.id, number])
