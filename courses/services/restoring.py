"""Lays an old publication on the desk again."""

from collections.abc import Mapping

from django.db.models import F
from django.utils import timezone

from accounts.models import User
from courses.models import (
    Course,
    CoursePublication,
    Lesson,
    LessonDraft,
    LessonVersion,
    Material,
    Module,
)
from courses.queries.outline import LANGUAGES, Outline, OutlineLesson, read_structure
from courses.services.versions import copy_of

Versions = Mapping[int, LessonVersion]


def lay_on_desk(course: Course, old: CoursePublication, *, by: User | None) -> None:
    """Modules, lessons, texts and files as `old` had them; lessons that came later are deleted.

    Under the course's lock, on a desk that holds nothing unpublished.
    """
    outline = read_structure(old.structure)
    course.completion_percent = outline.percent
    course.save(update_fields=["completion_percent"])
    Lesson.objects.filter(course=course, deleted_at=None).update(deleted_at=timezone.now())
    Module.objects.filter(course=course).update(position=F("position") + len(outline.modules))
    pks = [text.version for lesson in outline.lessons for text in lesson.texts.values()]
    versions = LessonVersion.objects.in_bulk([pk for pk in pks if pk is not None])
    for place, module in enumerate(outline.modules):
        titles = {f"title_{c.replace('-', '_')}": module.titles.get(c) for c in LANGUAGES}
        row, _new = Module.objects.update_or_create(
            course=course, public_id=module.public_id, defaults={"position": place, **titles}
        )
        for position, lesson in enumerate(module.lessons):
            _lay_lesson(lesson, row, position, versions, by)
    _lay_prerequisites(outline)


def _lay_lesson(
    lesson: OutlineLesson, module: Module, position: int, versions: Versions, by: User | None
) -> None:
    Lesson.objects.filter(pk=lesson.pk).update(
        module=module,
        position=position,
        slug=lesson.slug,
        is_preview=lesson.is_preview,
        is_required=lesson.is_required,
        minutes=lesson.minutes,
        release=lesson.release,
        release_at=lesson.release_at,
        release_days=lesson.release_days,
        release_class=lesson.release_class,
        deleted_at=None,
    )
    texts = {
        language: versions[text.version]
        for language, text in lesson.texts.items()
        if text.version is not None
    }
    LessonDraft.objects.filter(lesson=lesson.pk).exclude(language__in=texts).delete()
    for language, version in texts.items():
        _lay_text(lesson.pk, language, version, by)
    _lay_materials(lesson.pk, list(texts.values()))


def _lay_text(lesson: int, language: str, version: LessonVersion, by: User | None) -> None:
    draft, new = LessonDraft.objects.get_or_create(
        lesson_id=lesson,
        language=language,
        defaults={"title": version.title, "body": version.body, "revision": 1, "updated_by": by},
    )
    if not new and (draft.title, draft.body) != (version.title, version.body):
        draft.title, draft.body, draft.revision = version.title, version.body, draft.revision + 1
        draft.updated_by, draft.updated_at = by, timezone.now()
        draft.save(update_fields=["title", "body", "revision", "updated_by", "updated_at"])


def _lay_materials(lesson: int, versions: list[LessonVersion]) -> None:
    """The files of all its languages, each once; a video before its captions."""
    Material.objects.drafts().filter(lesson=lesson).delete()
    published = Material.objects.filter(version__in=versions).select_related("captions_of")
    files = {(material.name, material.language): material for material in published}
    laid: dict[str, Material] = {}
    for material in sorted(files.values(), key=lambda file: file.captions_of is not None):
        copy = copy_of(material, version=None)
        copy.captions_of = laid.get(material.captions_of.name) if material.captions_of else None
        copy.save()
        laid[material.name] = copy


def _lay_prerequisites(outline: Outline) -> None:
    lessons = Lesson.objects.in_bulk([lesson.pk for lesson in outline.lessons])
    for lesson in outline.lessons:
        lessons[lesson.pk].prerequisites.set(lesson.needs)
