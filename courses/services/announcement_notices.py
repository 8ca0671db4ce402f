"""Who still has to have the mail of an announcement, and that nobody has it twice."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone

from courses.models import Announcement, AnnouncementNotice, Enrollment
from courses.services.class_notices import LEASE, address_of


def owed_seats(announcement: Announcement, at: datetime) -> Iterator[Enrollment]:
    """Seats of people who have not had the mail: those granted by the time it was published."""
    seats: QuerySet[Enrollment, Any] = Enrollment.objects.giving_access()
    seats = seats.filter(
        cohort__course=announcement.course_id, granted_at__lte=announcement.published_at
    )
    if announcement.cohort_id:
        seats = seats.filter(cohort=announcement.cohort_id)
    done = Q(sent_at__isnull=False) | Q(sent_at=None, claimed_at__gt=at - LEASE)
    told = AnnouncementNotice.objects.filter(
        done, announcement=announcement, email=OuterRef("address")
    )
    seats = seats.annotate(address=Lower(Coalesce("user__email", "email"))).filter(~Exists(told))
    people = seats.select_related("user", "order_line__order", "invitation", "cohort")
    yield from {seat.address: seat for seat in people.order_by("-pk")}.values()


@transaction.atomic
def claim(announcement: Announcement, seat: Enrollment, at: datetime) -> AnnouncementNotice | None:
    """The right to send one mail, or None when somebody else has it or it was sent."""
    notice, is_new = AnnouncementNotice.objects.get_or_create(
        announcement=announcement, email=address_of(seat), defaults={"claimed_at": at}
    )
    free = AnnouncementNotice.objects.filter(pk=notice.pk, sent_at=None, claimed_at__lte=at - LEASE)
    return notice if is_new or free.update(claimed_at=at) else None


@transaction.atomic
def mark_sent(notice: AnnouncementNotice) -> None:
    AnnouncementNotice.objects.filter(pk=notice.pk).update(sent_at=timezone.now())


@transaction.atomic
def give_up(notice: AnnouncementNotice) -> None:
    """It could not be sent now; the next run may try."""
    unsent = AnnouncementNotice.objects.filter(pk=notice.pk, sent_at=None)
    unsent.update(claimed_at=F("claimed_at") - LEASE)
