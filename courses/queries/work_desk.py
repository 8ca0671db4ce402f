"""The work of a course as its lecturers look after it."""

from collections import defaultdict
from typing import NamedTuple

from django.db.models import Count, Prefetch, Q, QuerySet

from courses.models import (
    Assignment,
    AssignmentDue,
    Cohort,
    Course,
    Feedback,
    Quiz,
    Submission,
    SubmissionStatus,
)

WAITING = Count("submissions", filter=Q(submissions__status=SubmissionStatus.SUBMITTED))


class AssignmentRow(NamedTuple):
    assignment: Assignment
    dues: list[AssignmentDue]
    waiting: int
    accepted: int


def assignment_rows(course: Course) -> list[AssignmentRow]:
    """Every assignment with its due dates and how many hand-ins wait. Two queries."""
    accepted = Count("submissions", filter=Q(submissions__status=SubmissionStatus.ACCEPTED))
    rows = Assignment.objects.filter(course=course).annotate(waiting=WAITING, accepted=accepted)
    dues: defaultdict[int, list[AssignmentDue]] = defaultdict(list)
    for due in AssignmentDue.objects.filter(assignment__course=course).select_related("cohort"):
        dues[due.assignment_id].append(due)
    return [AssignmentRow(row, dues[row.pk], row.waiting, row.accepted) for row in rows]


class QuizRow(NamedTuple):
    quiz: Quiz
    questions: int
    attempts: int


def quiz_rows(course: Course) -> list[QuizRow]:
    """Every quiz with how many questions its desk has and how often it was taken. One query."""
    rows = Quiz.objects.filter(course=course).annotate(
        question_count=Count("questions", distinct=True),
        attempt_count=Count("tries", filter=Q(tries__submitted_at__isnull=False), distinct=True),
    )
    return [QuizRow(row, row.question_count, row.attempt_count) for row in rows]


class DueRow(NamedTuple):
    cohort: Cohort
    due: AssignmentDue | None


def due_rows(assignment: Assignment) -> list[DueRow]:
    """Every run of the course and until when it hands in. Two queries."""
    dues = {due.cohort_id: due for due in assignment.dues.all()}
    cohorts = Cohort.objects.filter(course=assignment.course_id)
    return [DueRow(cohort, dues.get(cohort.pk)) for cohort in cohorts]


def hand_ins(
    course: Course, *, assignment: Assignment | None = None, status: str = ""
) -> QuerySet[Submission]:
    """What was handed in and not replaced; what waits comes first come, first served."""
    found = Submission.objects.handed_in().filter(assignment__course=course)
    if assignment:
        found = found.filter(assignment=assignment)
    replaced = Q(status=SubmissionStatus.REPLACED)
    found = found.filter(Q(status=status) if status else ~replaced)
    found = found.select_related("assignment", "user", "cohort")
    waits_first = status == SubmissionStatus.SUBMITTED
    return found.order_by("submitted_at", "pk") if waits_first else found.order_by("-submitted_at")


def story_of(submission: Submission) -> list[Submission]:
    """All that its learner handed in for the assignment, oldest first, with files and feedback."""
    feedback = Prefetch("feedback", Feedback.objects.select_related("by"))
    own = Submission.objects.handed_in().filter(
        assignment=submission.assignment_id, user=submission.user_id
    )
    return list(own.order_by("number").prefetch_related("files__blob", feedback))
