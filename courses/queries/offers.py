"""What of a course can be bought at this moment."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, TextChoices
from django.utils.translation import gettext_lazy as _

from courses.models import Course, CourseOffer, Enrollment, EnrollmentStatus
from courses.services.sales import is_on_sale
from orders.models import OrderStatus

FEW = 10  # so many seats left are worth a word


class SeatState(TextChoices):
    ON_SALE = "on_sale", _("On sale")
    SOON = "soon", _("Not yet on sale")
    ENDED = "ended", _("Sale ended")
    SOLD_OUT = "sold_out", _("Full")


@dataclass(frozen=True)
class SeatOffer:
    """An offer as somebody who may buy it sees it. `left` None: not limited."""

    offer: CourseOffer
    left: int | None
    state: SeatState

    @property
    def is_on_sale(self) -> bool:
        return self.state == SeatState.ON_SALE

    @property
    def is_scarce(self) -> bool:
        return self.is_on_sale and self.left is not None and self.left <= FEW

    @property
    def most(self) -> int:
        """How many one order may take."""
        most = self.offer.max_per_order
        return most if self.left is None else min(most, self.left)

    @property
    def choices(self) -> list[int]:
        return [*range(self.offer.min_per_order, self.most + 1)]


def seat_offers(course: Course, *, at: datetime, unlocked: str = "") -> list[SeatOffer]:
    """All that are listed, and the hidden one that `unlocked` names. Two queries at most.

    Seats that overdue holds still take count as left where nothing else is: the first who asks
    for them lets those holds go.
    """
    listed = CourseOffer.objects.offered(unlocked=unlocked).filter(cohort__course=course)
    listed = listed.select_related("cohort").order_by(
        "cohort__start_at", "cohort_id", "position", "pk"
    )
    found = list(listed)
    overdue: Counter[int] = Counter()
    if any(offer.cohort.left == 0 for offer in found):
        overdue = _overdue_holds(course, at)
    return [_seat_offer(offer, overdue[offer.cohort_id], at) for offer in found]


def _overdue_holds(course: Course, at: datetime) -> Counter[int]:
    """Cohort pk → seats held by orders whose time ran out."""
    held = Enrollment.objects.filter(
        cohort__course=course,
        status=EnrollmentStatus.HELD,
        order_line__order__status=OrderStatus.OPEN,
        order_line__order__hold_until__lte=at,
    )
    return Counter(dict(held.order_by().values_list("cohort").annotate(Count("pk"))))


def _seat_offer(offer: CourseOffer, overdue: int, at: datetime) -> SeatOffer:
    seats = offer.cohort.left
    left = None if seats is None else seats + overdue
    if left is not None and left < offer.min_per_order:
        state = SeatState.SOLD_OUT
    elif is_on_sale(offer, at):
        state = SeatState.ON_SALE
    elif offer.sales_start_at is not None and offer.sales_start_at > at:
        state = SeatState.SOON
    else:
        state = SeatState.ENDED
    return SeatOffer(offer, left, state)
