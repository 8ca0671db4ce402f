"""What has to be written so that a course is as its source says. Reads the rows, writes none."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from courses.exchange import ParsedCourse, Skipped
from courses.exchange.links import at_addresses
from courses.exchange.parsed import LANGUAGES, ParsedLesson, ParsedModule
from courses.models import Course, Lesson, Module
from courses.services.importing.changes import (
    Change,
    ChangeKind,
    Comparison,
    FieldChange,
    in_order,
    label_of,
    shown,
)
from courses.services.importing.lessons import TITLE_LENGTH, LessonPlan, Taken, Text
from courses.services.importing.present import Present, title_of

MODULE_TITLE_LENGTH = 160
COURSE_LENGTHS = {"title": 160, "summary": 240}
# Files of each lesson by its key, hashed before, outside of any transaction
Files = Mapping[str, list[Taken]]


@dataclass(eq=False)
class ModulePlan:
    key: str
    module: Module | None
    fields: dict[str, str]
    lessons: list[LessonPlan]

    def new_fields(self) -> dict[str, str]:
        return {k: v for k, v in self.fields.items() if (getattr(self.module, k, "") or "") != v}

    @property
    def name(self) -> str:
        return next(filter(None, self.fields.values()), "")

    def change(self) -> Change | None:
        if self.module is None:
            return Change(ChangeKind.ADDED, _("Module"), self.name)
        fields = tuple(
            FieldChange(_("title"), getattr(self.module, name) or "", value)
            for name, value in self.new_fields().items()
        )
        return Change(ChangeKind.CHANGED, _("Module"), self.name, fields) if fields else None


Item = ModulePlan | LessonPlan | Module | Lesson


class Plan:
    """`is_home` tells that the course was made from this source: only then does the source's
    word on the course's own texts count, and what it no longer has goes. `cover` is the name of
    another picture than the course has, empty for none; None keeps what is there."""

    def __init__(
        self,
        course: Course,
        parsed: ParsedCourse,
        files: Files,
        *,
        is_home: bool,
        cover: str | None = None,
    ) -> None:
        self.course, self.parsed, self.is_home = course, parsed, is_home
        self.is_whole = parsed.is_whole and is_home
        self.cover = cover
        self.skipped = list(parsed.skipped)
        self.present = Present(course, by_public_id=parsed.is_whole)
        self._files = files
        self.gone_lessons = self._gone()
        self.slugs = slugs = self._slugs()
        self.modules = [self._module(module, slugs) for module in parsed.modules]
        self.lessons = [lesson for module in self.modules for lesson in module.lessons]
        self.keys = {row.pk: self.present.key(row) for row in self.present.lessons}

    # Lessons and modules

    def _slugs(self) -> dict[str, str]:
        """The address of each of the source's lessons. One that has an address keeps it, unless
        the source is our own folder, whose links go by the names of its folders."""
        wanted = {lesson.key: lesson for lesson in self.parsed.lessons}
        rows = {key: self.present.lesson(key) for key in wanted}
        slugs = {
            key: row.slug
            for key, row in rows.items()
            if row is not None and row.deleted_at is None and not self.is_whole
        }
        ours = {row.pk for row in rows.values() if row is not None}
        ours |= {row.pk for row in self.gone_lessons}
        taken = {row.slug.casefold() for row in self.present.live if row.pk not in ours}
        taken |= {slug.casefold() for slug in slugs.values()}
        for key, lesson in wanted.items():
            if key not in slugs:
                slugs[key] = _free(lesson.slug or "lesson", taken)
                taken.add(slugs[key].casefold())
        return slugs

    def _module(self, parsed: ParsedModule, slugs: Mapping[str, str]) -> ModulePlan:
        module = self.present.module(parsed.key)
        title = {
            language: self._cut(text, MODULE_TITLE_LENGTH)
            for language, text in parsed.title.items()
        }
        stated = LANGUAGES if self.is_whole else tuple(title)
        return ModulePlan(
            key=parsed.key,
            module=module,
            fields={field_of("title", language): title.get(language, "") for language in stated},
            lessons=[self._lesson(lesson, slugs) for lesson in parsed.lessons],
        )

    def _lesson(self, parsed: ParsedLesson, slugs: Mapping[str, str]) -> LessonPlan:
        plan = LessonPlan(
            parsed, self.present.lesson(parsed.key), slugs[parsed.key], is_whole=self.is_whole
        )
        plan.files = list(self._files.get(parsed.key, []))
        plan.texts = {
            language: self._text(body.title, body.text, slugs, plan.slug)
            for language, body in parsed.bodies.items()
        }
        return plan

    def _text(self, title: str, body: str, slugs: Mapping[str, str], slug: str) -> Text:
        text = body if self.parsed.is_whole else at_addresses(body, slugs)
        return self._cut(title, TITLE_LENGTH) or slug, text

    def _cut(self, text: str, limit: int) -> str:
        text = text.strip()
        if len(text) > limit:
            self.skipped.append(Skipped(text[:80], _("cut to %d characters") % limit))
        return text[:limit].strip()

    @property
    def has_nothing_in_common(self) -> bool:
        """Lessons came from a source of this name before, and none of them is in this one."""
        came = [row for row in self.present.live if self.present.key(row)]
        return bool(came) and not any(plan.lesson for plan in self.lessons)

    # What goes

    def _gone(self) -> list[Lesson]:
        """What came from this source and is no longer in it. What was written here stays."""
        wanted = {lesson.key for lesson in self.parsed.lessons}
        if not self.is_home:
            return []
        missing = [row for row in self.present.live if self.present.key(row) not in wanted]
        if self.is_whole:
            stays = _("it is not in the source, but stays: it was written here")
            self.skipped += [Skipped(title_of(row), stays) for row in missing if not row.source_key]
        return [row for row in missing if row.source_key]

    def gone_modules(self) -> list[Module]:
        if not self.is_home:
            return []
        wanted = {plan.module for plan in self.modules}
        leaving = {*self.gone_lessons, *(plan.lesson for plan in self.lessons)}
        return [
            module
            for module, lessons in self.present.order()
            if module.source_key and module not in wanted and leaving.issuperset(lessons)
        ]

    # The course's own fields

    def course_fields(self) -> dict[str, Any]:
        """What differs. Another source's course only gets what it has not."""
        fields: dict[str, Any] = {
            field_of(name, language): self._course_text(name, texts.get(language, ""))
            for name, texts in self.parsed.texts.items()
            for language in (LANGUAGES if self.is_whole else tuple(texts))
        }
        if not self.is_whole and self.course.pk:
            return {k: v for k, v in fields.items() if v and not getattr(self.course, k)}
        fields |= self.parsed.settings
        if self.cover is not None:
            fields["cover"] = self.cover
        return {k: v for k, v in fields.items() if (getattr(self.course, k) or "") != v}

    def _course_text(self, name: str, text: str) -> str:
        limit = COURSE_LENGTHS.get(name)
        if limit:
            return self._cut(text, limit)
        return text if self.parsed.is_whole else at_addresses(text, self.slugs, folder="lessons/")

    # Order

    def order(self) -> list[tuple[Item, list[Item]]]:
        """Modules with their lessons as they will stand: plans for the source's, rows for others."""
        gone = {*self.gone_lessons, *self.gone_modules()}
        modules: list[Item] = [*self.modules]
        plans: dict[Any, Item] = {plan.module: plan for plan in self.modules if plan.module}
        plans |= {plan.lesson: plan for plan in self.lessons if plan.lesson}
        present: dict[Item, list[Item]] = {
            plans.get(module, module): [plans.get(row, row) for row in rows if row not in gone]
            for module, rows in self.present.order()
            if module not in gone
        }
        return [
            (module, self._order_in(module, present.get(module, [])))
            for module in in_order(list(present), modules)
        ]

    def _order_in(self, module: Item, current: list[Item]) -> list[Item]:
        """A lesson of the source stands in the module that the source says."""
        wanted: list[Item] = [*module.lessons] if isinstance(module, ModulePlan) else []
        elsewhere = {plan for plan in self.lessons if plan not in set(wanted)}
        return in_order([item for item in current if item not in elsewhere], wanted)

    def is_rearranged(self) -> bool:
        """Whether what stays stands elsewhere. What comes or goes is told by itself."""
        staying = {row.pk for row in self.present.live} - {row.pk for row in self.gone_lessons}
        after = _places(order_of_rows(self.order()), staying)
        return _places(self.present.order(), staying) != after

    # As a person reads it

    def comparison(self) -> Comparison:
        changes = list(self._changes())
        return Comparison(
            course=self.course,
            kind=self.parsed.kind,
            changes=changes,
            skipped=self.skipped,
            lessons=len(self.lessons),
            languages=self.parsed.languages,
            files=sum(len(plan.files) for plan in self.lessons),
        )

    def _changes(self) -> Iterator[Change]:
        fields = tuple(
            FieldChange(label_of(Course, name), shown(getattr(self.course, name)), value)
            for name, value in self.course_fields().items()
        )
        if self.course.pk is None:
            yield Change(ChangeKind.ADDED, _("Course"), self._title())
        elif fields:
            yield Change(ChangeKind.CHANGED, _("Course"), str(self.course), fields)
        for module in self.modules:
            if change := module.change():
                yield change
            yield from (found for plan in module.lessons if (found := plan.change(self.keys)))
        for lesson in self.gone_lessons:
            yield Change(ChangeKind.REMOVED, _("Lesson"), title_of(lesson))
        for row in self.gone_modules():
            yield Change(ChangeKind.REMOVED, _("Module"), str(row))
        if self.is_rearranged():
            yield Change(ChangeKind.CHANGED, _("Order of lessons"), self._title())

    def _title(self) -> str:
        return str(next(iter(self.parsed.texts["title"].values())))


def row_of(item: Item) -> Any:
    """The row of a plan, None while it is not written; a row is its own."""
    if isinstance(item, ModulePlan):
        return item.module
    return item.lesson if isinstance(item, LessonPlan) else item


def order_of_rows(order: Sequence[tuple[Item, Sequence[Item]]]) -> list[tuple[Any, list[Any]]]:
    return [(row_of(module), [row_of(item) for item in items]) for module, items in order]


def _places(order: Sequence[tuple[Any, Sequence[Any]]], staying: set[int]) -> list[tuple[Any, int]]:
    return [
        (module, row.pk)
        for module, rows in order
        for row in rows
        if row is not None and row.pk in staying
    ]


def field_of(name: str, language: str) -> str:
    return f"{name}_{language.replace('-', '_')}"


def _free(wanted: str, taken: set[str]) -> str:
    slug, number = wanted, 1
    while slug.casefold() in taken:
        number += 1
        slug = f"{wanted[:74]}-{number}"
    return slug
