"""One lesson of a source beside what the course has of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from courses.exchange.parsed import ParsedLesson
from courses.models import Lesson, LessonDraft, Material
from courses.services.importing.changes import (
    Change,
    ChangeKind,
    FieldChange,
    label_of,
    lines_changed,
    shown,
)
from courses.services.importing.present import drafts_of, materials_of

TITLE_LENGTH = 200
Text = tuple[str, str]


@dataclass(frozen=True)
class Taken:
    """A file of the source as it will be kept: its hash, under the name that it will have."""

    name: str
    path: str
    sha256: str
    language: str = ""
    title: str = ""
    captions_of: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.name, self.language


@dataclass(eq=False)
class LessonPlan:
    """`texts` are (title, body) by language, with links as the course keeps them. `is_whole`: what
    the source does not have is not wanted either."""

    parsed: ParsedLesson
    lesson: Lesson | None
    slug: str
    is_whole: bool
    texts: dict[str, Text] = field(default_factory=dict)
    files: list[Taken] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.drafts: Mapping[str, LessonDraft] = drafts_of(self.lesson)
        self.materials: Mapping[tuple[str, str], Material] = materials_of(self.lesson)

    @property
    def is_new(self) -> bool:
        return self.lesson is None or self.lesson.deleted_at is not None

    @property
    def name(self) -> str:
        return next((title for title, _body in self.texts.values()), self.slug)

    # What differs

    def new_texts(self) -> dict[str, Text]:
        return {
            language: text
            for language, text in self.texts.items()
            if (draft := self.drafts.get(language)) is None or (draft.title, draft.body) != text
        }

    def gone_texts(self) -> list[LessonDraft]:
        if not self.is_whole:
            return []
        return [draft for language, draft in self.drafts.items() if language not in self.texts]

    def new_files(self) -> list[Taken]:
        return [taken for taken in self.files if not self._is_kept(taken)]

    def _is_kept(self, taken: Taken) -> bool:
        material = self.materials.get(taken.key)
        if material is None or material.blob.sha256 != taken.sha256:
            return False
        captions_of = material.captions_of.name if material.captions_of else ""
        return not self.is_whole or (material.title, captions_of) == (
            taken.title,
            taken.captions_of,
        )

    def gone_files(self) -> list[Material]:
        if not self.is_whole:
            return []
        wanted = {taken.key for taken in self.files}
        return [material for key, material in self.materials.items() if key not in wanted]

    def has_other_order(self) -> bool:
        """Whether the files that stay stand in another order than the source has them."""
        wanted = [taken.key for taken in self.files]
        kept = [key for key in self.materials if key in wanted]
        return self.is_whole and kept != [key for key in wanted if key in self.materials]

    def new_settings(self) -> dict[str, Any]:
        """Fields of the row that differ, the address among them."""
        wanted = {name: value for name, value in self.parsed.settings.items() if name != "needs"}
        wanted["slug"] = self.slug
        if self.lesson is None:
            return wanted
        return {k: v for k, v in wanted.items() if getattr(self.lesson, k) != v}

    def new_needs(self, keys: Mapping[int, str]) -> tuple[str, ...] | None:
        """Keys of the lessons that come first, when they are stated and others than now."""
        needs = self.parsed.settings.get("needs")
        if needs is None:
            return None
        rows = self.lesson.prerequisites.all() if self.lesson else []
        return tuple(needs) if {keys[row.pk] for row in rows} != set(needs) else None

    # As a person reads it

    def change(self, keys: Mapping[int, str]) -> Change | None:
        if self.is_new:
            return Change(ChangeKind.ADDED, _("Lesson"), self.name)
        fields = tuple(self._fields(keys))
        return Change(ChangeKind.CHANGED, _("Lesson"), self.name, fields) if fields else None

    def _fields(self, keys: Mapping[int, str]) -> Iterator[FieldChange]:
        yield from self._text_fields()
        for taken in self.new_files():
            old = self.materials.get(taken.key)
            yield FieldChange(_("file"), old.name if old else "", taken.name)
        for material in self.gone_files():
            yield FieldChange(_("file"), material.name, "")
        if self.has_other_order():
            names = ", ".join(taken.name for taken in self.files)
            yield FieldChange(_("order of files"), "", names)
        for name, value in self.new_settings().items():
            label = label_of(Lesson, name)
            yield FieldChange(label, shown(getattr(self.lesson, name)), shown(value))
        if (needs := self.new_needs(keys)) is not None:
            yield FieldChange(_("lessons that come first"), "", ", ".join(needs))

    def _text_fields(self) -> Iterator[FieldChange]:
        languages = dict(settings.LANGUAGES)
        for language, (title, body) in self.new_texts().items():
            draft = self.drafts.get(language)
            if draft is None:
                yield FieldChange(languages[language], "", title)
                continue
            if draft.title != title:
                yield FieldChange(languages[language], draft.title, title)
            if draft.body != body:
                yield FieldChange(languages[language], *lines_changed(draft.body, body))
        for draft in self.gone_texts():
            yield FieldChange(languages[draft.language], draft.title, "")
