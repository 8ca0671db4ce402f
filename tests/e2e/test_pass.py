"""A talk is accepted; its speaker gets a pass by mail, orders with it and walks in."""

import re

import pypdfium2
import pytest
import zxingcpp
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core import mail
from django.test import Client
from playwright.sync_api import expect

from community.models import Role
from incentives import jobs
from incentives.models import Kind
from ledger.models import Entry
from tests.checkout.shop import paid_type
from tests.e2e.conftest import PHONE
from tests.factories.accounts import UserFactory
from tests.factories.community import MembershipFactory
from tests.factories.incentives import (
    ContributionFactory,
    OfficerFactory,
    PassPolicyFactory,
    PointsTableFactory,
)
from ticketing import qr

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not finders.find("vendor/pdf/NotoSansSC-Regular.ttf"),
        reason="no font for Chinese: npm ci and manage.py vendor_static",
    ),
]


def sign_in(page, user, site):
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    here = {"name": settings.SESSION_COOKIE_NAME, "value": session}
    page.context.add_cookies([here | {"url": site}])
    return page


def code_in(message) -> str:
    """What the QR code of the mailed ticket says."""
    [pdf] = [body for _name, body, kind in message.attachments if kind == "application/pdf"]
    [sheet] = pypdfium2.PdfDocument(pdf)
    picture = sheet.render(scale=150 / 72, grayscale=True).to_pil()
    return zxingcpp.read_barcode(picture).text


def test_a_talk_accepted_ends_at_the_door(open_page, open_page_with_camera, site):
    kind = paid_type()
    event = kind.event
    speaker = UserFactory(name="Ada Example", email="ada@example.com", language="en")
    reviewer, organizer = UserFactory(), UserFactory()
    OfficerFactory(user=reviewer)
    MembershipFactory(user=organizer, chapter=event.chapter, role=Role.ORGANIZER)
    PointsTableFactory()
    PassPolicyFactory()
    work = ContributionFactory(kind=Kind.TALK, event=event, title="Proofs", created_by=speaker)

    # a reviewer accepts the talk
    page = sign_in(open_page(), reviewer, site)
    page.goto(f"/reviews/{work.public_id}/")
    page.get_by_label("Medium").check()
    page.get_by_role("button", name="Accept", exact=True).click()
    expect(page).to_have_url(re.compile(r"/reviews/$"))

    # the clock gives the pass and mails it
    jobs.give_passes()
    [_verdict, message] = mail.outbox
    assert message.to == ["ada@example.com"]
    assert "Your talk “Proofs”" in message.body
    [passes_url] = re.findall(r"http\S+/my/passes/", message.body)

    # its speaker uses it at the checkout
    page = sign_in(open_page(**PHONE), speaker, site)
    page.goto(passes_url)
    page.get_by_role("link", name="Use it").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("button", name="Pay ¥128")).to_be_visible()
    page.get_by_role("button", name="Use it: one ticket costs nothing").click()
    page.get_by_role("button", name="Get the tickets").click()
    expect(page).to_have_url(re.compile(r"/orders/"))
    expect(page.get_by_text("· free pass").first).to_be_visible()
    assert not Entry.objects.exists()

    # the mailed code admits her
    door = open_page_with_camera(qr.png(code_in(mail.outbox[-1])), **PHONE)
    sign_in(door, organizer, site).goto(f"/events/{event.slug}/check-in/")
    verdict = door.locator("[data-stage] .verdict")
    expect(verdict).to_have_attribute("data-verdict", "in", timeout=20_000)
    expect(verdict).to_contain_text("Ada Example")

    # and the organizer sees who came, and for what
    page = sign_in(open_page(), organizer, site)
    page.goto(f"/events/{event.slug}/edit/passes/")
    row = page.get_by_role("row").filter(has_text="Ada Example")
    expect(row).to_contain_text("Your talk “Proofs”")
    expect(row.locator("time")).to_be_visible()
