"""What lies on a lecturer's desk, and how it differs from what was published."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import unified_diff
from typing import NamedTuple

from courses.models import (
    Course,
    Lesson,
    LessonDraft,
    LessonVersion,
    Material,
    MaterialKind,
    Module,
)
from courses.queries.outline import (
    LANGUAGES,
    Outline,
    OutlineLesson,
    OutlineModule,
    OutlineText,
    digest_of,
)

Key = tuple[int, str]  # lesson pk, language


@dataclass(frozen=True)
class Desk:
    """The outline that a publication would have now, and what its texts and files are."""

    outline: Outline
    drafts: Mapping[Key, LessonDraft]
    digests: Mapping[Key, str]
    materials: Mapping[Key, list[Material]]


def desk_outline(course: Course) -> Outline:
    """What a publication of this moment would hold. Lessons nobody wrote a text for are left out."""
    return read_desk(course).outline


def read_desk(course: Course) -> Desk:
    """Six queries, whatever the course's size; reads every text."""
    lessons = list(Lesson.objects.live().filter(course=course).prefetch_related("prerequisites"))
    drafts = {
        (draft.lesson_id, draft.language): draft
        for draft in LessonDraft.objects.filter(lesson__in=lessons)
    }
    files = _materials(lessons)
    materials = {key: _for_language(files[key[0]], key[1]) for key in drafts}
    digests = {key: content_digest(draft, materials[key]) for key, draft in drafts.items()}
    texts = _texts(drafts, digests)
    by_module: defaultdict[int | None, list[OutlineLesson]] = defaultdict(list)
    for lesson in lessons:
        if lesson.pk in texts:
            by_module[lesson.module_id].append(_entry(lesson, texts))
    modules = tuple(
        OutlineModule(module.public_id, titles_of(module), tuple(by_module[module.pk]))
        for module in Module.objects.filter(course=course)
        if by_module[module.pk]
    )
    return Desk(Outline(course.completion_percent, modules), drafts, digests, materials)


def _texts(
    drafts: Mapping[Key, LessonDraft], digests: Mapping[Key, str]
) -> dict[int, dict[str, OutlineText]]:
    """Lesson pk → its texts by language, in the languages' order."""
    versions = _versions(digests)
    found: defaultdict[int, dict[str, OutlineText]] = defaultdict(dict)
    for code in LANGUAGES:
        for (lesson, language), draft in drafts.items():
            if language == code:
                key = (lesson, language)
                text = OutlineText(draft.title, digests[key], versions.get(key))
                found[lesson][language] = text
    return dict(found)


def titles_of(module: Module) -> dict[str, str]:
    titles = {code: getattr(module, f"title_{code.replace('-', '_')}") for code in LANGUAGES}
    return {code: title for code, title in titles.items() if title}


def _entry(lesson: Lesson, texts: Mapping[int, dict[str, OutlineText]]) -> OutlineLesson:
    return OutlineLesson(
        pk=lesson.pk,
        public_id=lesson.public_id,
        slug=lesson.slug,
        texts=texts[lesson.pk],
        is_preview=lesson.is_preview,
        is_required=lesson.is_required,
        minutes=lesson.minutes,
        release=lesson.release,
        release_at=lesson.release_at,
        release_days=lesson.release_days,
        release_class=lesson.release_class,
        needs=tuple(sorted(need.pk for need in lesson.prerequisites.all() if need.pk in texts)),
    )


def _materials(lessons: Iterable[Lesson]) -> Mapping[int, list[Material]]:
    found: defaultdict[int, list[Material]] = defaultdict(list)
    drafts = Material.objects.drafts().filter(lesson__in=lessons)
    drafts = drafts.select_related("blob", "captions_of").order_by("position", "name", "language")
    for material in drafts:
        found[material.lesson_id].append(material)
    return found


def _for_language(materials: list[Material], language: str) -> list[Material]:
    """Files for readers of one language; captions are for all of them, and so is what has none."""
    return [
        material
        for material in materials
        if material.language in {"", language} or material.kind == MaterialKind.CAPTIONS
    ]


def content_digest(draft: LessonDraft, materials: Iterable[Material]) -> str:
    """What a reader gets, as one hash."""
    files = [
        [
            material.position, material.name, material.title, material.kind, material.language,
            material.blob.sha256, material.captions_of.name if material.captions_of else "",
        ]
        for material in materials
    ]  # fmt: skip
    return digest_of([draft.title, draft.body, files])


def _versions(digests: Mapping[Key, str]) -> dict[Key, int]:
    """The versions that hold just these texts, where there are some."""
    lessons = {lesson for lesson, _language in digests}
    rows = LessonVersion.objects.filter(lesson__in=lessons, digest__in=digests.values())
    return {
        (lesson, language): pk
        for pk, lesson, language, digest in rows.values_list("pk", "lesson", "language", "digest")
        if digests.get((lesson, language)) == digest
    }


class Changed(NamedTuple):
    """A lesson that is in both, and what of it differs: `rules`, `place`, or languages' codes."""

    before: OutlineLesson
    after: OutlineLesson
    languages: list[str]
    rules: bool
    place: bool


@dataclass(frozen=True)
class Difference:
    added: list[OutlineLesson]
    removed: list[OutlineLesson]
    changed: list[Changed]
    modules: bool  # titles or their order
    percent: bool

    def __bool__(self) -> bool:
        parts = [self.added, self.removed, self.changed, self.modules, self.percent]
        return any(map(bool, parts))


def difference(before: Outline | None, after: Outline) -> Difference:
    """What a publication of `after` changes for those who read `before`."""
    before = before or Outline(after.percent, ())
    places, old_places = _places(before, after), _places(after, before)
    changed = []
    for lesson in after.lessons:
        old = before.by_pk(lesson.pk)
        if old is not None:
            change = _changed(old, lesson, places[lesson.pk] != old_places[lesson.pk])
            if change.languages or change.rules or change.place:
                changed.append(change)
    return Difference(
        added=[lesson for lesson in after.lessons if before.by_pk(lesson.pk) is None],
        removed=[lesson for lesson in before.lessons if after.by_pk(lesson.pk) is None],
        changed=changed,
        modules=_module_titles(before) != _module_titles(after),
        percent=before.percent != after.percent,
    )


def _places(outline: Outline, other: Outline) -> dict[int, tuple[str, int]]:
    """Lesson → module and number among those lessons that the other outline has as well: a lesson
    that was put in between moves none of its neighbors."""
    found = {}
    for module in outline.modules:
        shared = [lesson for lesson in module.lessons if other.by_pk(lesson.pk)]
        found.update({lesson.pk: (module.public_id, place) for place, lesson in enumerate(shared)})
    return found


def _changed(before: OutlineLesson, after: OutlineLesson, moved: bool) -> Changed:
    codes = [code for code in LANGUAGES if _digest(before, code) != _digest(after, code)]
    rules = replace(before, texts={}) != replace(after, texts={})
    return Changed(before, after, codes, rules, moved)


def _digest(lesson: OutlineLesson, language: str) -> str | None:
    text = lesson.texts.get(language)
    return text.digest if text else None


def _module_titles(outline: Outline) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(module.public_id, sorted(module.titles.items())) for module in outline.modules]


def text_difference(before: str, after: str) -> list[str]:
    """Lines of a unified difference, without its head; each begins with a space, + or -, or is @@."""
    lines = unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=3)
    return list(lines)[2:]
