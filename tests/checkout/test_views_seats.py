"""Enrolling over HTTP, and what an organizer does about it."""

import pytest
from django.core import mail

from courses.models import Enrollment
from orders.models import Order
from tests.courses.shop import offer_of, order_seats, pay, priced_course
from tests.courses.world import published_course
from tests.factories.community import MembershipFactory

pytestmark = pytest.mark.django_db


def checkout(course, **changes):
    offer = offer_of(course)
    form = {"offer": offer.public_id, "quantity": "1", "name": "Lin", "email": "lin@example.com"}
    form |= {"expected_total": str(offer.price_minor)}
    return f"/courses/{course.slug}/checkout/", form | changes


@pytest.fixture
def organizer(client):
    def of(course):
        client.force_login(MembershipFactory(chapter=course.chapter).user)
        return client

    return of


def test_free_course_is_entered_with_name_and_mail(client, django_capture_on_commit_callbacks):
    course = published_course(1)
    url, form = checkout(course)
    assert client.get(url).status_code == 200

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(url, form)

    order = Order.objects.get()
    assert response["Location"] == order.get_absolute_url()
    assert Enrollment.objects.get().status == "active"
    [sent] = mail.outbox
    assert f"/courses/{course.slug}/start/" in sent.body
    page = client.get(order.get_absolute_url()).content.decode()
    assert f'href="/courses/{course.slug}/start/"' in page


def test_several_learners_have_each_their_address_and_their_mail(
    client, django_capture_on_commit_callbacks
):
    course = priced_course(price=0)
    url, form = checkout(course, quantity="2")
    form |= {"learner-0": "", "address-0": "", "learner-1": "Mei", "address-1": "mei@example.com"}

    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, form)

    seats = Enrollment.objects.values_list("name", "email")
    assert list(seats) == [("Lin", "lin@example.com"), ("Mei", "mei@example.com")]
    assert sorted(message.to[0] for message in mail.outbox) == [
        "lin@example.com",
        "mei@example.com",
    ]
    secret = str(Order.objects.get().public_id)
    assert [secret in message.body for message in mail.outbox] == [
        message.to == ["lin@example.com"] for message in mail.outbox
    ]


def test_form_that_is_not_right_books_nothing(client):
    course = priced_course()

    for changes in ({"email": "nobody"}, {"name": ""}, {"expected_total": "1"}):
        url, form = checkout(course, **changes)
        assert client.post(url, form).status_code == 200

    assert not Order.objects.exists()


def test_offer_that_is_gone_leads_back_to_the_course(client):
    course = priced_course()
    url, form = checkout(course, offer="unheard-of")

    assert client.post(url, form)["Location"] == course.get_absolute_url()


def test_full_course_says_so(client):
    course = priced_course(seats=1)
    order_seats(course)
    url, form = checkout(course)

    page = client.post(url, form).content.decode()

    assert "Not enough seats: 0 left" in page
    assert "Full" in client.get(course.get_absolute_url()).content.decode()


def test_learner_returns_the_seat_on_the_orders_page(client):
    order = pay(order_seats(priced_course(refund_days=7)))
    url = f"{order.get_absolute_url()}return/"
    unit = Enrollment.objects.get().public_id
    assert client.get(order.get_absolute_url()).content.decode().count(url) == 1

    asked = client.post(url, {"units": [unit]}).content.decode()
    client.post(url, {"units": [unit], "expected": "9900"})

    assert "Return this seat for ¥99?" in asked
    assert Enrollment.objects.get().status == "canceled"


def test_mistyped_address_is_corrected_on_the_orders_page(client):
    order = order_seats(published_course(1), email="lin@exmaple.com")

    client.post(f"{order.get_absolute_url()}correct/", {"name": "Lin", "email": "lin@example.com"})

    assert Enrollment.objects.get().email == "lin@example.com"


def test_organizer_finds_marks_paid_and_refunds(organizer):
    course = priced_course()
    order, _other = order_seats(course), order_seats(course, email="mei@example.com", name="Mei")
    client = organizer(course)
    orders = f"/courses/{course.slug}/orders/"

    found = client.get(f"{orders}?q=lin@example").context["page"].object_list
    assert list(found) == [order]
    client.post(f"{orders}{order.reference}/mark-paid/", {"provider": "bank", "note": "wire 7"})
    order.refresh_from_db()
    assert order.is_paid
    page = client.get(f"{orders}{order.reference}/").content.decode()
    assert "marked the order" in page
    unit = Enrollment.objects.get(order_line__order=order).public_id
    form = {"units": [unit], "percent": "50", "note": ""}
    assert (
        "Return ¥49.50?" in client.post(f"{orders}{order.reference}/refund/", form).content.decode()
    )
    client.post(f"{orders}{order.reference}/refund/", form | {"expected": "4950"})
    refund = order.payments.get().refunds.get()
    client.post(f"/courses/{course.slug}/refunds/{refund.public_id}/returned/", {"note": "sent"})

    refund.refresh_from_db()
    assert (refund.amount_minor, refund.status) == (4950, "succeeded")
    assert Enrollment.objects.get(public_id=unit).status == "canceled"
    assert client.get(f"{orders}{order.reference}/").status_code == 200


def test_organizer_sends_the_mail_again(organizer, django_capture_on_commit_callbacks):
    course = published_course(1)
    order = order_seats(course)
    client = organizer(course)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/courses/{course.slug}/orders/{order.reference}/resend/")

    assert [message.to for message in mail.outbox] == [["lin@example.com"]]


def test_list_of_orders_costs_the_same_for_many(organizer, django_assert_num_queries):
    course = published_course(1)
    client = organizer(course)
    client.get(f"/courses/{course.slug}/orders/")
    for more in (1, 2):
        for number in range(more):
            order_seats(course, email=f"lin{more}{number}@example.com")
        with django_assert_num_queries(5):
            client.get(f"/courses/{course.slug}/orders/")
