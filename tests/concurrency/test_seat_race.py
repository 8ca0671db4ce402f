"""Many people want the last seats of a cohort at the same moment."""

import pytest
from django.db.models import F

from checkout.services.orders import place_order
from courses.errors import SeatsGone
from courses.models import Cohort, Enrollment
from courses.services import enrolling, seats
from courses.services.sales import SeatSelection, Wish
from orders.models import Order
from tests.concurrency.threads import at_once
from tests.courses.world import published_course

pytestmark = pytest.mark.django_db(transaction=True)

BUYERS, SEATS = 12, 3


@pytest.fixture
def cohort() -> Cohort:
    cohort = published_course(1).cohorts.get()
    Cohort.objects.filter(pk=cohort.pk).update(seats=SEATS)
    return Cohort.objects.get(pk=cohort.pk)


def buy_all_at_once(cohort: Cohort) -> list:
    offer = cohort.offers.get().public_id

    def buy(number: int) -> Order:
        return place_order(
            wishes=[Wish(cohort.course, [SeatSelection(offer)])],
            email=f"learner{number}@example.com",
            name=f"Learner {number}",
            language="en",
        )

    return at_once(BUYERS, buy)


def test_last_seats_go_to_as_many_as_there_are(cohort):
    results = buy_all_at_once(cohort)

    refused = [result for result in results if isinstance(result, SeatsGone)]
    assert [type(r).__name__ for r in results if not isinstance(r, Order | SeatsGone)] == []
    assert len(refused) == BUYERS - SEATS
    assert Enrollment.objects.taking_seats().count() == SEATS
    cohort.refresh_from_db()
    assert cohort.taken == SEATS


def test_control_without_the_conditional_write_more_are_sold(cohort, monkeypatch):
    """Reading the count first and writing it then sells the same seat to several."""

    def read_then_write(counts) -> None:
        for pk, places in counts.items():
            found = Cohort.objects.get(pk=pk)
            if found.taken + places > SEATS:
                raise SeatsGone(left=0)
            Cohort.objects.filter(pk=pk).update(taken=F("taken") + places)

    Cohort.objects.update(seats=None)  # or the constraint would stop it after all
    monkeypatch.setattr(seats, "take", read_then_write)

    buy_all_at_once(cohort)

    assert Enrollment.objects.taking_seats().count() > SEATS


def test_seats_by_hand_and_by_order_come_from_one_count(cohort):
    offer = cohort.offers.get().public_id

    def act(number: int) -> object:
        if number % 2:
            return enrolling.grant_seat(cohort=cohort, email=f"guest{number}@example.com")
        return place_order(
            wishes=[Wish(cohort.course, [SeatSelection(offer)])],
            email=f"learner{number}@example.com",
            name="Lin",
            language="en",
        )

    results = at_once(BUYERS, act)

    assert sum(isinstance(result, SeatsGone) for result in results) == BUYERS - SEATS
    cohort.refresh_from_db()
    assert (cohort.taken, seats.counted([cohort.pk])[cohort.pk]) == (SEATS, SEATS)
