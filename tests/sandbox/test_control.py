"""The provider's dashboard and its levers."""

import pytest
from django.test import Client

from sandbox.models import (
    Charge,
    CheckoutSession,
    Delivery,
    DeliveryPolicy,
    Dispute,
    Event,
    Fault,
    Refund,
)
from sandbox.services.clock import tick
from tests.sandbox.conftest import press

TABS = ["sessions", "payments", "refunds", "disputes", "events"]


def act(path: str, /, **data) -> str:
    """Press a button; return the text of the page that follows."""
    return Client().post(f"/sandbox/{path}", data, follow=True).text


@pytest.mark.parametrize("tab", TABS)
def test_each_tab_shows_its_rows(shop, session, tab):
    press(session.id, "pay")
    charge = Charge.objects.get()
    act(f"charges/{charge.public_id}/refund/", amount=100)
    act(f"charges/{charge.public_id}/dispute/")

    text = Client().get(f"/sandbox/show/{tab}/").text

    assert text.count('<li class="row">') == {"events": 7}.get(tab, 1)


@pytest.mark.parametrize("tab", TABS)
def test_each_tab_is_kind_when_empty(db, tab):
    assert "Nothing here yet" in Client().get(f"/sandbox/show/{tab}/").text


def test_unknown_tab_is_not_found(db):
    assert Client().get("/sandbox/show/secrets/").status_code == 404


@pytest.mark.parametrize("rows", [1, 30])
def test_lists_cost_the_same_however_long(session, django_assert_max_num_queries, rows):
    press(session.id, "pay")
    event = Event.objects.first()
    Event.objects.bulk_create(
        Event(kind=event.kind, subject=event.subject, body=event.body) for _ in range(rows)
    )

    with django_assert_max_num_queries(8):
        Client().get("/sandbox/show/events/")


def test_refund_made_here_reaches_the_shop(shop, session):
    press(session.id, "pay")
    charge = Charge.objects.get()

    act(f"charges/{charge.public_id}/refund/", amount=100)
    act(f"charges/{charge.public_id}/refund/")

    assert [refund.amount for refund in Refund.objects.order_by("pk")] == [100, 12700]
    tick()
    assert shop.kinds.count("charge.refunded") == 2


def test_refund_of_too_much_says_why(session):
    press(session.id, "pay")
    charge = Charge.objects.get()

    assert "greater than" in act(f"charges/{charge.public_id}/refund/", amount=99999)
    assert "smallest unit" in act(f"charges/{charge.public_id}/refund/", amount=-1)
    assert not Refund.objects.exists()


def test_refund_can_be_made_to_fail(session):
    press(session.id, "pay")
    act(f"charges/{Charge.objects.get().public_id}/refund/")

    act(f"refunds/{Refund.objects.get().public_id}/end/", status="failed")

    assert Refund.objects.get().status == "failed"
    assert Charge.objects.get().amount_refunded == 0


@pytest.mark.parametrize("answer", ["won", "lost"])
def test_dispute_is_opened_and_decided(session, answer):
    press(session.id, "pay")
    act(f"charges/{Charge.objects.get().public_id}/dispute/")

    act(f"disputes/{Dispute.objects.get().public_id}/close/", answer=answer)

    assert Dispute.objects.get().status == answer
    assert "already" in act(f"disputes/{Dispute.objects.get().public_id}/close/", answer="won")


@pytest.mark.parametrize(("answer", "status"), [("yes", "succeeded"), ("no", "failed")])
def test_slow_bank_is_made_to_decide(session, answer, status):
    press(session.id, "slow")

    act(f"charges/{Charge.objects.get().public_id}/settle/", answer=answer)

    assert Charge.objects.get().status == status


def test_session_is_expired_by_hand(session):
    act(f"sessions/{session.id}/expire/")

    assert CheckoutSession.objects.get().status == "expired"


def test_lost_event_is_redelivered(shop, session):
    press(session.id, "lost")

    act(f"events/{Event.objects.first().public_id}/redeliver/")
    tick()

    assert len(shop.posts) == 1


def test_late_events_are_hurried(shop, session):
    press(session.id, "late", seconds=3600)

    act("deliver/")

    assert len(shop.posts) == 3
    assert not Delivery.objects.filter(due_at__isnull=False).exists()


def test_faults_are_ordered_and_removed(db):
    fault = {"form": "fault", "kind": "429", "path": "/v1/refunds", "remaining": 3, "seconds": 5}
    text = act("trouble/", **fault)
    assert "/v1/refunds" in text
    assert Fault.objects.get().remaining == 3

    act(f"trouble/{Fault.objects.get().pk}/remove/")
    assert not Fault.objects.exists()


def test_fault_that_is_none_is_refused(db):
    answer = Client().post("/sandbox/trouble/", {"form": "fault", "kind": "earthquake"})

    assert answer.status_code == 422
    assert not Fault.objects.exists()


def test_events_can_be_slowed_for_good(shop, session):
    act("trouble/", form="policy", mode="late", seconds=60)
    act("trouble/", form="policy", mode="late", seconds=90)

    press(session.id, "pay")

    assert DeliveryPolicy.objects.get().seconds == 90
    assert tick() == 0


@pytest.mark.parametrize(
    "path", ["deliver/", "sessions/x/expire/", "charges/x/refund/", "events/x/redeliver/"]
)
def test_levers_want_a_post_with_a_token(db, path):
    assert Client().get(f"/sandbox/{path}").status_code == 405
    assert Client(enforce_csrf_checks=True).post(f"/sandbox/{path}").status_code == 403
