"""What a course has on its desk, read once and found by the keys that sources use."""

from django.db.models import Prefetch

from courses.models import Course, Lesson, LessonDraft, Material, Module


class Present:
    """Deleted lessons are here too: one that the source brings again comes back.

    With `by_public_id` a row without a key of its own is found by its public_id, as our own
    folders name it.
    """

    def __init__(self, course: Course, *, by_public_id: bool) -> None:
        self.by_public_id = by_public_id
        self.modules: list[Module] = []
        self.lessons: list[Lesson] = []
        if course.pk:
            self.modules = list(course.modules.all())
            self.lessons = list(_lessons(course))
        self._modules = {key: row for row in self.modules if (key := self.key(row))}
        self._lessons = {key: row for row in self.lessons if (key := self.key(row))}

    def key(self, row: Module | Lesson) -> str:
        return row.source_key or (row.public_id if self.by_public_id else "")

    def module(self, key: str) -> Module | None:
        return self._modules.get(key)

    def lesson(self, key: str) -> Lesson | None:
        return self._lessons.get(key)

    @property
    def live(self) -> list[Lesson]:
        return [lesson for lesson in self.lessons if lesson.deleted_at is None]

    def order(self) -> list[tuple[Module, list[Lesson]]]:
        return [
            (module, [lesson for lesson in self.live if lesson.module_id == module.pk])
            for module in self.modules
        ]


def _lessons(course: Course) -> "list[Lesson]":
    return list(
        Lesson.objects.filter(course=course)
        .order_by("position", "pk")
        .prefetch_related(
            "prerequisites",
            Prefetch("drafts", LessonDraft.objects.order_by("language")),
            Prefetch("materials", Material.objects.drafts().select_related("blob", "captions_of")),
        )
    )


def drafts_of(lesson: Lesson | None) -> dict[str, LessonDraft]:
    return {draft.language: draft for draft in lesson.drafts.all()} if lesson else {}


def materials_of(lesson: Lesson | None) -> dict[tuple[str, str], Material]:
    if lesson is None:
        return {}
    return {(material.name, material.language): material for material in lesson.materials.all()}


def title_of(lesson: Lesson) -> str:
    """In any of its languages, for a person who looks for it."""
    return next((draft.title for draft in lesson.drafts.all()), lesson.slug)
