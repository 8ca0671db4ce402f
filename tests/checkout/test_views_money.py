"""Each figure is the sum of the rows it opens, and all of them are the ledger's."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from checkout.queries import money
from checkout.queries.money import Figure
from checkout.services import books, refunds
from checkout.services.refund_outcomes import apply_outcome
from checkout.services.settling import mark_paid
from community.models import Role
from ledger.models import AccountKind
from ledger.queries import balance
from orders.models import Dispute, Provider, RefundReason, RefundStatus
from tests.checkout.shop import buy, paid_order, paid_type, pay
from tests.factories.accounts import UserFactory
from tests.factories.community import MembershipFactory
from ticketing.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def kind(client, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    kind = paid_type(size=100)
    client.force_login(MembershipFactory(chapter=kind.event.chapter, role=Role.OWNER).user)
    return kind


def url(kind, name="event-money"):
    scope = kind.event if name.startswith("event") else kind.event.chapter
    return reverse(f"checkout:{name}", args=[scope.slug])


def give_back(order, status=None):
    units = Ticket.objects.filter(order_line__order=order).values_list("public_id", flat=True)
    [refund] = refunds.refund_units(
        order=order, units=list(units), by=None, reason=RefundReason.ORGANIZER
    )
    if status:
        apply_outcome(refund=refund, status=status, gateway_id=f"re_{refund.pk}")


def dispute(order, **fields):
    """A bank that holds 12,800 and asks 1,500 for it."""
    payment = order.payments.get()
    found = Dispute.objects.create(
        payment=payment,
        gateway_id=f"du_{payment.pk}",
        amount_minor=12_800,
        currency="CNY",
        withdrawn_minor=12_800,
        fee_minor=1500,
        **fields,
    )
    books.dispute_moved(found, withdrawn_minor=12_800, fee_minor=1500, step=1)
    return found


@pytest.fixture
def busy(kind):
    """One of everything that can happen to money."""
    paid_order(kind, fee_minor=400)
    twice = paid_order(kind, fee_minor=400)
    pay(twice, fee_minor=400)
    cash = buy(kind)
    mark_paid(order=cash, by=UserFactory(), provider=Provider.CASH)
    give_back(paid_order(kind, fee_minor=400), RefundStatus.SUCCEEDED)
    give_back(paid_order(kind, fee_minor=400), RefundStatus.FAILED)
    dispute(paid_order(kind, fee_minor=400), evidence_due_at=timezone.now())
    elsewhere = paid_type(event=None)
    paid_order(elsewhere)
    return kind


def test_figures_are_those_of_the_ledger(busy):
    [sheet] = money.sheets(busy.event)

    chapter = f"chapter:{busy.event.chapter_id}"
    clearing = sum(
        balance(kind, currency="CNY", subject=provider)
        for kind, provider in (
            (AccountKind.GATEWAY_CLEARING, "stripe"),
            (AccountKind.HAND_CLEARING, "cash"),
        )
    )
    assert sheet.sums == {
        Figure.TAKEN: 7 * 12_800,
        Figure.OVERPAID: 12_800,
        Figure.FEES: 6 * 400,
        Figure.REFUNDED: 12_800,
        Figure.DISPUTED: 14_300,
        Figure.OWED: 2 * 12_800,
    }
    assert sheet.left_minor == clearing - 12_800  # the other chapter's order lies there too
    owed = balance(AccountKind.REFUNDS_PAYABLE, currency="CNY", subject=chapter)
    assert sheet.sums[Figure.OWED] == -owed
    assert money.sheets(busy.event.chapter) == [sheet]


@pytest.mark.parametrize("figure", Figure)
def test_each_figure_is_the_sum_of_its_rows(busy, figure):
    [sheet] = money.sheets(busy.event)

    rows = money.worded(money.rows(busy.event, figure=figure, currency="CNY"), figure)

    assert sum(row.amount_minor for row in rows) == sheet.sums[figure]
    assert rows
    assert {row.event_slug for row in rows} == {busy.event.slug}


@pytest.mark.parametrize(("how", "rows"), [("hand", 1), ("online", 6), ("", 7)])
def test_taken_is_told_by_hand_and_online(client, busy, how, rows):
    page = client.get(url(busy), {"show": "taken", "currency": "CNY", "how": how})

    assert len(page.context["rows"]) == rows
    assert page.text.count("/orders/") >= rows


@pytest.mark.parametrize("name", ["event-money", "chapter-money"])
def test_the_page_shows_figures_rows_and_disputes(client, busy, name):
    page = client.get(url(busy, name), {"show": "owed", "currency": "CNY"})

    for words in ("¥896", "−¥143", "Still to be returned · CNY", "Failed", "Disputes"):
        assert words in page.text
    assert "Answer before" in page.text


def test_currencies_are_kept_apart(client, kind):
    paid_order(kind)
    paid_order(paid_type(event=kind.event, price_minor=900, currency="JPY"))

    sheets = money.sheets(kind.event)

    assert [(sheet.currency, sheet.yours_minor) for sheet in sheets] == [
        ("CNY", 12_800),
        ("JPY", 900),
    ]
    assert "JP¥900" in client.get(url(kind)).text


def test_without_money_the_page_says_so(client, kind):
    assert "No money yet" in client.get(url(kind)).text


@pytest.mark.parametrize("query", ["?show=everything", "?show=taken&currency=XXX&how=magic&page=9"])
def test_a_choice_that_does_not_fit_is_no_error(client, busy, query):
    assert client.get(url(busy) + query).status_code == 200


def lines(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_file_holds_the_rows_that_are_open(client, busy):
    rows = lines(client.get(url(busy, "event-money-csv"), {"show": "fees", "currency": "CNY"}))

    assert [row["Amount"] for row in rows] == ["4.00"] * 6


def test_without_a_choice_the_file_holds_every_movement(client, busy):
    rows = lines(client.get(url(busy, "chapter-money-csv")))

    figures = [row["Figure"] for row in rows]
    assert {figure: figures.count(figure) for figure in dict.fromkeys(figures)} == {
        "Taken": 7,
        "Fees of the payment service": 6,
        "Refunded": 1,
        "Held back by banks": 1,
        "Still to be returned": 2,
    }
    assert all("@" not in value for row in rows for value in row.values())


def test_a_chapter_s_money_is_its_owners_alone(client, kind):
    client.force_login(MembershipFactory(chapter=kind.event.chapter, role=Role.ORGANIZER).user)

    answers = [client.get(url(kind, name)) for name in ("chapter-money", "chapter-money-csv")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert client.get(url(kind)).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("show", ["taken", "refunded"])
def test_the_page_costs_the_same_for_one_row_and_three(
    client, kind, count, show, django_assert_num_queries
):
    for _number in range(count):
        give_back(paid_order(kind, fee_minor=400), RefundStatus.SUCCEEDED)

    # session, person, event, seven for the figures, disputes, number of rows, rows, their events
    with django_assert_num_queries(14):
        client.get(url(kind), {"show": show, "currency": "CNY"})
