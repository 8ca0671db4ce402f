"""Whose course it is. What a person may not write is not there."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from courses.models import Course, Lesson, Module


def course_edited_by(request: HttpRequest, slug: str) -> Course:
    """The course if the reader teaches it or helps to run its chapter, else 404.

    `is_run` says the latter: who only teaches it does not see its orders.
    """
    runs = Course.objects.run_by(request.user).filter(pk=OuterRef("pk"))
    mine = Course.objects.edited_by(request.user).annotate(is_run=Exists(runs))
    mine = mine.select_related("chapter", "publication")
    return get_object_or_404(mine, slug=slug)


def lesson_edited_by(request: HttpRequest, slug: str, public_id: str) -> Lesson:
    """A lesson on the desk of such a course, with `course` the very object."""
    course = course_edited_by(request, slug)
    live = Lesson.objects.live().filter(course=course).select_related("module")
    lesson = get_object_or_404(live, public_id=public_id)
    lesson.course = course
    return lesson


def module_of(course: Course, public_id: str) -> Module:
    module = get_object_or_404(course.modules, public_id=public_id)
    module.course = course
    return module


def desk_context(lesson: Lesson, **more: Any) -> dict[str, Any]:
    """What the head of a page about one lesson wants."""
    return {"course": lesson.course, "lesson": lesson} | more
