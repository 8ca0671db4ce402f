"""Panels and words about courses, for the templates of every app."""

from typing import Any

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from community.models import Chapter
from core.time import format_moment, format_span
from courses.models import Cohort, Course, Question
from courses.queries.access import Access, Verdict
from courses.queries.catalog import listed_courses
from courses.queries.learning import my_courses
from courses.queries.outline import OutlineLesson
from courses.queries.questions import listed
from courses.queries.reading import LessonText

register = template.Library()
SHOWN = 5  # of a chapter's courses and a lesson's questions; the rest is on pages of their own


@register.inclusion_tag("courses/my_courses.html")
def my_courses_panel(person: User) -> dict[str, Any]:
    """What `person` learns, for a page about them. Three queries at most."""
    now = timezone.now()
    return {"learnings": my_courses(person, at=now) if person.is_authenticated else []}


@register.inclusion_tag("courses/chapter_courses.html")
def chapter_courses(chapter: Chapter) -> dict[str, Any]:
    """The newest courses of a chapter, for its page. One query."""
    found = list(listed_courses(at=timezone.now(), chapter=chapter.slug)[: SHOWN + 1])
    return {"chapter": chapter, "courses": found[:SHOWN], "has_more": len(found) > SHOWN}


@register.simple_tag
def cohort_words(cohort: Cohort) -> str:
    """`Spring cohort, from Mon, 3 Mar 2036 19:00`, in the active language."""
    if cohort.start_at is None:
        return cohort.name or _("At your own pace")
    if cohort.end_at is None:
        when = _("from %(start)s") % {"start": format_moment(cohort.start_at, cohort.time_zone)}
    else:
        when = format_span(cohort.start_at, cohort.end_at, cohort.time_zone)
    return f"{cohort.name}, {when}" if cohort.name else when


@register.inclusion_tag("courses/_lesson_questions.html")
def lesson_questions(
    course: Course, lesson: OutlineLesson, access: Access, text: LessonText
) -> dict[str, Any]:
    """What was asked about a lesson, below it: for those who learn or work here. One query where
    there is something."""
    found: list[Any] = []
    takes_part = access.is_staff or access.is_enrolled
    if takes_part and "questions" in text.beside:
        asked = Question.objects.shown().filter(lesson=lesson.pk)
        found = list(listed(asked)[: SHOWN + 1])
    return {
        "course": course,
        "lesson": lesson,
        "questions": found[:SHOWN],
        "has_more": len(found) > SHOWN,
        "takes_part": takes_part,
    }


@register.simple_tag
def verdict_on(access: Access, lesson: OutlineLesson) -> Verdict:
    """`{% verdict_on access lesson as verdict %}`: may the reader open this one? No query."""
    return access.verdict(lesson.pk)


@register.filter
def language_names(codes: list[str]) -> str:
    """`["zh-hans", "en"]` → `Chinese, English`, in the active language."""
    return ", ".join(str(name) for code, name in settings.LANGUAGES if code in codes)


@register.filter
def is_completed(access: Access, lesson: OutlineLesson) -> bool:
    return lesson.pk in access.completed


@register.filter
def duration(total_minutes: int) -> str:
    """`95` → `1 h 35 min`."""
    hours, minutes = divmod(total_minutes, 60)
    if not hours:
        return _("%(minutes)s min") % {"minutes": minutes}
    if not minutes:
        return _("%(hours)s h") % {"hours": hours}
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}
