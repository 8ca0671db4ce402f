"""Assignments and quizzes as tests need them, made through the services."""

from accounts.models import User
from courses.models import Assignment, Cohort, Submission
from courses.services import handing_in
from courses.services.handing_in import Place


def place_in(cohort: Cohort, assignment: Assignment) -> Place:
    return Place(cohort.pk, assignment.dues.filter(cohort=cohort).first())


def write(
    assignment: Assignment, user: User, cohort: Cohort, text="My work.", *, number=1, revision=0
) -> Submission:
    return handing_in.write(
        assignment=assignment,
        user=user,
        place=place_in(cohort, assignment),
        number=number,
        revision=revision,
        text=text,
        link="",
    )


def hand_in(assignment: Assignment, user: User, cohort: Cohort, text="My work.", **more):
    """Write and hand in; `at` says when."""
    at = more.pop("at", None)
    draft = write(assignment, user, cohort, text, **more)
    return handing_in.hand_in(draft=draft, place=place_in(cohort, assignment), at=at)
