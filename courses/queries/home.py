"""A learner's home: what comes next in everything they learn, and what is new there.

The same number of queries whatever they are enrolled in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import F, Max, Q
from django.urls import reverse

from accounts.models import User
from courses.models import (
    Announcement,
    Assignment,
    AssignmentDue,
    ClassSession,
    Course,
    Question,
    ReleaseRule,
    Submission,
    SubmissionStatus,
)
from courses.queries.access import release_time
from courses.queries.learning import Learning, my_courses
from courses.queries.outline import OutlineLesson

SOON = timedelta(days=21)  # classes, lessons that open
RECENT = timedelta(days=21)  # answers, announcements, lessons that opened
MOST = 12  # of what comes next
NEWS = 6
AT_REST = (SubmissionStatus.SUBMITTED, SubmissionStatus.ACCEPTED)


class ItemKind(StrEnum):
    CLASS = "class"
    WORK = "work"
    REVISE = "revise"
    LESSON = "lesson"


@dataclass(frozen=True)
class Item:
    """One thing to come. `at` is None for work to revise that has no date."""

    kind: ItemKind
    course: Course
    title: str
    href: str
    at: datetime | None
    session: ClassSession | None = None
    is_open: bool = False  # a class: people may join now
    is_late: bool = False  # work: it was due


@dataclass(frozen=True)
class Home:
    items: list[Item]
    learnings: list[Learning]
    new_lessons: list[tuple[Course, OutlineLesson]]
    announcements: list[Announcement]
    answered: list[Question]

    @property
    def next(self) -> Item | None:
        return self.items[0] if self.items else None

    @property
    def has_news(self) -> bool:
        return bool(self.new_lessons or self.announcements or self.answered)


def home_of(person: User, *, at: datetime) -> Home:
    """Eight queries, whatever the person learns."""
    learnings = my_courses(person, at=at)
    courses = {learning.course.pk: learning for learning in learnings}
    cohorts = [grant.cohort for each in learnings for grant in each.access.grants]
    items = [
        *_classes(courses, cohorts, at),
        *_work(person, courses, cohorts, at),
        *_openings(learnings, at),
    ]
    items.sort(key=lambda item: (item.at is not None, item.at, item.title))
    return Home(
        items=items[:MOST],
        learnings=learnings,
        new_lessons=list(_new_lessons(learnings, at))[:NEWS],
        announcements=_announcements(list(courses), cohorts, at),
        answered=_answered(person, list(courses), at),
    )


def _classes(courses: dict[int, Learning], cohorts: list[int], at: datetime) -> Iterator[Item]:
    coming = ClassSession.objects.filter(cohort__in=cohorts, starts_at__lt=at + SOON)
    coming = coming.standing().upcoming(at).select_related("cohort", "event__venue")
    for session in coming[:MOST]:
        yield Item(
            ItemKind.CLASS,
            courses[session.cohort.course_id].course,
            session.title,
            session.get_absolute_url(),
            session.starts_at,
            session,
            is_open=session.is_online and session.is_open(at),
        )


def _work(
    person: User, courses: dict[int, Learning], cohorts: list[int], at: datetime
) -> Iterator[Item]:
    """What is due and not handed in, and what was sent back, due or not. Two queries."""
    newest = _newest(person, list(courses))
    dues = _dues(cohorts)
    asked = {key: due.assignment for key, due in dues.items()}
    asked |= {
        key: hand_in.assignment
        for key, hand_in in newest.items()
        if hand_in.status == SubmissionStatus.REVISE
    }
    for key, assignment in asked.items():
        status = newest[key].status if key in newest else ""
        due = dues.get(key)
        is_over = due and due.is_late(at) and not due.takes_late
        if status in AT_REST or is_over or not _is_open(courses, assignment):
            continue
        yield Item(
            ItemKind.REVISE if status == SubmissionStatus.REVISE else ItemKind.WORK,
            courses[assignment.course_id].course,
            assignment.title,
            reverse(
                "courses:assignment-detail",
                args=[courses[assignment.course_id].course.slug, assignment.public_id],
            ),
            due.due_at if due else None,
            is_late=bool(due and due.is_late(at)),
        )


def _newest(person: User, courses: list[int]) -> dict[int, Submission]:
    """Assignment → what the person handed in last."""
    handed_in = Submission.objects.handed_in().filter(user=person, assignment__course__in=courses)
    handed_in = handed_in.filter(assignment__in=Assignment.objects.live())
    rows = handed_in.select_related("assignment").defer("text").order_by("number")
    return {row.assignment_id: row for row in rows}


def _dues(cohorts: list[int]) -> dict[int, AssignmentDue]:
    """Assignment → when it is due; of several runs the one that gives the most time."""
    dues = AssignmentDue.objects.filter(
        cohort__in=cohorts, assignment__in=Assignment.objects.live()
    ).select_related("assignment")
    return {due.assignment_id: due for due in sorted(dues, key=lambda due: (due.last_at, due.pk))}


def _is_open(courses: dict[int, Learning], assignment: Assignment) -> bool:
    learning = courses.get(assignment.course_id)
    if learning is None or not learning.access.is_enrolled:
        return False
    return not assignment.lesson_id or learning.access.verdict(assignment.lesson_id).allowed


def _openings(learnings: list[Learning], at: datetime) -> Iterator[Item]:
    for course, access in learnings:
        for lesson in access.outline.lessons if access.outline else []:
            opens_at = access.verdict(lesson.pk).opens_at
            if opens_at and at < opens_at < at + SOON:
                yield Item(ItemKind.LESSON, course, lesson.title, _lesson(course, lesson), opens_at)


def _new_lessons(learnings: list[Learning], at: datetime) -> Iterator[tuple[Course, OutlineLesson]]:
    """Lessons that a date of their own opened lately, and that wait to be read."""
    for course, access in learnings:
        for lesson in access.outline.lessons if access.outline else []:
            if lesson.release == ReleaseRule.AT_ONCE or lesson.pk in access.completed:
                continue
            opened = [release_time(lesson, grant) for grant in access.grants]
            is_new = any(moment and at - RECENT < moment <= at for moment in opened)
            if is_new and access.verdict(lesson.pk).allowed:
                yield course, lesson


def _lesson(course: Course, lesson: OutlineLesson) -> str:
    return reverse("courses:lesson-detail", args=[course.slug, lesson.slug])


def _announcements(courses: list[int], cohorts: list[int], at: datetime) -> list[Announcement]:
    mine = Q(cohort=None) | Q(cohort__in=cohorts)
    told = Announcement.objects.published().filter(mine, course__in=courses)
    recent = told.filter(published_at__gt=at - RECENT)
    return list(recent.select_related("course")[:NEWS])


def _answered(person: User, courses: list[int], at: datetime) -> list[Question]:
    """The person's questions that somebody else answered lately, with `answered_at`."""
    asked = Question.objects.shown().filter(user=person, course__in=courses)
    of_others = Q(replies__removed_at=None, replies__hidden_at=None) & ~Q(replies__user=F("user"))
    answered = asked.annotate(answered_at=Max("replies__created_at", filter=of_others))
    recent = answered.filter(answered_at__gt=at - RECENT).select_related("course", "lesson")
    return list(recent.order_by("-answered_at")[:NEWS])
