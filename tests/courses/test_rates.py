"""What lecturers get of what their course sells for."""

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.errors import SharesTooHigh
from courses.models import CourseLogEntry, LecturerRate
from courses.services.courses import LecturerFields, set_lecturers
from courses.services.rates import set_lecturer_rates
from orders.models import LineShare, SaleKind, ShareRate
from tests.courses.personas import client_of
from tests.courses.shop import order_seats, pay, priced_course
from tests.factories.accounts import UserFactory
from tests.factories.courses import CourseLecturerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    course = priced_course(price=10_000)
    course.course_lecturers.all().delete()
    return course


def held() -> list[tuple]:
    return list(LineShare.objects.order_by("pk").values_list("user", "bps", "held_minor"))


def test_a_paid_seat_holds_what_each_lecturer_gets(course):
    ada, mei = (CourseLecturerFactory(course=course).user for _ in range(2))
    ShareRate.objects.create(kind=SaleKind.COURSE, bps=1000, from_at=timezone.now())
    set_lecturer_rates(course=course, by=None, bps={ada.pk: 5000, mei.pk: 1250})

    pay(order_seats(course))

    assert held() == [(None, 1000, 1000), (ada.pk, 5000, 5000), (mei.pk, 1250, 1250)]


def test_a_later_rate_changes_nothing_about_what_was_paid(course):
    ada = CourseLecturerFactory(course=course).user
    set_lecturer_rates(course=course, by=None, bps={ada.pk: 5000})
    pay(order_seats(course))

    set_lecturer_rates(course=course, by=None, bps={ada.pk: 0})
    pay(order_seats(course, "mei@example.com"))

    assert held() == [(ada.pk, 5000, 5000)]
    assert [rate.bps for rate in LecturerRate.objects.all()] == [0, 5000]


def test_who_no_longer_teaches_gets_nothing_of_what_is_sold_from_now_on(course):
    ada, mei = (CourseLecturerFactory(course=course).user for _ in range(2))
    set_lecturer_rates(course=course, by=None, bps={ada.pk: 5000, mei.pk: 1000})
    set_lecturers(course=course, by=None, lecturers=[LecturerFields(mei, is_lead=True)])

    pay(order_seats(course))

    assert held() == [(mei.pk, 1000, 1000)]


def test_lecturers_and_pool_never_get_more_than_there_is(course):
    ada, mei = (CourseLecturerFactory(course=course).user for _ in range(2))
    ShareRate.objects.create(kind=SaleKind.COURSE, bps=1500, from_at=timezone.now())
    set_lecturer_rates(course=course, by=None, bps={ada.pk: 5000})

    with pytest.raises(SharesTooHigh) as refused:
        set_lecturer_rates(course=course, by=None, bps={mei.pk: 3501})

    assert refused.value.params == {"percent": 85}
    assert [rate.user for rate in LecturerRate.objects.all()] == [ada]
    assert set_lecturer_rates(course=course, by=None, bps={mei.pk: 3500}) == 1


def test_what_changed_is_in_the_log(course):
    ada, by = CourseLecturerFactory(course=course).user, UserFactory()
    set_lecturer_rates(course=course, by=by, bps={ada.pk: 5000})
    assert set_lecturer_rates(course=course, by=by, bps={ada.pk: 5000}) == 0

    entry = CourseLogEntry.objects.get(action="lecturer_rates_set")

    assert (entry.by, entry.changes) == (by, {f"user:{ada.pk}": [0, 5000]})


def test_an_organizer_sets_them_and_a_lecturer_reads_them(course):
    ada = CourseLecturerFactory(course=course).user
    url = reverse("courses:lecturer-rates", args=[course.slug])

    client_of("organizer", course).post(url, {f"percent-{ada.pk}": "12.5"})
    page = client_of("lecturer of it", course)

    assert LecturerRate.objects.get().bps == 1250
    assert "12.5 %" in page.get(url).content.decode()
    assert page.post(url, {f"percent-{ada.pk}": "90"}).status_code == 404
    assert LecturerRate.objects.count() == 1


def test_too_much_is_said_beside_what_was_typed(course):
    ada = CourseLecturerFactory(course=course).user
    ShareRate.objects.create(kind=SaleKind.COURSE, bps=1500, from_at=timezone.now())
    url = reverse("courses:lecturer-rates", args=[course.slug])

    page = client_of("owner", course).post(url, {f"percent-{ada.pk}": "90"}).content.decode()

    assert "85 percent are left" in page
    assert 'value="90"' in page
    assert not LecturerRate.objects.exists()
