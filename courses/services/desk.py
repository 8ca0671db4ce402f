"""What a lecturer does to modules, lessons and their texts. Learners see none of it until the
course is published."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import User
from core.markdown import check_length
from courses.errors import (
    DeskMoved,
    DraftConflict,
    NotOfThisCourse,
    PrerequisiteLoop,
    TitleMissing,
)
from courses.models import Course, Lesson, LessonDraft, Module
from courses.services.locks import lock_course


@transaction.atomic
def add_module(*, course: Course, position: int | None = None, **fields: Any) -> Module:
    """At the end, unless told where. `fields`: title_zh_hans, title_en, source_key."""
    course = lock_course(course)
    if position is None:
        position = _after(course.modules.aggregate(last=Max("position"))["last"])
    return Module.objects.create(course=course, position=position, **fields)


def _after(last: int | None) -> int:
    return 0 if last is None else last + 1


@transaction.atomic
def update_module(*, module: Module, **fields: Any) -> Module:
    for name, value in fields.items():
        setattr(module, name, value)
    module.save(update_fields=list(fields))
    return module


@transaction.atomic
def delete_module(*, module: Module) -> None:
    """With its lessons, which can be restored into another module."""
    lock_course(module.course)
    live = Lesson.objects.filter(module=module, deleted_at=None)
    live.update(deleted_at=timezone.now())
    module.delete()


@transaction.atomic
def add_lesson(
    *,
    module: Module,
    titles: Mapping[str, str],
    bodies: Mapping[str, str] | None = None,
    slug: str = "",
    position: int | None = None,
    by: User | None = None,
    prerequisites: Iterable[Lesson] = (),
    **fields: Any,
) -> Lesson:
    """With a draft in each language of `titles`; at the module's end, unless told where.

    Raises TextTooLong, NotOfThisCourse.
    """
    course = lock_course(module.course)
    if position is None:
        position = _after(module.lessons.aggregate(last=Max("position"))["last"])
    slug = _free_slug(course, slug or slugify(titles.get("en", "")))
    lesson = Lesson.objects.create(
        course=course, module=module, slug=slug, position=position, **fields
    )
    for language, title in titles.items():
        body = (bodies or {}).get(language, "")
        save_draft(lesson=lesson, language=language, by=by, title=title, body=body, revision=0)
    _set_prerequisites(lesson, prerequisites)
    return lesson


def _free_slug(course: Course, wanted: str) -> str:
    """`wanted`, or with a number behind it where a live lesson has it already."""
    wanted = wanted[:72].strip("-") or "lesson"
    taken = course.lessons.filter(deleted_at=None, slug__startswith=wanted)
    slugs, number, slug = set(taken.values_list("slug", flat=True)), 1, wanted
    while slug in slugs:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


@transaction.atomic
def update_lesson(
    *, lesson: Lesson, prerequisites: Iterable[Lesson] | None = None, **fields: Any
) -> Lesson:
    """Slug, rules, minutes. Raises PrerequisiteLoop, NotOfThisCourse."""
    lock_course(lesson.course)
    for name, value in fields.items():
        setattr(lesson, name, value)
    lesson.save(update_fields=list(fields))
    if prerequisites is not None:
        _set_prerequisites(lesson, prerequisites)
    return lesson


def _set_prerequisites(lesson: Lesson, prerequisites: Iterable[Lesson]) -> None:
    """Under the course's lock, or two lecturers could close a loop together."""
    wanted = list(prerequisites)
    if any(need.course_id != lesson.course_id for need in wanted):
        raise NotOfThisCourse
    links = Lesson.prerequisites.through.objects.filter(from_lesson__course=lesson.course_id)
    needs: dict[int, set[int]] = {}
    for lesson_pk, need in links.values_list("from_lesson_id", "to_lesson_id"):
        needs.setdefault(lesson_pk, set()).add(need)
    needs[lesson.pk] = {need.pk for need in wanted}
    if lesson.pk in _needed(lesson.pk, needs):
        raise PrerequisiteLoop
    lesson.prerequisites.set(wanted)


def _needed(lesson: int, needs: Mapping[int, set[int]]) -> set[int]:
    """All lessons that `lesson` waits for, directly or through others."""
    found: set[int] = set()
    ahead = list(needs.get(lesson, ()))
    while ahead:
        need = ahead.pop()
        if need not in found:
            found.add(need)
            ahead.extend(needs.get(need, ()))
    return found


@transaction.atomic
def delete_lesson(*, lesson: Lesson) -> None:
    """Off the desk; what people completed stays. Repeatable."""
    Lesson.objects.filter(pk=lesson.pk, deleted_at=None).update(deleted_at=timezone.now())


@transaction.atomic
def restore_lesson(*, lesson: Lesson, module: Module) -> Lesson:
    """Back on the desk, at the end of `module`; under another slug if its own is in use."""
    course = lock_course(lesson.course)
    if module.course_id != course.pk:
        raise NotOfThisCourse
    if lesson.deleted_at is not None:
        lesson.slug = _free_slug(course, lesson.slug)
        lesson.position = _after(module.lessons.aggregate(last=Max("position"))["last"])
        lesson.module, lesson.deleted_at = module, None
        lesson.save(update_fields=["slug", "position", "module", "deleted_at"])
    return lesson


@transaction.atomic
def arrange(*, course: Course, order: Sequence[tuple[str, Sequence[str]]]) -> None:
    """The whole order at once: modules by public_id, each with its lessons' public_ids.

    Raises DeskMoved when it does not name exactly what lies on the desk: somebody added or
    deleted something meanwhile.
    """
    lock_course(course)
    modules = {module.public_id: module for module in course.modules.all()}
    lessons = {lesson.public_id: lesson for lesson in course.lessons.filter(deleted_at=None)}
    named = [public_id for _module, rows in order for public_id in rows]
    if sorted(modules) != sorted(name for name, _rows in order) or sorted(named) != sorted(lessons):
        raise DeskMoved
    for place, (module_id, rows) in enumerate(order):
        modules[module_id].position = place
        for position, public_id in enumerate(rows):
            lessons[public_id].module = modules[module_id]
            lessons[public_id].position = position
    Module.objects.bulk_update(modules.values(), ["position"], batch_size=200)
    Lesson.objects.bulk_update(lessons.values(), ["module", "position"], batch_size=200)


@transaction.atomic
def save_draft(
    *, lesson: Lesson, language: str, by: User | None, title: str, body: str, revision: int
) -> LessonDraft:
    """Keep a text. `revision` is the one that was read (0: there was no text in this language).

    The write itself is the check: raises DraftConflict, with what is stored, when somebody saved
    meanwhile. The same text sent once more is no conflict. Raises TextTooLong, TitleMissing.
    """
    title = title.strip()
    if not title:
        raise TitleMissing
    check_length(body)
    fields = {"title": title[:200], "body": body, "updated_by": by, "updated_at": timezone.now()}
    drafts = LessonDraft.objects.filter(lesson=lesson, language=language)
    if revision == 0:
        draft, new = LessonDraft.objects.get_or_create(
            lesson=lesson, language=language, defaults={**fields, "revision": 1}
        )
        if new:
            return draft
    elif drafts.filter(revision=revision).update(**fields, revision=F("revision") + 1):
        return drafts.get()
    theirs = drafts.select_related("updated_by").first()
    if theirs and (theirs.title, theirs.body) == (fields["title"], body):
        return theirs
    raise DraftConflict(theirs=theirs)


@transaction.atomic
def delete_draft(*, lesson: Lesson, language: str, revision: int) -> None:
    """Take one language off the desk. Raises DraftConflict like `save_draft`."""
    drafts = LessonDraft.objects.filter(lesson=lesson, language=language)
    if not drafts.filter(revision=revision).delete()[0] and (theirs := drafts.first()):
        raise DraftConflict(theirs=theirs)
