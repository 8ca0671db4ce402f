"""Which part of a course's sales its lecturers get."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from courses.errors import SharesTooHigh
from courses.models import Course, LecturerRate
from courses.services.locks import lock_course
from courses.services.log import record
from orders.models import SaleKind, ShareRate
from orders.models.shares import WHOLE


@transaction.atomic
def set_lecturer_rates(*, course: Course, by: User | None, bps: Mapping[int, int]) -> int:
    """From now on these lecturers ({user pk: basis points}) get so much; how many rates changed.

    Whoever is not named keeps theirs. Locks the course. Raises SharesTooHigh where lecturers
    and the pool, at its highest rate that is published, would get more than there is.
    """
    current, now = lock_course(course), timezone.now()
    before = LecturerRate.objects.in_force([current.pk], now)[current.pk]
    room = WHOLE - ShareRate.objects.most(SaleKind.COURSE, now)
    if sum((before | dict(bps)).values()) > room:
        raise SharesTooHigh(percent=room // 100)
    changed = {user: rate for user, rate in bps.items() if rate != before.get(user, 0)}
    LecturerRate.objects.bulk_create(
        LecturerRate(course=current, user_id=user, bps=rate, from_at=now, set_by=by)
        for user, rate in sorted(changed.items())
    )
    if changed:
        changes = {f"user:{user}": [before.get(user, 0), changed[user]] for user in changed}
        record(course=current, by=by, action="lecturer_rates_set", changes=changes)
    return len(changed)
