"""Writes a plan, all of it in the transaction that it is called in."""

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from courses.models import Blob, Course, Lesson, Module
from courses.services.courses import create_course, update_course
from courses.services.desk import (
    add_lesson,
    add_module,
    arrange,
    delete_draft,
    delete_lesson,
    delete_module,
    restore_lesson,
    save_draft,
    update_lesson,
    update_module,
)
from courses.services.files import attach_file, delete_material, update_material
from courses.services.importing.lessons import LessonPlan, Taken
from courses.services.importing.plan import ModulePlan, Plan, order_of_rows, row_of


def write(plan: Plan, *, key: str, blobs: Mapping[str, Blob], by: User | None) -> Course:
    """The course's desk is as the source says. `key` is kept on a course that is new."""
    before, order, gone_modules = plan.present.order(), plan.order(), plan.gone_modules()
    is_arranged = [(row, [*rows]) for row, rows in before] == order_of_rows(order)
    course = _write_course(plan, key, by)
    for lesson in plan.gone_lessons:
        delete_lesson(lesson=lesson)
    _free_addresses(plan)
    for module in plan.modules:
        row = _write_module(course, module)
        for each in module.lessons:
            _write_lesson(row, each, blobs, by)
    for gone in gone_modules:
        delete_module(module=gone)
    _write_needs(plan)
    if not is_arranged:
        ids = [
            (row_of(m).public_id, [row_of(item).public_id for item in items]) for m, items in order
        ]
        arrange(course=course, order=ids)
    return course


def _free_addresses(plan: Plan) -> None:
    """Two lessons may change their addresses with each other."""
    for lesson in plan.lessons:
        row = lesson.lesson
        if row is not None and row.deleted_at is None and row.slug != lesson.slug:
            update_lesson(lesson=row, slug=f"moving-{row.public_id}")


def _write_course(plan: Plan, key: str, by: User | None) -> Course:
    fields = plan.course_fields()
    if plan.course.pk is None:
        chapter = plan.course.chapter
        return create_course(chapter=chapter, by=by, source_key=key, **fields)
    return update_course(course=plan.course, by=by, **fields) if fields else plan.course


def _write_module(course: Course, plan: ModulePlan) -> Module:
    fields: dict[str, Any] = plan.new_fields()
    if plan.module is None:
        plan.module = add_module(course=course, source_key=plan.key, **fields)
    elif fields:
        update_module(module=plan.module, **fields)
    return plan.module


def _write_lesson(
    module: Module, plan: LessonPlan, blobs: Mapping[str, Blob], by: User | None
) -> None:
    lesson = plan.lesson
    if lesson is None:
        key, fields = plan.parsed.key, plan.new_settings()
        lesson = add_lesson(module=module, titles={}, source_key=key, by=by, **fields)
    elif lesson.deleted_at is not None:
        lesson = restore_lesson(lesson=lesson, module=module)
    plan.lesson = lesson
    moved = {"module": module} if lesson.module_id != module.pk else {}
    if changed := plan.new_settings() | moved:
        update_lesson(lesson=lesson, **changed)
    _write_texts(lesson, plan, by)
    _write_files(lesson, plan, blobs, by)


def _write_texts(lesson: Lesson, plan: LessonPlan, by: User | None) -> None:
    for language, (title, body) in plan.new_texts().items():
        draft = plan.drafts.get(language)
        save_draft(
            lesson=lesson,
            language=language,
            by=by,
            title=title,
            body=body,
            revision=draft.revision if draft else 0,
        )
    for gone in plan.gone_texts():
        delete_draft(lesson=lesson, language=gone.language, revision=gone.revision)


def _write_files(
    lesson: Lesson, plan: LessonPlan, blobs: Mapping[str, Blob], by: User | None
) -> None:
    for gone in plan.gone_files():
        delete_material(material=gone)
    present = dict(plan.materials)
    # Captions last: their video must be there
    for taken in sorted(plan.new_files(), key=lambda taken: bool(taken.captions_of)):
        present[taken.key] = _attach(lesson, taken, blobs[taken.sha256], present, by)
    if plan.is_whole and (plan.new_files() or plan.has_other_order()):
        for position, taken in enumerate(plan.files):
            if present[taken.key].position != position:
                update_material(material=present[taken.key], position=position)


def _attach(
    lesson: Lesson,
    taken: Taken,
    blob: Blob,
    present: Mapping[tuple[str, str], Any],
    by: User | None,
) -> Any:
    videos = [
        material for (name, _language), material in present.items() if name == taken.captions_of
    ]
    material = attach_file(
        lesson=lesson,
        by=by,
        name=taken.name,
        blob=blob,
        language=taken.language,
        captions_of=videos[0] if videos else None,
    )
    return update_material(material=material, title=taken.title) if taken.title else material


def _write_needs(plan: Plan) -> None:
    """When all lessons are there, since any may need any; and all old ones are gone before, or a
    turned-round pair would be a loop on the way."""
    rows = {lesson.parsed.key: lesson.lesson for lesson in plan.lessons if lesson.lesson}
    changed = [
        (rows[lesson.parsed.key], [rows[key] for key in needs])
        for lesson in plan.lessons
        if (needs := lesson.new_needs(plan.keys)) is not None
    ]
    for row, _needs in changed:
        row.prerequisites.clear()
    for row, first in changed:
        update_lesson(lesson=row, prerequisites=first)
