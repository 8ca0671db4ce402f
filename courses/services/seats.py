"""The only writer of `Cohort.taken`.

Lock order: cohorts by pk, after whatever quotas the same order draws on. An enrollment takes a
seat while it is held, active or completed. Call inside a transaction.
"""

from collections.abc import Iterable, Mapping

from django.db.models import Count, F, Q

from courses.errors import CohortClosed, SeatsGone, SeatsTaken
from courses.models import TAKES_SEAT, Cohort


def take(counts: Mapping[int, int]) -> None:
    """Take seats for all of `counts` (cohort pk → seats), or raise; never more than there are.

    The write itself is the check: no count is read before it. Raises SeatsGone, CohortClosed.
    """
    for pk, places in sorted(counts.items()):
        free = Q(seats=None) | Q(taken__lte=F("seats") - places)
        cohorts = Cohort.objects.filter(free, pk=pk, closed_at=None)
        if not cohorts.update(taken=F("taken") + places):
            cohort = Cohort.objects.get(pk=pk)
            if cohort.closed_at is not None:
                raise CohortClosed
            raise SeatsGone(left=cohort.left)


def give_back(counts: Mapping[int, int]) -> None:
    """Return seats. The caller has just ended exactly these enrollments."""
    for pk, places in sorted(counts.items()):
        Cohort.objects.filter(pk=pk).update(taken=F("taken") - places)


def resize(*, cohort: Cohort, seats: int | None) -> None:
    """Raises SeatsTaken when more people have one already."""
    fits = Q(taken__lte=seats) if seats is not None else Q()
    if not Cohort.objects.filter(fits, pk=cohort.pk).update(seats=seats):
        raise SeatsTaken(taken=Cohort.objects.get(pk=cohort.pk).taken)


def counted(cohorts: Iterable[int]) -> dict[int, int]:
    """What `taken` has to be, from the enrollments themselves."""
    holding = Count("enrollments", filter=Q(enrollments__status__in=TAKES_SEAT))
    found = Cohort.objects.filter(pk__in=cohorts).order_by().annotate(count=holding)
    return dict(found.values_list("pk", "count"))
