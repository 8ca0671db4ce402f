import time

import pytest

from checkout.services import receipts
from orders.models import Receipt, ReceiptCounter
from tests.checkout.shop import paid_order, paid_type
from tests.concurrency.threads import at_once

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
PEOPLE = 6


@pytest.fixture
def orders():
    kind = paid_type()
    made = [paid_order(kind, fee_minor=0) for _ in range(PEOPLE)]
    receipts.issue_receipt(order=made[0])
    return made


def test_numbers_given_out_at_once_have_neither_gap_nor_twin(orders):
    results = at_once(PEOPLE, lambda number: receipts.issue_receipt(order=orders[number]))

    assert [error for error in results if isinstance(error, Exception)] == []
    assert sorted(Receipt.objects.values_list("serial", flat=True)) == list(range(1, PEOPLE + 1))


def test_the_first_receipts_of_a_year_meet_as_well(orders):
    Receipt.objects.all().delete()
    ReceiptCounter.objects.all().delete()

    at_once(PEOPLE, lambda number: receipts.issue_receipt(order=orders[number]))

    assert sorted(Receipt.objects.values_list("serial", flat=True)) == list(range(1, PEOPLE + 1))


def test_one_order_asked_for_twice_at_once_has_one(orders):
    at_once(PEOPLE, lambda _number: receipts.issue_receipt(order=orders[1]))

    assert Receipt.objects.filter(order=orders[1]).count() == 1


def count_and_dawdle(chapter, year):
    counter = ReceiptCounter.objects.get(chapter=chapter, year=year)
    time.sleep(0.3)
    counter.last += 1
    counter.save()
    return counter.last


def test_without_the_lock_a_number_would_be_given_out_twice(orders, monkeypatch):
    monkeypatch.setattr(receipts, "_next", count_and_dawdle)

    results = at_once(3, lambda number: receipts.issue_receipt(order=orders[number + 1]))

    assert [type(error).__name__ for error in results if isinstance(error, Exception)] == [
        "IntegrityError",
        "IntegrityError",
    ]
