import json
from io import StringIO

import pytest
from django.core.management import call_command

from sandbox.models import Charge, CheckoutSession, Event
from sandbox.services.refunds import refund

pytestmark = pytest.mark.django_db

PAID = {
    "session": "cs_sample_1",
    "intent": "pi_sample_1",
    "client_reference_id": "order-1",
    "email": "lin@example.com",
    "title": "Meetup",
    "amount": 12800,
    "fee": 401,
    "currency": "cny",
    "opened_at": "2026-01-02T10:00:00+00:00",
    "paid_at": "2026-01-02T10:03:00+00:00",
}
UNPAID = PAID | {"session": "cs_sample_2", "intent": "", "paid_at": None}


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "payments.jsonl"
    file.write_text("\n".join(map(json.dumps, [PAID, UNPAID])))
    return file


def remember(file):
    out = StringIO()
    call_command("sandbox_remember", str(file), stdout=out)
    return out.getvalue().strip()


def test_the_past_is_remembered_once_and_told_to_nobody(file):
    assert remember(file) == "2 payments remembered."
    assert remember(file) == "0 payments remembered."

    sessions = CheckoutSession.objects.order_by("pk").values_list("public_id", "status", "is_paid")
    assert list(sessions) == [
        ("cs_sample_1", "complete", True),
        ("cs_sample_2", "expired", False),
    ]
    assert not Event.objects.exists()


def test_a_payment_of_the_past_can_be_refunded(file):
    remember(file)
    charge = Charge.objects.get(intent__public_id="pi_sample_1")
    assert charge.balance_transaction.net == 12800 - 401

    refund(charge, amount=2800)

    charge.refresh_from_db()
    assert charge.left == 10000
