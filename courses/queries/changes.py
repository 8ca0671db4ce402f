"""What a publication changes, in words and texts: of the desk, or between two publications."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _, ngettext

from courses.models import Course, CoursePublication, LessonVersion, Material, ReleaseRule
from courses.queries.desk import Changed, Desk, Difference, difference, read_desk
from courses.queries.differences import Line, difference as text_difference
from courses.queries.outline import (
    LANGUAGES,
    Outline,
    OutlineLesson,
    published_outline,
    read_structure,
)

Key = tuple[int, str]  # lesson's pk, language


class Content(NamedTuple):
    """A lesson in one language: its words, and its files as name → hash."""

    title: str
    body: str
    files: Mapping[str, str]


@dataclass(frozen=True)
class Side:
    """One of the two things that are compared."""

    outline: Outline
    contents: Mapping[Key, Content]


class TextChange(NamedTuple):
    """One language of a lesson. `kind`: new, removed, changed."""

    language: str
    kind: str
    title: list[Line]
    lines: list[Line]
    files_added: list[str]
    files_removed: list[str]
    files_changed: list[str]


class RuleChange(NamedTuple):
    label: str
    before: str
    after: str


class LessonChange(NamedTuple):
    """`kind`: new, removed, changed, moved. Only one that is changed has `texts`: a new one is
    read on its own page."""

    lesson: OutlineLesson
    kind: str
    texts: list[TextChange]
    rules: list[RuleChange]
    is_moved: bool


class ModuleChange(NamedTuple):
    before: str
    after: str


@dataclass(frozen=True)
class Changes:
    """Everything that learners would notice. `digest` names the newer side; `hollow` are texts of
    the desk with a title and nothing else, as title and language."""

    lessons: list[LessonChange]
    modules: list[ModuleChange]
    modules_moved: bool
    percent: RuleChange | None
    digest: str
    hollow: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        parts = [self.lessons, self.modules, self.modules_moved, self.percent]
        return any(map(bool, parts))


def unpublished(course: Course) -> Changes:
    """What lies on the desk and learners do not see yet."""
    desk, before = read_desk(course), published_outline(course)
    found = difference(before, desk.outline)
    old = _published_side(before or Outline(desk.outline.percent, ()), found, is_old=True)
    changes = _changes(course, old, _desk_side(desk), found)
    return replace(changes, hollow=tuple(_hollow(desk)))


def _hollow(desk: Desk) -> Iterator[tuple[str, str]]:
    """Learners of that language would read an empty page instead of the other language."""
    for lesson in desk.outline.lessons:
        for language, text in lesson.texts.items():
            key = lesson.pk, language
            if not desk.drafts[key].body.strip() and not desk.materials[key]:
                yield text.title, language


def between(course: Course, old: CoursePublication | None, new: CoursePublication) -> Changes:
    """From one publication to another; None: from nothing."""
    after = read_structure(new.structure)
    before = read_structure(old.structure) if old else None
    found = difference(before, after)
    return _changes(
        course,
        _published_side(before or Outline(after.percent, ()), found, is_old=True),
        _published_side(after, found, is_old=False),
        found,
    )


def _desk_side(desk: Desk) -> Side:
    contents = {
        key: Content(draft.title, draft.body, _hashes(desk.materials[key]))
        for key, draft in desk.drafts.items()
    }
    return Side(desk.outline, contents)


def _published_side(outline: Outline, found: Difference, *, is_old: bool) -> Side:
    """Reads only the texts that differ, in two queries."""
    lessons = [change.before if is_old else change.after for change in found.changed]
    keys = {
        text.version: (lesson.pk, language)
        for lesson in lessons
        for language, text in lesson.texts.items()
        if text.version is not None
    }
    files: defaultdict[int, list[Material]] = defaultdict(list)
    for file in Material.objects.filter(version__in=keys).select_related("blob"):
        files[file.version_id or 0].append(file)
    versions = LessonVersion.objects.filter(pk__in=keys)
    contents = {
        keys[row.pk]: Content(row.title, row.body, _hashes(files[row.pk])) for row in versions
    }
    return Side(outline, contents)


def _hashes(files: list[Material]) -> dict[str, str]:
    return {file.name: file.blob.sha256 for file in files}


def _changes(course: Course, old: Side, new: Side, found: Difference) -> Changes:
    added = [LessonChange(each, "new", [], [], False) for each in found.added]
    removed = [LessonChange(each, "removed", [], [], False) for each in found.removed]
    changed = [_lesson_change(course, change, old, new) for change in found.changed]
    order = {lesson.pk: place for place, lesson in enumerate(new.outline.lessons)}
    lessons = sorted([*added, *changed], key=lambda change: order[change.lesson.pk])
    titles = _module_changes(old.outline, new.outline)
    return Changes(
        lessons=[*lessons, *removed],
        modules=titles,
        modules_moved=found.modules and not titles,
        percent=_percent(old.outline, new.outline) if found.percent else None,
        digest=new.outline.digest,
    )


def _lesson_change(course: Course, change: Changed, old: Side, new: Side) -> LessonChange:
    rules = _rules(course, change, new.outline) if change.rules else []
    texts = _texts(change.after.pk, old, new, change.languages)
    kind = "changed" if texts or rules else "moved"
    return LessonChange(change.after, kind, texts, rules, change.place)


def _texts(pk: int, old: Side, new: Side, languages: list[str]) -> list[TextChange]:
    return [
        _text_change(language, old.contents.get((pk, language)), new.contents.get((pk, language)))
        for language in languages
    ]


EMPTY = Content("", "", {})


def _text_change(language: str, old: Content | None, new: Content | None) -> TextChange:
    before, after = old or EMPTY, new or EMPTY
    kept = set(before.files) & set(after.files)
    return TextChange(
        language,
        "new" if old is None else "removed" if new is None else "changed",
        text_difference(before.title, after.title),
        text_difference(before.body, after.body),
        sorted(set(after.files) - kept),
        sorted(set(before.files) - kept),
        sorted(name for name in kept if before.files[name] != after.files[name]),
    )


def _rules(course: Course, change: Changed, outline: Outline) -> list[RuleChange]:
    before, after = (_in_words(course, each, outline) for each in (change.before, change.after))
    return [
        RuleChange(label, old, after[label]) for label, old in before.items() if old != after[label]
    ]


def _in_words(course: Course, lesson: OutlineLesson, outline: Outline) -> dict[str, str]:
    needs = (outline.by_pk(pk) for pk in lesson.needs)
    return {
        _("Opens"): opens(lesson, course.chapter.time_zone),
        _("Free preview"): _yes(lesson.is_preview),
        _("Needed to complete the course"): _yes(lesson.is_required),
        _("Only after"): ", ".join(need.title for need in needs if need) or "—",
        _("Minutes it takes"): str(lesson.minutes or "—"),
        _("Address of the page"): lesson.slug,
    }


def _yes(value: bool) -> str:
    return _("yes") if value else _("no")


def opens(lesson: OutlineLesson, zone: str) -> str:
    """When a lesson opens, in words; a date is said in `zone`."""
    days = lesson.release_days or 0
    if lesson.release == ReleaseRule.ON_DATE and lesson.release_at:
        return date_format(lesson.release_at.astimezone(ZoneInfo(zone)), "SHORT_DATETIME_FORMAT")
    if lesson.release == ReleaseRule.AFTER_START:
        return ngettext("%(n)s day after the start", "%(n)s days after the start", days) % {
            "n": days
        }
    if lesson.release == ReleaseRule.AFTER_ENROLLMENT:
        return ngettext("%(n)s day after enrolling", "%(n)s days after enrolling", days) % {
            "n": days
        }
    if lesson.release == ReleaseRule.AFTER_CLASS:
        return _("after class %(n)s of the run") % {"n": lesson.release_class}
    return _("at once")


def _module_changes(old: Outline, new: Outline) -> list[ModuleChange]:
    before = {module.public_id: _both(module.titles) for module in old.modules}
    after = {module.public_id: _both(module.titles) for module in new.modules}
    names = [*after, *(name for name in before if name not in after)]
    return [
        ModuleChange(before.get(name, ""), after.get(name, ""))
        for name in names
        if before.get(name) != after.get(name)
    ]


def _both(titles: Mapping[str, str]) -> str:
    return " / ".join(titles[code] for code in LANGUAGES if code in titles)


def _percent(old: Outline, new: Outline) -> RuleChange:
    return RuleChange(
        _("Required lessons that complete the course"), f"{old.percent} %", f"{new.percent} %"
    )
