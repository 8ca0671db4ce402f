"""Parts of lecturers' pages."""

from typing import Any

from django import template
from django.conf import settings
from django.utils.translation import gettext as _, ngettext

from courses.forms.outline import LessonCreateForm
from courses.models import Course, Lesson, Module, ReleaseRule
from courses.queries import teaching

register = template.Library()
register.filter("html_language", teaching.html_language)
register.filter("lesson_title", teaching.title_of)
register.filter("cohort_words", teaching.cohort_name)


@register.filter
def language_words(code: str) -> str:
    """Chinese, English: in the reader's language."""
    return _(str(dict(settings.LANGUAGES)[code]))


@register.inclusion_tag("components/course_nav.html")
def course_nav(course: Course, current: str = "", runs: bool | None = None) -> dict[str, Any]:
    """The head of a page about one course. `runs`: its orders are the reader's business; where
    it is not said, the desk's views have said it on the course."""
    runs = getattr(course, "is_run", False) if runs is None else runs
    return {"course": course, "current": current, "runs": runs}


@register.inclusion_tag("components/lesson_nav.html")
def lesson_nav(lesson: Lesson, current: str) -> dict[str, Any]:
    """The tabs of one lesson's pages."""
    return {"course": lesson.course, "lesson": lesson, "current": current}


@register.simple_tag
def new_lesson_form(module: Module) -> LessonCreateForm:
    """An empty one whose fields have the module's name in their ids: there is one for each."""
    return LessonCreateForm(auto_id=f"id_{module.public_id}_%s")


@register.filter
def release_words(lesson: Any) -> str:
    """When a lesson (of the desk or of an outline) opens, in a few words; "" for at once.

    A date is written by the template: it wants the chapter's zone.
    """
    days = lesson.release_days or 0
    if lesson.release == ReleaseRule.AFTER_START:
        if not days:
            return _("opens when the run starts")
        words = ngettext(
            "opens %(n)s day after the start", "opens %(n)s days after the start", days
        )
        return words % {"n": days}
    if lesson.release == ReleaseRule.AFTER_ENROLLMENT and days:
        words = ngettext(
            "opens %(n)s day after enrolling", "opens %(n)s days after enrolling", days
        )
        return words % {"n": days}
    if lesson.release == ReleaseRule.AFTER_CLASS:
        return _("opens after class %(n)s of the run") % {"n": lesson.release_class}
    return ""
