"""Seats bought through checkout, as tests need them."""

from typing import Any
from uuid import uuid4

from checkout.services.orders import place_order
from checkout.services.settling import settle_payment
from courses.models import Course, CourseOffer
from courses.services.sales import SeatSelection, Wish
from orders.models import Order
from tests.courses.world import published_course
from tests.factories.courses import CohortFactory, CourseOfferFactory
from tests.factories.orders import PaymentFactory


def priced_course(
    lessons: int = 2, seats: int | None = None, price: int = 9900, **fields
) -> Course:
    """In the catalog, with one dated cohort that costs something, beside no free one."""
    course = published_course(lessons, **fields)
    course.cohorts.all().delete()
    cohort = CohortFactory(course=course, dated=True, seats=seats)
    CourseOfferFactory(cohort=cohort, price_minor=price, max_per_order=3)
    return course


def offer_of(course: Course) -> CourseOffer:
    return CourseOffer.objects.get(cohort__course=course)


def order_seats(course: Course, *learners: str, **fields: Any) -> Order:
    """One seat for the buyer, or one for each address of `learners`."""
    offer = offer_of(course).public_id
    selections = [SeatSelection(offer, "", email) for email in learners] or [SeatSelection(offer)]
    fields = {"email": "lin@example.com", "name": "Lin", "language": "en"} | fields
    return place_order(wishes=[Wish(course, selections)], **fields)


def pay(order: Order) -> Order:
    payment = PaymentFactory(order=order, gateway_id=f"cs_{uuid4().hex}")
    settle_payment(
        payment_id=payment.public_id,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        reference=f"pi_{uuid4().hex}",
    )
    order.refresh_from_db()
    return order
