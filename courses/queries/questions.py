"""Questions as somebody may read them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db.models import Count, Prefetch, Q, QuerySet

from courses.models import Course, Question, QuestionQuerySet, Reply
from courses.queries.access import Access


def open_lessons(access: Access) -> dict[int, str]:
    """The lessons that the reader may open now, and what they are called."""
    lessons = access.outline.lessons if access.outline else []
    return {lesson.pk: lesson.title for lesson in lessons if access.verdict(lesson.pk).allowed}


def visible_questions(course: Course, access: Access) -> QuestionQuerySet:
    """Staff see all, with what was taken away; a learner what is shown of lessons open to them."""
    questions = Question.objects.filter(course=course)
    if access.is_staff:
        return questions
    if not access.is_enrolled:
        return questions.none()
    return questions.shown().filter(lesson__in=open_lessons(access))


def listed(
    questions: QuestionQuerySet, *, q: str = "", state: str = "", lesson: str = ""
) -> QuerySet[Question]:
    """As a list shows them: the newest first, each with `reply_count`."""
    if q:
        questions = questions.search(q)
    if lesson:
        questions = questions.filter(lesson__public_id=lesson)
    if state == "unanswered":
        questions = questions.shown().unanswered()
    elif state == "answered":
        questions = questions.filter(accepted_reply__isnull=False)
    is_shown = Q(replies__removed_at=None, replies__hidden_at=None)
    counted = questions.annotate(reply_count=Count("replies", filter=is_shown))
    return counted.select_related("user", "lesson").order_by("-created_at", "-pk")


class Row(NamedTuple):
    question: Any  # a Question with `reply_count`
    lesson_title: str


def rows(questions: list[Question], titles: Mapping[int, str]) -> list[Row]:
    """Each with its lesson's title; the address of one that is no longer published."""
    return [Row(each, titles.get(each.lesson_id, each.lesson.slug)) for each in questions]


def with_replies(questions: QuestionQuerySet, *, is_staff: bool) -> QuerySet[Question]:
    """For a question's page: its replies in order, with what was taken away for staff alone."""
    replies = Reply.objects.select_related("user", "hidden_by")
    replies = replies.prefetch_related("revisions") if is_staff else replies.shown()
    found = questions.select_related("user", "lesson", "hidden_by", "course__chapter")
    return found.prefetch_related(Prefetch("replies", replies, to_attr="thread"), "revisions")
