from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import Cohort, CourseOffer
from courses.services import enrolling
from tests.courses.personas import assert_only_writers, client_of
from tests.factories.accounts import UserFactory
from tests.factories.courses import CohortFactory, CourseFactory, CourseOfferFactory

pytestmark = pytest.mark.django_db

PRICE = {
    "name_en": "Early bird",
    "price": "99.50",
    "currency": "CNY",
    "sales_end_at": "2036-02-01T12:00",
    "min_per_order": "1",
    "max_per_order": "3",
    "is_public": "on",
}


@pytest.fixture
def course():
    return CourseFactory()


@pytest.fixture
def client(course):
    return client_of("lecturer of it", course)


def url(name, course, *args):
    return reverse(f"courses:{name}", args=[course.slug, *args])


def test_only_its_writers_sell_seats(course):
    offer = CourseOfferFactory(cohort__course=course)

    assert_only_writers(
        course,
        [
            url("cohort-list", course),
            url("cohort-start", course),
            url("cohort-create", course),
            url("cohort-edit", course, offer.cohort.public_id),
            url("cohort-close", course, offer.cohort.public_id),
            url("offer-create", course, offer.cohort.public_id),
            url("offer-edit", course, offer.public_id),
            url("offer-retire", course, offer.public_id),
        ],
    )


def test_a_run_or_price_of_another_course_is_not_there(course, client):
    other = CourseOfferFactory()

    for name, public_id in (
        ("cohort-edit", other.cohort.public_id),
        ("cohort-close", other.cohort.public_id),
        ("offer-create", other.cohort.public_id),
        ("offer-edit", other.public_id),
        ("offer-retire", other.public_id),
    ):
        assert client.post(url(name, course, public_id), PRICE).status_code == 404


def test_the_quick_start_opens_free_seats_once(course, client):
    for _ in range(2):
        client.post(url("cohort-start", course))

    [cohort] = Cohort.objects.all()
    assert (cohort.course, cohort.start_at, cohort.seats) == (course, None, None)
    assert [offer.price_minor for offer in cohort.offers.all()] == [0]


def test_a_run_has_dates_in_its_zone_and_seats(course, client):
    response = client.post(
        url("cohort-create", course),
        {
            "name_zh_hans": "春季班",
            "start_at": "2036-03-01T19:00",
            "end_at": "2036-04-01T19:00",
            "time_zone": "Europe/Berlin",
            "seats": "30",
        },
    )

    cohort = Cohort.objects.get()
    assert response.headers["Location"] == url("cohort-list", course)
    assert (cohort.start_at, cohort.seats) == (datetime(2036, 3, 1, 18, tzinfo=UTC), 30)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"end_at": "2036-04-01T19:00"}, "start_at"),
        ({"start_at": "2036-04-01T19:00", "end_at": "2036-03-01T19:00"}, "end_at"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"seats": "-1"}, "seats"),
    ],
)
def test_what_is_wrong_with_a_run_is_said_at_its_field(course, client, typed, field):
    response = client.post(url("cohort-create", course), {"time_zone": "Asia/Shanghai"} | typed)

    assert list(response.context["form"].errors) == [field]
    assert Cohort.objects.count() == 0


def test_seats_that_are_taken_stay(course, client):
    cohort = CohortFactory(course=course, seats=2)
    for _ in range(2):
        enrolling.grant_seat(cohort=cohort, user=UserFactory())

    response = client.post(
        url("cohort-edit", course, cohort.public_id), {"time_zone": "Asia/Shanghai", "seats": "1"}
    )

    assert response.status_code == 200
    assert response.context["form"].errors != {}
    assert Cohort.objects.get().seats == 2


def test_a_price_is_typed_in_units_and_ends_early(course, client):
    cohort = CohortFactory(course=course)

    client.post(url("offer-create", course, cohort.public_id), PRICE)

    offer = CourseOffer.objects.get()
    assert (offer.cohort, offer.price_minor, offer.currency) == (cohort, 9950, "CNY")
    assert offer.sales_end_at == datetime(2036, 2, 1, 4, tzinfo=UTC)


def test_a_hidden_price_shows_its_link(course, client):
    offer = CourseOfferFactory(cohort__course=course)

    client.post(
        url("offer-edit", course, offer.public_id),
        {**PRICE, "is_public": "", "name_zh_hans": "友情"},
    )

    page = client.get(url("cohort-list", course)).content.decode()
    assert f"/courses/{course.slug}/?show={offer.public_id}" in page


def test_all_prices_of_a_course_are_in_one_currency(course, client):
    offer = CourseOfferFactory(cohort__course=course)

    response = client.post(
        url("offer-create", course, offer.cohort.public_id), PRICE | {"currency": "EUR"}
    )

    assert response.status_code == 200
    assert CourseOffer.objects.count() == 1


def test_a_price_that_nobody_took_is_deleted_another_is_retired(course, client):
    unused, used = [
        CourseOfferFactory(cohort=CohortFactory(course=course, dated=True)) for _ in "ab"
    ]
    used.enrollments.create(cohort=used.cohort, email="a@example.com", source="staff")

    for offer in (unused, used):
        client.post(url("offer-retire", course, offer.public_id))

    assert [offer.pk for offer in CourseOffer.objects.all()] == [used.pk]
    rows = client.get(url("cohort-list", course)).context["rows"]
    assert [[item.offer.pk for item in row.retired] for row in rows] == [[], [used.pk]]


def test_a_run_is_closed_and_opened_again(course, client):
    cohort = CohortFactory(course=course)

    client.post(url("cohort-close", course, cohort.public_id))
    cohort.refresh_from_db()
    assert cohort.closed_at is not None

    client.post(url("cohort-close", course, cohort.public_id))
    cohort.refresh_from_db()
    assert cohort.closed_at is None


def test_seats_ask_the_same_queries_for_one_run_and_for_three(course, client):
    counts = []
    for total in (1, 3):
        while course.cohorts.count() < total:
            CourseOfferFactory(cohort=CohortFactory(course=course, dated=True))
        with CaptureQueriesContext(connection) as queries:
            client.get(url("cohort-list", course))
        counts.append(len(queries))

    assert counts == [5, 5]
