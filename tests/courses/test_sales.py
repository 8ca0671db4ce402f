from datetime import timedelta

import pytest
from django.utils import timezone

from checkout.errors import MixedWishes, PriceChanged, RefundClosed
from checkout.queries.audit import differences
from checkout.services import payments, refunds
from checkout.services.orders import correct_buyer, place_order
from checkout.services.returns import return_units
from checkout.services.settling import mark_paid
from courses import errors
from courses.models import Cohort, Course, CourseOffer, Enrollment
from courses.queries.access import course_access
from courses.services import cohorts, courses, sales
from courses.services.sales import SeatSelection, Wish
from orders.models import Order, Refund
from tests.courses.shop import offer_of, order_seats, pay, priced_course
from tests.courses.world import complete, lesson_of, published_course
from tests.factories.accounts import UserFactory
from tests.factories.ticketing import TicketTypeFactory
from ticketing.services import sales as tickets

pytestmark = pytest.mark.django_db


def learner(email="lin@example.com"):
    user = UserFactory(email=email)
    user.emailaddress_set.create(email=email, verified=True)
    return user


def is_enrolled(user, course) -> bool:
    return course_access(user, Course.objects.get(pk=course.pk), timezone.now()).is_enrolled


def states(order) -> list[str]:
    return list(sales.seats_of(order).values_list("status", flat=True))


def taken(course) -> int:
    return Cohort.objects.get(course=course).taken


def test_free_seat_is_active_on_the_spot():
    course = published_course(1)

    order = order_seats(course)

    assert (order.status, states(order), taken(course)) == ("paid", ["active"], 1)
    assert is_enrolled(learner(), course)


def test_paid_seat_opens_when_the_money_came():
    course, user = priced_course(), learner()

    order = order_seats(course)
    assert (states(order), is_enrolled(user, course)) == (["held"], False)
    pay(order)

    assert (states(order), is_enrolled(user, course)) == (["active"], True)
    assert list(differences()) == []


def test_seat_of_a_buyer_who_proved_the_address_is_theirs_at_once():
    course, user = published_course(1), learner()

    own = order_seats(course, placed_by=user)
    gift = order_seats(course, "mei@example.com", placed_by=user)

    assert sales.seats_of(own).get().user == user
    assert sales.seats_of(gift).get().user is None


def test_expired_seat_goes_back_and_money_that_came_late_takes_it_again():
    course = priced_course(seats=1)
    order = order_seats(course)
    Order.objects.update(hold_until=timezone.now() - timedelta(minutes=1))

    payments.expire_order(order=order, at=timezone.now())
    assert (states(order), taken(course)) == (["canceled"], 0)
    order.refresh_from_db()
    pay(order)

    assert (order.status, states(order), taken(course)) == ("paid", ["active"], 1)


def test_full_cohort_sells_no_more_and_nothing_is_booked():
    course = priced_course(seats=1)
    order_seats(course)

    with pytest.raises(errors.SeatsGone):
        order_seats(course)

    assert (Order.objects.count(), taken(course)) == (1, 1)


def test_refund_ends_just_that_seat_and_keeps_what_was_learned():
    course, user = priced_course(), learner()
    first, second = pay(order_seats(course)), pay(order_seats(course))
    complete(user, lesson_of(course, 1))

    refund_all(first)
    assert (states(first), is_enrolled(user, course), taken(course)) == (["canceled"], True, 1)
    refund_all(second)
    assert not is_enrolled(user, course)

    pay(order_seats(course))
    access = course_access(user, Course.objects.get(pk=course.pk), timezone.now())
    assert (access.is_enrolled, access.percent) == (True, 50)
    assert list(differences()) == []


def refund_all(order):
    units = list(sales.seats_of(order).values_list("public_id", flat=True))
    refunds.refund_units(order=order, units=units, by=None, reason="organizer")
    refunds.refund_units(order=order, units=units, by=None, reason="organizer")


def test_one_seat_of_several_can_be_refunded():
    course = priced_course()
    order = pay(order_seats(course, "", "mei@example.com"))
    seat = sales.seats_of(order).get(email="mei@example.com")

    refunds.refund_units(order=order, units=[seat.public_id], by=None, reason="organizer")

    assert states(order) == ["active", "canceled"]
    assert Refund.objects.get().amount_minor == 9900


@pytest.mark.parametrize(("days", "may"), [(14, True), (0, False)])
def test_learner_returns_a_seat_by_the_courses_rule(days, may):
    course = priced_course(refund_days=days)
    order = pay(order_seats(course))
    unit = sales.seats_of(order).get().public_id

    if may:
        return_units(order=order, units=[unit], at=timezone.now() + timedelta(days=13))
    else:
        with pytest.raises(RefundClosed):
            return_units(order=order, units=[unit], at=timezone.now())

    assert states(order) == (["canceled"] if may else ["active"])
    assert [row.amount_minor for row in Refund.objects.all()] == ([9900] if may else [])


def test_completed_seat_that_a_dispute_ended_comes_back_completed():
    course, user = priced_course(1), learner()
    order = pay(order_seats(course))
    complete(user, lesson_of(course, 1))
    assert states(order) == ["completed"]
    since = timezone.now()
    sales.take_back(order, None)
    assert sales.ended_lines(order, since) == [(order.lines.get().pk, 1)]

    sales.give_again(order, since)

    assert (states(order), taken(course)) == (["completed"], 1)


def test_seat_follows_the_corrected_address():
    course = published_course(1)
    order = order_seats(course, email="lin@exmaple.com")

    correct_buyer(order=order, email="lin@example.com", name="Lin Xiaozhou")

    assert is_enrolled(learner(), course)
    assert sales.seats_of(order).get().name == "Lin Xiaozhou"


def test_organizer_marks_a_seat_paid():
    course = priced_course()
    order = order_seats(course)

    mark_paid(order=order, by=UserFactory(), provider="bank", note="wire 7")

    assert states(order) == ["active"]
    entry = course.log.first()
    assert (entry.action, entry.target) == ("order_marked_paid", order.reference)


def test_quote_says_why_not():
    course = priced_course()
    offer = offer_of(course)
    now = timezone.now()

    def refused(**changes):
        CourseOffer.objects.filter(pk=offer.pk).update(**changes)
        with pytest.raises(errors.DomainError) as found:
            order_seats(course)
        return type(found.value)

    assert refused(sales_start_at=now + timedelta(days=1)) == errors.OfferNotOnSale
    assert refused(sales_start_at=None, min_per_order=2) == errors.OutsideSeatLimits
    assert refused(retired_at=now, min_per_order=1) == errors.UnknownOffer
    courses.archive_course(course=course, by=None)
    course.refresh_from_db()
    assert refused(retired_at=None) == errors.CourseNotOnSale
    assert not Enrollment.objects.exists()


def test_hidden_offer_is_sold_by_its_link():
    course = priced_course()
    CourseOffer.objects.update(is_public=False)
    offer = offer_of(course).public_id
    fields = {"email": "lin@example.com", "name": "Lin", "language": "en"}

    with pytest.raises(errors.UnknownOffer):
        order_seats(course)
    wish = Wish(course, [SeatSelection(offer)], unlocked=offer)

    assert place_order(wishes=[wish], **fields).total_minor == 9900


def test_closed_cohort_takes_nobody_in():
    course = priced_course()
    cohort = course.cohorts.get()
    order = order_seats(course)
    cohorts.close_cohort(cohort=cohort, by=None)

    with pytest.raises(errors.UnknownOffer):
        order_seats(course)

    assert states(pay(order)) == ["active"]


def test_changed_price_is_asked_about_again():
    course = priced_course()

    with pytest.raises(PriceChanged):
        order_seats(course, expected_total_minor=1)


def test_ticket_and_seat_share_an_order_of_one_chapter():
    course = published_course(1)
    kind = TicketTypeFactory(event__chapter=course.chapter)
    stranger = TicketTypeFactory()
    fields = {"email": "lin@example.com", "name": "Lin", "language": "en"}

    def wishes(kind):
        return [
            tickets.Wish(kind.event, [tickets.Selection(kind.public_id, "Lin")]),
            Wish(course, [SeatSelection(offer_of(course).public_id)]),
        ]

    order = place_order(wishes=wishes(kind), **fields)
    with pytest.raises(MixedWishes):
        place_order(wishes=wishes(stranger), **fields)

    assert [line.kind for line in order.lines.all()] == ["ticket", "course"]
    assert (states(order), taken(course)) == (["active"], 1)
    assert tickets.tickets_of(order).get().status == "valid"


def test_line_reads_in_the_readers_language():
    order = order_seats(published_course(1, title_zh_hans="零知识证明", title_en="Zero knowledge"))

    line = order.lines.get()
    assert (line.title_zh_hans, line.title_en) == (
        "零知识证明 · 免费名额",
        "Zero knowledge · Free seat",
    )
