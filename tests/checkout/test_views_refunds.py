"""Organizers give money back: tickets of an order, and everybody's when an event is canceled."""

import pytest
from django.core import mail
from django.urls import reverse

from checkout import jobs, tasks
from checkout.services import event_refunds as runs, refunds
from checkout.services.refund_outcomes import apply_outcome
from checkout.services.settling import mark_paid
from community.models import Role
from events.services.events import cancel_event
from ledger.models import AccountKind
from ledger.queries import balance
from orders.models import Provider, Refund, RefundReason, RefundStatus
from tests.checkout.books import assert_books_agree
from tests.checkout.shop import buy, paid_order, paid_type, state
from tests.factories.accounts import UserFactory
from tests.factories.community import MembershipFactory
from ticketing.models import RefundRun, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def kind(client, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    kind = paid_type()
    person = MembershipFactory(chapter=kind.event.chapter, role=Role.ORGANIZER).user
    client.force_login(person)
    return kind


def url(order, name="order-refund"):
    event = Ticket.objects.filter(order_line__order=order)[0].event
    return reverse(f"checkout:{name}", args=[event.slug, order.reference])


def of_event(kind, name="event-refunds"):
    return reverse(f"checkout:{name}", args=[kind.event.slug])


def of_refund(kind, refund, name):
    return reverse(f"checkout:{name}", args=[kind.event.slug, refund.public_id])


def units(order) -> list[str]:
    tickets = Ticket.objects.filter(order_line__order=order).order_by("pk")
    return list(tickets.values_list("public_id", flat=True))


def refund_of(order, **fields) -> Refund:
    [refund] = refunds.refund_units(
        order=order, units=units(order)[:1], by=None, reason=RefundReason.ORGANIZER, **fields
    )
    return refund


def test_the_sum_is_said_before_anything_happens(client, kind):
    order = paid_order(kind, "Lin", "Mei")

    page = client.post(url(order), {"units": units(order), "percent": "50", "note": "sick"})

    assert "Return ¥128?" in page.text
    assert 'value="sick"' in page.text
    assert state(order)[2] == ["valid", "valid"]


def test_a_single_ticket_is_refunded_in_part(client, kind):
    order = paid_order(kind, "Lin", "Mei")
    data = {"units": units(order)[:1], "percent": "50", "note": "sick", "expected": "6400"}

    answer = client.post(url(order), data)
    client.post(url(order), data)

    refund = Refund.objects.get()
    assert answer.url == url(order, "order-manage")
    assert (refund.amount_minor, refund.note, refund.reason) == (6400, "sick", "organizer")
    assert state(order)[2:] == (["canceled", "valid"], 1)
    assert "−¥64" in client.get(answer.url).text


@pytest.mark.parametrize(
    ("query", "chosen"), [("", 0), ("?all=1", 3), ("?line={line}", 3), ("?unit={unit}", 1)]
)
def test_a_link_chooses_tickets_beforehand(client, kind, query, chosen):
    order = paid_order(kind, "Lin", "Mei", "Ada")
    query = query.format(line=order.lines.get().pk, unit=units(order)[0])

    page = client.get(url(order) + query)

    assert page.text.count(" checked>") == chosen


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"units": []}, "Choose at least one."),
        ({"percent": "101"}, "less than or equal to 100"),
        ({"percent": "0"}, "greater than or equal to 1"),
    ],
)
def test_what_makes_no_sense_is_told(client, kind, wrong, words):
    order = paid_order(kind)

    page = client.post(url(order), {"units": units(order), "percent": "100"} | wrong)

    assert words in page.text
    assert not Refund.objects.exists()


def test_a_disputed_payment_is_not_refunded(client, kind):
    order = paid_order(kind)
    order.payments.update(disputed=True)

    client.post(url(order), {"units": units(order), "percent": "100", "expected": "12800"})

    assert not Refund.objects.exists()
    assert "disputing this payment" in client.get(url(order)).text


def test_an_unpaid_order_has_nothing_to_refund(client, kind):
    assert "There is nothing left to refund" in client.get(url(buy(kind))).text


def test_a_failed_refund_is_tried_again(client, kind):
    refund = refund_of(paid_order(kind, "Lin", "Mei"))
    apply_outcome(
        refund=refund, status=RefundStatus.FAILED, gateway_id="re_1", error="lost_or_stolen_card"
    )
    page = client.get(url(refund.payment.order, "order-manage")).text

    client.post(of_refund(kind, refund, "refund-retry"))

    refund.refresh_from_db()
    assert of_refund(kind, refund, "refund-retry") in page
    assert "card was reported as lost or stolen" in page
    assert (refund.status, refund.attempt) == ("due", 2)


def test_money_that_came_by_hand_is_returned_by_hand(client, kind):
    order = buy(kind)
    mark_paid(order=order, by=UserFactory(), provider=Provider.BANK)
    refund = refund_of(order)
    asked = client.get(of_refund(kind, refund, "refund-returned"))

    client.post(of_refund(kind, refund, "refund-returned"), {"note": "statement 7"})

    refund.refresh_from_db()
    assert "Did you give ¥128 back?" in asked.text
    assert (refund.status, refund.note) == ("succeeded", "statement 7")
    assert balance(AccountKind.HAND_CLEARING, currency="CNY") == 0
    tasks.send_refund(refund.pk)
    assert "by bank transfer" in mail.outbox[-1].body


def test_a_gateway_s_refund_cannot_be_called_returned(client, kind):
    refund = refund_of(paid_order(kind))

    page = client.post(of_refund(kind, refund, "refund-returned"), {"note": ""})

    refund.refresh_from_db()
    assert "There is nothing left to refund here." in page.text
    assert refund.status == "due"


def test_organizers_hear_of_a_refund_that_failed_once(kind):
    refund = refund_of(paid_order(kind))
    apply_outcome(refund=refund, status=RefundStatus.FAILED, gateway_id="re_1", error="expired")

    for _again in range(2):
        jobs.send_owed()

    told = [message for message in mail.outbox if "did not go through" in message.subject]
    assert len(told) == 1
    assert url(refund.payment.order, "order-manage") in told[0].body
    assert str(refund.payment.order.public_id) not in told[0].body


STRANGE = [None, Role.STEWARD, Role.LECTURER]


@pytest.mark.parametrize("role", STRANGE)
def test_others_find_nothing(client, kind, role):
    order = paid_order(kind, "Lin", "Mei")
    refund = refund_of(order)
    person = UserFactory()
    if role:
        MembershipFactory(chapter=kind.event.chapter, user=person, role=role)
    client.force_login(person)

    pages = [
        url(order),
        of_refund(kind, refund, "refund-returned"),
        *(of_event(kind, name) for name in ("event-refunds", "event-money", "event-money-csv")),
        reverse("checkout:chapter-money", args=[kind.event.chapter.slug]),
        reverse("checkout:chapter-money-csv", args=[kind.event.chapter.slug]),
    ]
    posts = [*pages[:3], of_refund(kind, refund, "refund-retry")]
    answers = [client.get(page) for page in pages] + [client.post(page, {}) for page in posts]

    assert {answer.status_code for answer in answers} == {404}


def test_another_event_s_refund_is_not_there(client, kind):
    other = refund_of(paid_order(paid_type()))

    assert client.post(of_refund(kind, other, "refund-retry")).status_code == 404


# A whole event


def test_an_event_that_takes_place_refunds_nobody(client, kind):
    paid_order(kind)

    client.post(of_event(kind))

    assert not RefundRun.objects.exists()
    assert "This event takes place" in client.get(of_event(kind)).text


@pytest.fixture
def canceled(kind):
    return lambda: cancel_event(event=kind.event, by=UserFactory(), reason="flood")


def test_it_says_how_much_goes_back_and_asks_once(client, kind, canceled):
    paid_order(kind, "Lin", "Mei")
    refund_of(paid_order(kind, "Ada", "Bo"))
    canceled()
    asked = client.get(of_event(kind))

    for _again in range(2):
        client.post(of_event(kind))

    assert "Return the money of 2 orders?" in asked.text
    assert "¥384" in asked.text
    assert RefundRun.objects.count() == 1
    assert "0 of 2" in client.get(of_event(kind)).text


def test_the_first_step_does_not_wait_for_the_clock(
    client, kind, canceled, django_capture_on_commit_callbacks
):
    mark_paid(order=buy(kind), by=UserFactory(), provider=Provider.CASH)
    canceled()

    with django_capture_on_commit_callbacks(execute=True):
        client.post(of_event(kind))

    progress = client.get(of_event(kind)).context["progress"]
    assert (progress.todo, progress.by_hand) == (0, 1)


def test_progress_follows_from_state_and_lists_who_needs_a_person(client, kind, canceled):
    online, failing, cash = paid_order(kind), paid_order(kind), buy(kind)
    mark_paid(order=cash, by=UserFactory(), provider=Provider.CASH)
    disputed = paid_order(kind)
    disputed.payments.update(disputed=True)
    paid_order(paid_type(event=kind.event, price_minor=0))
    canceled()
    client.post(of_event(kind))
    before = client.get(of_event(kind)).context["progress"]

    runs.refund_some(event=kind.event, limit=10)
    for order, status in ((online, RefundStatus.SUCCEEDED), (failing, RefundStatus.FAILED)):
        refund = Refund.objects.get(payment__order=order)
        apply_outcome(
            refund=refund, status=status, gateway_id=f"re_{refund.pk}", error="no_such_card"
        )
    after = client.get(of_event(kind)).context["progress"]
    page = client.get(of_event(kind), headers={"hx-request": "true"})

    assert (before.todo, before.disputed, before.total) == (3, 1, 4)
    assert (after.returned, after.failed, after.by_hand, after.disputed) == (1, 1, 1, 1)
    assert (after.total, after.is_moving) == (4, False)
    for words in ("1 of 4", "no_such_card", cash.reference, disputed.reference, "Try again"):
        assert words in page.text
    assert "hx-trigger" not in page.text
    assert "<html" not in page.text


def test_while_it_goes_on_the_page_looks_again(client, kind, canceled):
    paid_order(kind)
    canceled()
    client.post(of_event(kind))

    assert 'hx-trigger="every 5s"' in client.get(of_event(kind)).text


def test_all_done_says_so(client, kind, canceled):
    paid_order(kind)
    canceled()
    client.post(of_event(kind))
    runs.refund_some(event=kind.event, limit=10)
    refund = Refund.objects.get()
    apply_outcome(refund=refund, status=RefundStatus.SUCCEEDED, gateway_id="re_1")

    assert "Nobody waits for money any more." in client.get(of_event(kind)).text


@pytest.mark.parametrize("count", [1, 3])
def test_progress_costs_the_same_for_one_order_and_three(
    client, kind, canceled, count, django_assert_num_queries
):
    for _number in range(count):
        order = buy(kind)
        mark_paid(order=order, by=UserFactory(), provider=Provider.CASH)
    canceled()
    client.post(of_event(kind))
    runs.refund_some(event=kind.event, limit=10)

    with django_assert_num_queries(10):
        client.get(of_event(kind))


@pytest.mark.django_db(transaction=True)
def test_from_the_button_to_the_gateway_and_back(client, kind, gateway):
    order = buy(kind, "Lin", "Mei")
    gateway.press(gateway.start(order))
    gateway.deliver()
    data = {"units": units(order), "percent": "100", "note": "", "expected": "25600"}

    client.post(url(order), data)
    gateway.deliver()

    assert state(order)[0] == "refunded"
    assert Refund.objects.get().status == "succeeded"
    assert "Refunded by the organizer" in client.get(url(order, "order-manage")).text
    assert "Returned on" in client.get(order.get_absolute_url()).text
    assert_books_agree()


@pytest.mark.django_db(transaction=True)
def test_a_canceled_event_s_button_gives_everybody_their_money(client, kind, gateway, canceled):
    orders = [buy(kind) for _ in range(2)]
    for order in orders:
        gateway.press(gateway.start(order))
    gateway.deliver()
    canceled()

    client.post(of_event(kind))
    jobs.refund_events()
    gateway.deliver()

    assert "Nobody waits for money any more." in client.get(of_event(kind)).text
    assert {state(order)[0] for order in orders} == {"refunded"}
    assert_books_agree()
