"""Reads for the pages of lecturers."""

import posixpath
from itertools import count
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, F, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext as _

from core.markdown import Document, render_document
from courses.models import (
    Cohort,
    Course,
    CourseLogEntry,
    Enrollment,
    Lesson,
    LessonDraft,
    Material,
    Module,
)
from courses.queries.desk import Difference, desk_outline, difference
from courses.queries.outline import Outline, published_outline
from courses.queries.reading import LessonLinks, materials_for


def with_figures(courses: QuerySet[Course]) -> QuerySet[Course]:
    """Each with `learner_count` and `touched_at`, the one touched last first."""
    seats = Enrollment.objects.giving_access().filter(cohort__course=OuterRef("pk"))
    count = seats.order_by().values("cohort__course").annotate(n=Count("pk")).values("n")
    drafts = LessonDraft.objects.filter(lesson__course=OuterRef("pk")).order_by("-updated_at")
    log = CourseLogEntry.objects.filter(course=OuterRef("pk")).order_by("-at")
    return courses.annotate(
        learner_count=Coalesce(Subquery(count), 0),
        touched_at=Greatest(
            Coalesce(Subquery(drafts.values("updated_at")[:1]), F("created_at")),
            Coalesce(Subquery(log.values("at")[:1]), F("created_at")),
        ),
    ).order_by("-touched_at", "-pk")


def modules(course: Course) -> list[Module]:
    """The desk in its order: each module with `live_lessons`, each lesson with its drafts."""
    drafts = Prefetch("drafts", LessonDraft.objects.defer("body"))
    lessons = Lesson.objects.live().prefetch_related(drafts, "prerequisites")
    return list(course.modules.prefetch_related(Prefetch("lessons", lessons, "live_lessons")))


def _live(module: Module) -> list[Lesson]:
    return module.live_lessons  # type: ignore[attr-defined]  # `modules` prefetches them


class LessonLine(NamedTuple):
    """A lesson of the outline. `state`: new, changed, moved or nothing, since the publication."""

    lesson: Lesson
    number: int
    titles: list[tuple[str, str]]  # language's code, title
    missing: list[str]  # names of the languages it is not written in
    state: str


class ModulePart(NamedTuple):
    module: Module
    lessons: list[LessonLine]


def outline_parts(modules: list[Module], changes: Difference) -> list[ModulePart]:
    """What the outline's page shows; lessons are numbered through."""
    numbers = count(1)
    states = lesson_states(changes)
    return [
        ModulePart(module, [_line(lesson, next(numbers), states) for lesson in _live(module)])
        for module in modules
    ]


def _line(lesson: Lesson, number: int, states: dict[int, str]) -> LessonLine:
    drafts = {draft.language: draft.title for draft in lesson.drafts.all()}
    names = dict(settings.LANGUAGES)
    return LessonLine(
        lesson,
        number,
        [(html_language(code), drafts[code]) for code in names if code in drafts],
        [str(name) for code, name in names.items() if code not in drafts],
        states.get(lesson.pk, ""),
    )


def html_language(code: str) -> str:
    """As the `lang` attribute writes it."""
    return "zh-Hans" if code == "zh-hans" else code


def changes_of(course: Course) -> Difference:
    """What a publication of this moment would change for learners."""
    return difference(published_outline(course), desk_outline(course))


def lesson_states(changes: Difference) -> dict[int, str]:
    """Lesson's pk → new, changed, moved."""
    states = {lesson.pk: "new" for lesson in changes.added}
    for change in changes.changed:
        is_changed = change.languages or change.rules
        states[change.after.pk] = "changed" if is_changed else "moved"
    return states


Order = list[tuple[str, list[str]]]


def moved(
    modules: list[Module],
    *,
    kind: str,
    item: str,
    direction: str,
    before: str = "",
    into: str = "",
) -> Order:
    """The order of the desk after one move, as public ids. What is not there moves nothing.

    A step beyond the end of a module takes a lesson into the next one.
    """
    order = [
        (module.public_id, [lesson.public_id for lesson in _live(module)]) for module in modules
    ]
    if kind == "module":
        return _module_moved(order, item, direction, before)
    return _lesson_moved(order, item, direction, before, into)


def _module_moved(order: Order, item: str, direction: str, before: str) -> Order:
    ids = [public_id for public_id, _lessons in order]
    if item not in ids:
        return order
    here = ids.index(item)
    part = order.pop(here)
    ids.pop(here)
    if direction == "place":
        there = ids.index(before) if before in ids else len(ids)
    else:
        there = max(0, here - 1) if direction == "up" else here + 1
    return [*order[:there], part, *order[there:]]


def _lesson_moved(order: Order, item: str, direction: str, before: str, into: str) -> Order:
    place = next((n for n, (_id, lessons) in enumerate(order) if item in lessons), None)
    if place is None:
        return order
    lessons = order[place][1]
    here = lessons.index(item)
    if direction == "place":
        target = next((lessons for public_id, lessons in order if public_id == into), lessons)
        lessons.remove(item)
        target.insert(target.index(before) if before in target else len(target), item)
        return order
    step = -1 if direction == "up" else 1
    if 0 <= here + step < len(lessons):
        lessons[here], lessons[here + step] = lessons[here + step], item
    elif 0 <= place + step < len(order):
        lessons.remove(item)
        neighbors = order[place + step][1]
        neighbors.insert(0 if step > 0 else len(neighbors), item)
    return order


def title_of(lesson: Lesson) -> str:
    """In the reader's language, else in the other."""
    drafts = {draft.language: draft.title for draft in lesson.drafts.all()}
    return drafts.get(get_language() or "") or next(iter(drafts.values()), lesson.slug)


def deleted_lessons(course: Course) -> list[Lesson]:
    """The last ones taken off the desk, each with its drafts and `completion_count`."""
    gone = Lesson.objects.filter(course=course, deleted_at__isnull=False)
    counted = gone.annotate(completion_count=Count("completions"))
    drafts = Prefetch("drafts", LessonDraft.objects.defer("body"))
    return list(counted.order_by("-deleted_at").prefetch_related(drafts)[:20])


def other_lessons(lesson: Lesson) -> list[tuple[int, str]]:
    """What `lesson` may wait for, as choices: every other lesson on the desk."""
    live = Lesson.objects.live().filter(course=lesson.course_id).exclude(pk=lesson.pk)
    drafts = Prefetch("drafts", LessonDraft.objects.defer("body"))
    return [(other.pk, title_of(other)) for other in live.prefetch_related(drafts)]


def drafts_of(lesson: Lesson) -> dict[str, LessonDraft]:
    """By language's code."""
    return {draft.language: draft for draft in lesson.drafts.select_related("updated_by")}


def draft_files(lesson: Lesson) -> list[Material]:
    return list(lesson.materials.drafts().select_related("blob", "captions_of"))


def preview(lesson: Lesson, language: str, text: str) -> Document:
    """`text` as learners will read it, with the files that lie on the desk. Raises TextTooLong."""
    files = materials_for(draft_files(lesson), language)
    # no outline: to ask for it would read every text of the course, with each stroke
    links = LessonLinks(lesson.course.slug, Outline(100, ()), files)

    def resolve(target: str) -> str | None:
        return links(target) or _lesson_link(lesson, target)

    return render_document(text, language=language, resolve=resolve)


def _lesson_link(lesson: Lesson, target: str) -> str | None:
    """`../<slug>/` is another lesson of the course."""
    path = posixpath.normpath(target)
    slug = path.removeprefix("../")
    others = Lesson.objects.live().filter(course=lesson.course_id, slug=slug)
    if not path.startswith("../") or "/" in slug or not others.exists():
        return None
    return reverse("courses:lesson-draft", args=[lesson.course.slug, slug])


def cohort_name(cohort: Cohort) -> str:
    """What a run is called where it has no name of its own."""
    if cohort.name:
        return cohort.name
    if not cohort.start_at:
        return _("At your own pace")
    return date_format(cohort.start_at.astimezone(ZoneInfo(cohort.time_zone)), "DATE_FORMAT")
