"""Assignments as lecturers set them, until when each run hands in, and what is said of the work."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from core.effects import after_commit
from courses import tasks
from courses.errors import FeedbackMissing, NewerHandIn, NotOfThisCourse
from courses.models import (
    Assignment,
    AssignmentDue,
    Cohort,
    Course,
    Feedback,
    FeedbackVerdict,
    Lesson,
    Submission,
    SubmissionStatus,
)
from courses.services.locks import lock_course
from courses.services.log import record
from events.services.log import assign

BECOMES = {
    FeedbackVerdict.ACCEPT: SubmissionStatus.ACCEPTED,
    FeedbackVerdict.REVISE: SubmissionStatus.REVISE,
}


@transaction.atomic
def save_assignment(
    *,
    course: Course,
    by: User | None,
    assignment: Assignment | None = None,
    lesson: Lesson | None = None,
    **fields: Any,
) -> Assignment:
    """Set a new one, last in the list and on the desk alone, or change one. Raises NotOfThisCourse."""
    course = lock_course(course)
    if lesson is not None and lesson.course_id != course.pk:
        raise NotOfThisCourse
    current = assignment or Assignment(course=course, created_by=by, position=_last(course))
    changes = assign(current, fields | {"lesson": lesson})
    current.save(update_fields=[*fields, "lesson"] if assignment else None)
    if changes or assignment is None:
        action = "assignment_changed" if assignment else "assignment_added"
        record(course=course, by=by, action=action, target=current.title)
    return current


def _last(course: Course) -> int:
    return (course.assignments.aggregate(last=Max("position"))["last"] or 0) + 1


@transaction.atomic
def publish_assignment(*, assignment: Assignment, by: User | None) -> None:
    """Bring it before the learners, also one that was taken away. Repeatable."""
    _turn(assignment, by, "assignment_published", published_at=timezone.now(), archived_at=None)


@transaction.atomic
def archive_assignment(*, assignment: Assignment, by: User | None) -> None:
    """Take it away from learners; what they handed in stays. Repeatable."""
    _turn(assignment, by, "assignment_archived", archived_at=timezone.now())


def _turn(assignment: Assignment, by: User | None, action: str, **fields: datetime | None) -> None:
    course = lock_course(assignment.course)
    is_live = Assignment.objects.live().filter(pk=assignment.pk).exists()
    if is_live != (action == "assignment_published"):
        Assignment.objects.filter(pk=assignment.pk).update(**fields)
        record(course=course, by=by, action=action, target=assignment.title)
    assignment.refresh_from_db()


@transaction.atomic
def set_due(
    *,
    assignment: Assignment,
    cohort: Cohort,
    by: User | None,
    due_at: datetime | None,
    grace_minutes: int = 0,
    takes_late: bool = True,
) -> AssignmentDue | None:
    """Until when the run hands in, in its own zone; None: whenever. What was handed in is measured
    anew, so a date that is put off makes nobody late. Raises NotOfThisCourse."""
    course = lock_course(assignment.course)
    if cohort.course_id != course.pk:
        raise NotOfThisCourse
    handed_in = Submission.objects.handed_in().filter(assignment=assignment, cohort=cohort)
    if due_at is None:
        AssignmentDue.objects.filter(assignment=assignment, cohort=cohort).delete()
        handed_in.update(is_late=False)
        return None
    fields = {"due_at": due_at, "grace_minutes": grace_minutes, "takes_late": takes_late}
    due, is_new = AssignmentDue.objects.update_or_create(
        assignment=assignment, cohort=cohort, defaults=fields | {"time_zone": cohort.time_zone}
    )
    handed_in.filter(submitted_at__gt=due.last_at).update(is_late=True)
    handed_in.filter(submitted_at__lte=due.last_at).update(is_late=False)
    action = "due_set" if is_new else "due_changed"
    record(course=course, by=by, action=action, target=assignment.title)
    return due


@transaction.atomic
def give_feedback(*, submission: Submission, by: User, verdict: str, text: str = "") -> Feedback:
    """Accept a hand-in or send it back. A later word counts over an earlier one; both stay.

    Locks the learner's hand-ins of the assignment, like handing in does. The same word twice is
    said once. Raises NewerHandIn, FeedbackMissing.
    """
    if verdict == FeedbackVerdict.REVISE and not text.strip():
        raise FeedbackMissing
    hand_ins = Submission.objects.select_for_update().filter(
        assignment=submission.assignment_id, user=submission.user_id
    )
    newest = [one for one in hand_ins.order_by("pk") if one.status != SubmissionStatus.DRAFT][-1]
    if newest.pk != submission.pk:
        raise NewerHandIn
    last = newest.feedback.last()
    if last and (last.verdict, last.text, last.by_id) == (verdict, text, by.pk):
        return last
    newest.status = BECOMES[FeedbackVerdict(verdict)]
    newest.save(update_fields=["status"])
    feedback = Feedback.objects.create(submission=newest, by=by, verdict=verdict, text=text)
    after_commit(tasks.send_feedback.delay, feedback.pk)
    return feedback
