"""What stands on a lesson's page: a text in one language, its files, and what its links mean."""

import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from urllib.parse import quote

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.urls import reverse

from accounts.models import User
from core.markdown import Document, render_document
from courses.models import (
    Assignment,
    Course,
    Lesson,
    LessonDraft,
    LessonProgress,
    LessonVersion,
    Material,
    MaterialKind,
    Question,
    Quiz,
)
from courses.queries.access import Access
from courses.queries.outline import Outline, OutlineLesson

# Each language as those who read it call it
OWN_NAMES = {"zh-hans": "中文", "en": "English"}
# What a lesson may have beside its text
BESIDE = {
    "materials": Material.objects.filter(version=OuterRef("pk")),
    "assignments": Assignment.objects.live().filter(lesson=OuterRef("lesson")),
    "quizzes": Quiz.objects.live().filter(lesson=OuterRef("lesson")),
    "questions": Question.objects.shown().filter(lesson=OuterRef("lesson")),
}


@dataclass(frozen=True)
class LessonText:
    """A lesson in one language, published (`version`) or on the desk, with its files. `position`
    (per mille of the page) and `video_seconds` say where the reader was last."""

    lesson: Lesson
    language: str
    title: str
    body: str
    materials: tuple[Material, ...] = ()
    version: LessonVersion | None = None
    position: int = 0
    video_seconds: int = 0
    beside: frozenset[str] = frozenset()  # of BESIDE, what there is: the rest is not asked for

    @cached_property
    def videos(self) -> list[Material]:
        return [m for m in self.materials if m.kind == MaterialKind.VIDEO]

    @cached_property
    def captions(self) -> list[Material]:
        return [m for m in self.materials if m.kind == MaterialKind.CAPTIONS]

    @cached_property
    def downloads(self) -> list[Material]:
        """What is listed below the text: not what the text itself shows."""
        shown = {MaterialKind.VIDEO, MaterialKind.CAPTIONS}
        return [m for m in self.materials if m.kind not in shown and not self._pictures(m)]

    def _pictures(self, material: Material) -> bool:
        names = (material.name, quote(material.name))
        return material.kind == MaterialKind.IMAGE and any(name in self.body for name in names)


@dataclass(frozen=True)
class LessonLinks:
    """Leads a lesson's relative links to its files and to the course's other lessons."""

    course_slug: str
    outline: Outline
    materials: Sequence[Material]
    url_name: str = "courses:lesson-detail"
    _files: dict[str, Material] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for material in self.materials:  # a file of the language itself wins
            if material.language or material.name not in self._files:
                self._files[material.name] = material

    def __call__(self, target: str) -> str | None:
        path = posixpath.normpath(target)
        found = self._files.get(path) or self._files.get(posixpath.basename(path))
        if found and not target.endswith("/"):
            return file_url(self.course_slug, found)
        slug = path.removeprefix("../")
        if path.startswith("../") and self.outline.by_slug(slug):
            return reverse(self.url_name, args=[self.course_slug, slug])
        return None


def file_url(course_slug: str, material: Material) -> str:
    return reverse("courses:material-file", args=[course_slug, material.public_id, material.name])


def published_text(version: int, person: User) -> LessonText:
    """The version of that pk, and where `person` was in it. Two queries at most."""
    versions = LessonVersion.objects.select_related("lesson")
    versions = versions.annotate(**{f"has_{name}": Exists(rows) for name, rows in BESIDE.items()})
    found = with_progress(versions, person).get(pk=version)
    beside = frozenset(name for name in BESIDE if getattr(found, f"has_{name}"))
    materials = found.materials.select_related("blob") if "materials" in beside else ()
    return LessonText(
        lesson=found.lesson,
        language=found.language,
        title=found.title,
        body=found.body,
        materials=tuple(materials),
        version=found,
        position=getattr(found, "position", None) or 0,
        video_seconds=getattr(found, "video_seconds", None) or 0,
        beside=beside,
    )


def with_progress(versions: QuerySet[LessonVersion], person: User) -> QuerySet[LessonVersion]:
    if not person.is_authenticated:
        return versions
    mine = LessonProgress.objects.filter(user=person, lesson=OuterRef("lesson"))
    return versions.annotate(
        position=Subquery(mine.values("position")),
        video_seconds=Subquery(mine.values("video_seconds")),
    )


def draft_text(lesson: Lesson, language: str) -> LessonText | None:
    """What is on the desk in `language`, else in another; None where nothing was written yet."""
    drafts = {draft.language: draft for draft in lesson.drafts.all()}
    draft: LessonDraft | None = drafts.get(language) or next(iter(drafts.values()), None)
    if draft is None:
        return None
    materials = Material.objects.drafts().filter(lesson=lesson).select_related("blob")
    return LessonText(
        lesson=lesson,
        language=draft.language,
        title=draft.title,
        body=draft.body,
        materials=tuple(materials_for(materials, draft.language)),
    )


def materials_for(materials: Iterable[Material], language: str) -> list[Material]:
    """Those of `language` or of none, and captions of all, as publishing would take them."""
    return [m for m in materials if m.language in {"", language} or m.kind == MaterialKind.CAPTIONS]


def document_of(text: LessonText, course: Course, outline: Outline) -> Document:
    """The rendered text. A published one is kept: neither it nor its links change by themselves,
    save by a publication or a new address of the course. Raises TextTooLong."""
    version = text.version
    return render_document(
        text.body,
        language=text.language,
        resolve=LessonLinks(course.slug, outline, text.materials),
        key=f"{course.slug}:{course.publication_id}:{version.pk}" if version else "",
    )


@dataclass(frozen=True)
class Neighbors:
    number: int
    total: int
    previous: OutlineLesson | None
    next: OutlineLesson | None


def neighbors_of(outline: Outline, lesson: OutlineLesson) -> Neighbors:
    number = next(n for n, one in enumerate(outline.lessons, start=1) if one.pk == lesson.pk)
    return Neighbors(number, len(outline.lessons), outline.previous(lesson), outline.next(lesson))


@dataclass(frozen=True)
class OutlineRow:
    """A lesson in the outline; `sign` is done, open or locked."""

    lesson: OutlineLesson
    sign: str
    opens_at: datetime | None
    is_here: bool


@dataclass(frozen=True)
class OutlinePart:
    title: str
    rows: tuple[OutlineRow, ...]
    is_here: bool


def outline_parts(outline: Outline, access: Access, here: OutlineLesson) -> list[OutlinePart]:
    """The course beside a lesson, module by module, as the reader may go through it."""
    parts = []
    for module in outline.modules:
        rows = tuple(_row(lesson, access, here) for lesson in module.lessons)
        parts.append(OutlinePart(module.title, rows, any(row.is_here for row in rows)))
    return parts


def _row(lesson: OutlineLesson, access: Access, here: OutlineLesson) -> OutlineRow:
    verdict = access.verdict(lesson.pk)
    sign = "open" if verdict.allowed else "locked"
    if lesson.pk in access.completed:
        sign = "done"
    return OutlineRow(lesson, sign, verdict.opens_at, lesson.pk == here.pk)
