import pytest
from django.urls import reverse

from checkout.queries.gateway_events import without_people
from orders.models import GatewayEvent, InboxStatus
from sandbox.models import Charge
from sandbox.services import refunds as dashboard
from tests.checkout.shop import buy, paid_type, state
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def operator(client, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    person = UserFactory(is_staff=True)
    client.force_login(person)
    return person


def event(number=1, **fields) -> GatewayEvent:
    customer = {"email": "lin@example.com", "name": "Lin"}
    return GatewayEvent.objects.create(
        event_id=f"evt_{number}",
        payload={"data": {"object": {"id": "cs_test_1", "customer_details": customer}}},
        **{"kind": "checkout.session.completed", "object_id": f"cs_test_{number}", **fields},
    )


def url(name, *args):
    return reverse(f"checkout:{name}", args=args)


def test_events_are_found_by_state_and_words(client):
    event(1, status=InboxStatus.FAILED, error="gateway_unavailable: no answer")
    event(2, status=InboxStatus.APPLIED)
    event(3, kind="charge.succeeded", status=InboxStatus.IGNORED)

    def found(**query):
        return [row.event_id for row in client.get(url("inbox-list"), query).context["page"]]

    assert found() == ["evt_3", "evt_2", "evt_1"]
    assert found(status="failed") == ["evt_1"]
    assert found(q="charge") == ["evt_3"]
    assert found(q="no answer") == ["evt_1"]
    assert found(q="evt_2", status="failed") == []
    assert found(status="whatever") == ["evt_3", "evt_2", "evt_1"]


def test_the_payload_is_shown_without_people(client):
    page = client.get(url("inbox-detail", event().pk))

    assert "cs_test_1" in page.text
    assert "lin@example.com" not in page.text


def test_what_is_personal_is_cut_out_at_any_depth():
    told = {"a": [{"email": "x@example.com", "amount": 5, "name": None}], "billing_details": {}}

    assert without_people(told) == {
        "a": [{"email": "…", "amount": 5, "name": None}],
        "billing_details": {},
    }


def test_others_find_nothing(client):
    row = event()
    client.force_login(UserFactory())
    pages = [url("inbox-list"), url("inbox-detail", row.pk), url("reconcile")]

    answers = [client.get(page) for page in pages]
    answers += [client.post(page) for page in (url("inbox-again", row.pk), url("reconcile"))]

    assert {answer.status_code for answer in answers} == {404}


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_event_and_three(client, count, django_assert_num_queries):
    for number in range(count):
        event(number)

    with django_assert_num_queries(5):  # session, person, counts, number of events, events
        client.get(url("inbox-list"))


def test_an_event_that_cannot_be_done_says_why(client, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    row = event()

    page = client.post(url("inbox-again", row.pk), follow=True)

    row.refresh_from_db()
    assert row.status == InboxStatus.FAILED
    assert "The payment service does not answer right now." in page.text


@pytest.mark.django_db(transaction=True)
def test_an_ignored_event_is_done_when_an_operator_wants_it(client, gateway):
    order = buy(paid_type())
    payment = gateway.start(order)
    gateway.press(payment, "lost")
    row = event(object_id=payment.gateway_id, status=InboxStatus.IGNORED)

    page = client.post(url("inbox-again", row.pk), follow=True)

    assert "Done: Applied." in page.text
    assert state(order)[0] == "paid"


@pytest.mark.django_db(transaction=True)
def test_comparing_puts_right_what_nobody_told_us(client, gateway):
    order = buy(paid_type())
    gateway.press(gateway.start(order), "lost")
    dashboard.refund(Charge.objects.get(), amount=800)
    since = {"since": order.created_at.date().isoformat()}

    first = client.post(url("reconcile"), since)
    second = client.post(url("reconcile"), since)

    assert "Put right" in first.text
    assert "Both agree" in second.text
    assert state(order)[0] == "paid"


@pytest.mark.parametrize("since", ["", "soon", "2019-01-01", "2999-01-01"])
def test_comparing_needs_a_day_not_long_ago(client, since):
    page = client.post(url("reconcile"), {"since": since})

    assert set(page.context["form"].errors) == {"since"}


def test_a_gateway_that_is_down_is_told(client, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    today = client.get(url("reconcile")).context["form"].initial["since"]

    page = client.post(url("reconcile"), {"since": today.isoformat()})

    assert "The payment service does not answer right now." in page.text
