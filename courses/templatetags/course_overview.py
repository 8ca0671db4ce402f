"""Small parts of a run's pages."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from core.plots import Series, rows, steps
from core.templatetags.house import first_words
from core.templatetags.plots import plot
from core.time import format_moment
from courses.models import Course
from courses.queries.dashboard import Stop, Turnout
from courses.queries.outline import best_language
from courses.queries.work import QuestionResult, QuizResult

register = template.Library()


@register.inclusion_tag("courses/_sort_head.html", takes_context=True)
def sort_head(context: template.Context, name: str, words: str) -> dict[str, Any]:
    """The head of a column that sorts: names from A, numbers from the greatest; again turns it."""
    now = context["sort"]
    first = name if name == "name" else f"-{name}"
    turned = f"-{name}" if first == name else name
    query = context["request"].GET.copy()
    query.pop("page", None)
    query["sort"] = turned if now == first else first
    direction = {name: "ascending", f"-{name}": "descending"}.get(now, "")
    return {"words": words, "href": f"?{query.urlencode()}", "direction": direction}


@register.simple_tag
def fraction(part: int, whole: int) -> SafeString:
    """`3 / 4`, quiet where nothing is missing."""
    kind = "full" if part >= whole else ("none" if not part else "some")
    return format_html(
        '<span class="fraction number" data-kind="{}">{} / {}</span>', kind, part, whole
    )


@register.simple_tag
def seats_plot(days: Sequence[tuple[date, int]]) -> SafeString:
    drawing = steps(
        "seats",
        _("Learners over time"),
        [on for on, _total in days],
        Series(_("Learners"), [total for _on, total in days]),
        empty=_("Nobody has a seat yet. The line begins with the first."),
    )
    return plot(drawing)


@register.simple_tag
def stops_plot(course: Course, stops: Sequence[Stop], learners: int) -> SafeString:
    """Lessons in their order, each against all learners."""
    drawing = rows(
        "stops",
        _("Where learners stop"),
        [stop.lesson.title for stop in stops],
        Series(_("Completed"), [stop.completed for stop in stops]),
        Series(_("Opened, not completed"), [stop.opened for stop in stops]),
        head=_("Lesson"),
        whole=_whole(learners, [stop.completed + stop.opened for stop in stops]),
        hrefs=[
            reverse("courses:lesson-detail", args=[course.slug, stop.lesson.slug]) for stop in stops
        ],
        empty=_("No lesson is published yet."),
    )
    return plot(drawing)


@register.simple_tag
def turnout_plot(classes: Sequence[Turnout], learners: int) -> SafeString:
    """The classes that were held, each against all learners."""
    drawing = rows(
        "turnout",
        _("Who came to the classes"),
        [_class_words(one) for one in classes],
        Series(_("Present"), [one.present for one in classes]),
        head=_("Class"),
        whole=_whole(learners, [one.present for one in classes]),
        empty=_("No class has been held yet."),
    )
    return plot(drawing)


@register.simple_tag
def quiz_plot(result: QuizResult) -> SafeString:
    """How each question of a quiz was answered."""
    questions = result.questions
    drawing = rows(
        f"quiz-{result.quiz.public_id}",
        _("Answers: %(quiz)s") % {"quiz": result.quiz.title},
        [_question_words(number, one) for number, one in enumerate(questions, 1)],
        Series(_("Right"), [one.right for one in questions]),
        Series(_("Wrong"), [one.wrong for one in questions]),
        Series(_("No answer"), [one.blank for one in questions]),
        head=_("Question"),
        tones=(1, 3, 4),
    )
    return plot(drawing)


def _question_words(number: int, one: QuestionResult) -> str:
    words = first_words(one.texts.get(best_language(one.texts), ""))
    return f"{number}. {Truncator(words).chars(90)}"


def _class_words(one: Turnout) -> str:
    moment = format_moment(one.session.starts_at, one.session.time_zone)
    return f"{one.session.title}, {moment}"


def _whole(learners: int, found: Sequence[int]) -> int:
    """Who left since may have been counted: no bar is longer than its drawing."""
    return max([learners, *found, 1])
