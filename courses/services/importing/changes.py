"""What an import changes, as a person reads it."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from courses.exchange import Skipped
from courses.models import Course

T = TypeVar("T")


class ChangeKind(models.TextChoices):
    ADDED = "added", gettext_lazy("added")
    CHANGED = "changed", gettext_lazy("changed")
    REMOVED = "removed", gettext_lazy("removed")


@dataclass(frozen=True)
class FieldChange:
    label: str | Promise
    before: Any
    after: Any


@dataclass(frozen=True)
class Change:
    kind: ChangeKind
    noun: str | Promise
    name: str
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """What a source changes. `course` is not saved yet when it is new and nothing was written."""

    course: Course
    kind: str
    changes: list[Change]
    skipped: list[Skipped]
    lessons: int
    languages: tuple[str, ...]
    files: int

    def of(self, course: Course) -> "Comparison":
        """The same, told of the course as it was written."""
        return replace(self, course=course)

    @property
    def is_new(self) -> bool:
        return self.course.pk is None

    @property
    def removes(self) -> bool:
        return any(change.kind == ChangeKind.REMOVED for change in self.changes)

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """(noun, what happens, how often), as a summary."""
        found = Counter((str(change.noun), change.kind) for change in self.changes)
        return [(noun, str(kind.label), count) for (noun, kind), count in found.items()]


def label_of(model: type[models.Model], name: str) -> str | Promise:
    field = model._meta.get_field(name)
    return field.verbose_name if isinstance(field, models.Field) else name


def shown(value: Any) -> Any:
    """A field's value for a person: nothing is empty, yes and no are words."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "" if value is None else value


def lines_changed(before: str, after: str) -> tuple[str, str]:
    """How many lines went and how many came: enough to see how much a text changes.

    A comparison of two hostile texts line by line could take minutes; counting cannot.
    """
    old, new = Counter(before.splitlines()), Counter(after.splitlines())
    gone, come = (old - new).total(), (new - old).total()
    return (
        ngettext("%d line goes", "%d lines go", gone) % gone,
        ngettext("%d line comes", "%d lines come", come) % come,
    )


def in_order(current: list[T], wanted: list[T]) -> list[T]:
    """`wanted`, with what only `current` has kept where it stands: behind what it stood behind.

    Where `wanted` brings nothing new and only repeats the order, `current` stays as it is.
    """
    known = set(wanted)
    if [item for item in current if item in known] == wanted:
        return current
    result = list(wanted)
    before: T | None = None
    for item in current:
        if item not in known:
            result.insert(result.index(before) + 1 if before in result else 0, item)
        before = item
    return result
