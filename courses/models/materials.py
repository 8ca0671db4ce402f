"""Files of lessons. What a file holds is stored once, under its hash."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ids import public_id
from courses.models.lessons import Lesson, LessonVersion


class Blob(models.Model):
    """Bytes in the private storage, named by their SHA-256. `media_type` was read from them."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.sha256[:12]


class MaterialKind(models.TextChoices):
    SLIDES = "slides", _("Slides")
    PDF = "pdf", _("PDF")
    DOCUMENT = "document", _("Document")
    ARCHIVE = "archive", _("Archive")
    CODE = "code", _("Code")
    IMAGE = "image", _("Picture")
    AUDIO = "audio", _("Audio")
    VIDEO = "video", _("Video")
    CAPTIONS = "captions", _("Captions")


class MaterialQuerySet(models.QuerySet["Material"]):
    def drafts(self) -> Self:
        """What is on the desk; published ones belong to a version."""
        return self.filter(version=None)


class Material(models.Model):
    """A file of a lesson: on the desk (`version` null), or of one version and then unchangeable.

    A lesson's text links to it by `name`. `language` empty: for readers of every language.
    Publishing copies what is on the desk to the version of each language; captions go to all.
    """

    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="materials")
    version = models.ForeignKey(
        LessonVersion, models.PROTECT, null=True, blank=True, related_name="materials"
    )
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="materials")
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=MaterialKind)
    name = models.CharField(_("file name"), max_length=160)
    title = models.CharField(_("title"), max_length=200, blank=True)
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, blank=True, default=""
    )
    captions_of = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="captions"
    )
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = MaterialQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="draft_material_name_once",
                fields=["lesson", "name", "language"],
                condition=Q(version=None),
            ),
            models.UniqueConstraint(
                name="version_material_name_once",
                fields=["version", "name", "language"],
                condition=Q(version__isnull=False),
            ),
            models.CheckConstraint(name="material_kind", condition=Q(kind__in=MaterialKind.values)),
            models.CheckConstraint(
                name="captions_of_a_video",
                condition=Q(captions_of=None) | Q(kind=MaterialKind.CAPTIONS),
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.name
