"""Who still has to be reminded of a due date, and that nobody is reminded twice.

A reminder is claimed first and sent after; a claim that nobody finished runs out.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from courses.models import Assignment, AssignmentDue, DueReminder, Submission
from courses.queries.people import Learner, learners_of
from courses.queries.work import AT_REST, due_dates

AHEAD = timedelta(days=1)
LEASE = timedelta(minutes=15)


def owed(at: datetime) -> Iterator[tuple[AssignmentDue, Learner]]:
    """Whoever has an account, has not handed in, and whose date is less than a day away. A seat
    whose address nobody has proven yet is reminded once somebody has."""
    soon = AssignmentDue.objects.filter(
        due_at__gt=at, due_at__lte=at + AHEAD, assignment__in=Assignment.objects.live()
    )
    for due in soon.select_related("assignment__course__chapter", "cohort"):
        settled = _settled(due, at)
        for learner in learners_of([due.cohort]):
            if learner.user is not None and learner.user not in settled:
                yield due, learner


def _settled(due: AssignmentDue, at: datetime) -> set[int]:
    """People who were reminded, are just being reminded, or have handed in."""
    is_told = Q(sent_at__isnull=False) | Q(claimed_at__gt=at - LEASE)
    told = DueReminder.objects.filter(is_told, due=due, due_at=due.due_at)
    done = Submission.objects.filter(assignment=due.assignment_id, status__in=AT_REST)
    return {*told.values_list("user", flat=True), *done.values_list("user", flat=True)}


@transaction.atomic
def claim(due: AssignmentDue, learner: Learner, at: datetime) -> DueReminder | None:
    """Take it upon oneself to send it; None when another did, or when it is owed no more: handed
    in meanwhile, the lesson is not open, or another run gives the person more time."""
    if learner.user is None:
        return None
    user = User.objects.get(pk=learner.user)
    dates = {date.due.pk: date for date in due_dates(user, at=at)}
    date = dates.get(due.pk)
    if date is None or date.is_done:
        return None
    reminder, is_new = DueReminder.objects.get_or_create(
        due=due, user=user, due_at=date.due.due_at, defaults={"claimed_at": at}
    )
    if is_new:
        return reminder
    left = DueReminder.objects.filter(pk=reminder.pk, sent_at=None, claimed_at__lte=at - LEASE)
    return reminder if left.update(claimed_at=at) else None


def mark_sent(reminder: DueReminder) -> None:
    DueReminder.objects.filter(pk=reminder.pk).update(sent_at=timezone.now())


def give_up(reminder: DueReminder) -> None:
    """The mail server did not take it: the next run tries again."""
    DueReminder.objects.filter(pk=reminder.pk, sent_at=None).delete()
