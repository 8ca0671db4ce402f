"""Immutable copies of what lies on the desk, and copies of them back to it."""

from collections.abc import Iterable, Mapping

from django.utils import timezone

from courses.models import LessonVersion, Material
from courses.queries.desk import Desk, Key


def write_versions(desk: Desk, keys: Iterable[Key]) -> dict[Key, int]:
    """A version, with its materials, for each lesson and language of `keys`: their pks."""
    now = timezone.now()
    rows = LessonVersion.objects.bulk_create(
        LessonVersion(
            lesson_id=lesson,
            language=language,
            title=desk.drafts[lesson, language].title,
            body=desk.drafts[lesson, language].body,
            digest=desk.digests[lesson, language],
            created_at=now,
        )
        for lesson, language in keys
    )
    files = {row: desk.materials[row.lesson_id, row.language] for row in rows}
    for captions in (False, True):  # a video before its captions, which point to it
        _copy(files, captions=captions)
    return {(row.lesson_id, row.language): row.pk for row in rows}


def _copy(files: Mapping[LessonVersion, list[Material]], *, captions: bool) -> None:
    copies = []
    for version, materials in files.items():
        for material in materials:
            if (material.captions_of is not None) == captions:
                copy = copy_of(material, version=version)
                copy.captions_of = _video_of(material, version)
                copies.append(copy)
    Material.objects.bulk_create(copies)


def _video_of(captions: Material, version: LessonVersion) -> Material | None:
    """The version's own copy of the video, if readers of its language get that one."""
    if captions.captions_of is None:
        return None
    return Material.objects.filter(version=version, name=captions.captions_of.name).first()


def copy_of(material: Material, *, version: LessonVersion | None) -> Material:
    """An unsaved copy that shares the bytes; whose captions it holds is not set yet."""
    return Material(
        lesson_id=material.lesson_id,
        version=version,
        blob_id=material.blob_id,
        kind=material.kind,
        name=material.name,
        title=material.title,
        language=material.language,
        position=material.position,
        added_by_id=material.added_by_id,
    )
