"""What a learner sees of the work of one course."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from accounts.models import User
from courses.models import (
    Assignment,
    AssignmentDue,
    Course,
    Feedback,
    Submission,
    SubmissionStatus,
)
from courses.queries.access import Access
from courses.queries.work import fair_due, is_open


@dataclass(frozen=True)
class Task:
    """An assignment as one learner has it before them. `hand_ins` are theirs, the newest last;
    `draft` is what they are writing."""

    assignment: Assignment
    due: AssignmentDue | None
    hand_ins: tuple[Submission, ...]
    draft: Submission | None
    at: datetime

    @property
    def newest(self) -> Submission | None:
        return self.hand_ins[-1] if self.hand_ins else None

    @property
    def is_accepted(self) -> bool:
        return self.newest is not None and self.newest.status == SubmissionStatus.ACCEPTED

    @property
    def is_over(self) -> bool:
        """The due date and its grace have passed."""
        return self.due is not None and self.due.is_late(self.at)

    @property
    def in_grace(self) -> bool:
        return self.due is not None and self.due.due_at < self.at <= self.due.last_at

    @property
    def is_closed(self) -> bool:
        return self.is_over and self.due is not None and not self.due.takes_late

    @property
    def may_begin(self) -> bool:
        """Whether handing in (again) is possible."""
        return not self.is_accepted and not self.is_closed

    @property
    def state(self) -> str:
        """accepted, submitted, revise, draft, late (not handed in, and due) or todo."""
        if self.newest is not None and self.newest.status != SubmissionStatus.REPLACED:
            return str(self.newest.status)
        if self.is_over:
            return "late"
        return "draft" if self.draft else "todo"

    @property
    def next_number(self) -> int:
        return self.newest.number + 1 if self.newest else 1


def cohort_of(access: Access, due: AssignmentDue | None) -> int:
    """The run that somebody works in: that of the due date that holds for them, else the run that
    let them in last."""
    if due is not None:
        return due.cohort_id
    return max(access.grants, key=lambda grant: grant.granted_at).cohort


def tasks(user: User, course: Course, access: Access, at: datetime, **only: Any) -> list[Task]:
    """Assignments of the course that are open for `user` (all that are published, for staff), as
    far as `only` fits. Four queries at most."""
    found = Assignment.objects.live().filter(course=course, **only).select_related("course")
    shown = [one for one in found if access.is_staff or is_open(access, one)]
    if not shown:
        return []
    dues = _dues(shown, access)
    own: dict[int, list[Submission]] = {}
    for submission in _own(user, shown):
        own.setdefault(submission.assignment_id, []).append(submission)
    return [_task(one, dues.get(one.pk, []), own.get(one.pk, []), at) for one in shown]


def _dues(assignments: Iterable[Assignment], access: Access) -> dict[int, list[AssignmentDue]]:
    runs = [grant.cohort for grant in access.grants]
    found: dict[int, list[AssignmentDue]] = {}
    for due in AssignmentDue.objects.filter(assignment__in=assignments, cohort__in=runs):
        found.setdefault(due.assignment_id, []).append(due)
    return found


def _own(user: User, assignments: Iterable[Assignment]) -> Iterable[Submission]:
    feedback = Prefetch("feedback", Feedback.objects.select_related("by"))
    own = Submission.objects.filter(user=user, assignment__in=assignments)
    return own.order_by("number").prefetch_related("files__blob", feedback)


def _task(
    assignment: Assignment, dues: list[AssignmentDue], own: list[Submission], at: datetime
) -> Task:
    hand_ins = [one for one in own if one.status != SubmissionStatus.DRAFT]
    draft = next((one for one in own if one.status == SubmissionStatus.DRAFT), None)
    return Task(assignment, fair_due(dues), tuple(hand_ins), draft, at)
