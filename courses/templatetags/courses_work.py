"""Panels about assignments and quizzes, for the pages of courses and lessons."""

from typing import Any

from django import template

from courses.models import Course
from courses.queries.access import Access
from courses.queries.handing_in import tasks
from courses.queries.outline import OutlineLesson
from courses.queries.reading import LessonText
from courses.queries.taking import quiz_tasks

register = template.Library()


@register.inclusion_tag("courses/lesson_work.html", takes_context=True)
def lesson_work(
    context: template.Context,
    course: Course,
    lesson: OutlineLesson,
    access: Access,
    text: LessonText,
) -> dict[str, Any]:
    """What there is to do in a lesson that is open for the reader: for who learns here. A query
    each for assignments and quizzes, where there are some."""
    user = context["request"].user
    found: dict[str, Any] = {"course": course, "time_zone": context["time_zone"]}
    if access.is_enrolled and "assignments" in text.beside:
        found["tasks"] = tasks(user, course, access, access.at, lesson=lesson.pk)
    if access.is_enrolled and "quizzes" in text.beside:
        found["quizzes"] = quiz_tasks(user, course, access, lesson=lesson.pk)
    return found
