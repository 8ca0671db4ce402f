"""What a course is made of: as lecturers write it, and as it was published.

Module, Lesson and LessonDraft are the desk: they change with every stroke. Learners read
LessonVersions, in the order that the course's CoursePublication froze. Both of these stay as
they are: the database refuses to change or delete them.
"""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ids import public_id
from courses.models.courses import Course


class Module(models.Model):
    """A part of a course, with a few lessons."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="modules")
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    source_key = models.CharField(max_length=200, blank=True, default="", editable=False)
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("title"), max_length=160)
    title_zh_hans: str | None  # modeltranslation makes these two
    title_en: str | None

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="module_source_once",
                fields=["course", "source_key"],
                condition=~Q(source_key=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ReleaseRule(models.TextChoices):
    """When a lesson opens for those who are enrolled."""

    AT_ONCE = "at_once", _("At once")
    ON_DATE = "on_date", _("At a date")
    AFTER_START = "after_start", _("Days after the cohort starts")
    AFTER_ENROLLMENT = "after_enrollment", _("Days after enrolling")
    AFTER_CLASS = "after_class", _("After a class of the run")


class LessonQuerySet(models.QuerySet["Lesson"]):
    def live(self) -> Self:
        """Not deleted at the desk, in the order of the desk."""
        return self.filter(deleted_at=None).order_by(
            "module__position", "module_id", "position", "pk"
        )


class Lesson(models.Model):
    """One thing to learn, in every language it was written in. Never deleted, for people
    completed it: `deleted_at` takes it off the desk, and the next publication from learners."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="lessons")
    module = models.ForeignKey(
        Module, models.SET_NULL, null=True, blank=True, related_name="lessons"
    )
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    source_key = models.CharField(max_length=200, blank=True, default="", editable=False)
    slug = models.SlugField(_("address of the page"), max_length=80)
    position = models.PositiveSmallIntegerField(default=0)
    is_preview = models.BooleanField(_("free preview"), default=False)
    is_required = models.BooleanField(_("needed to complete the course"), default=True)
    minutes = models.PositiveSmallIntegerField(_("minutes it takes"), null=True, blank=True)
    release = models.CharField(
        _("opens"), max_length=16, choices=ReleaseRule, default=ReleaseRule.AT_ONCE
    )
    release_at = models.DateTimeField(_("opens at"), null=True, blank=True)
    release_days = models.PositiveSmallIntegerField(_("days"), null=True, blank=True)
    release_class = models.PositiveSmallIntegerField(
        _("number of the class"), null=True, blank=True
    )
    prerequisites = models.ManyToManyField(
        "self", blank=True, symmetrical=False, related_name="prerequisite_of"
    )
    created_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = LessonQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="lesson_slug_once_per_course",
                fields=["course", "slug"],
                condition=Q(deleted_at=None),
            ),
            models.UniqueConstraint(
                name="lesson_source_once",
                fields=["course", "source_key"],
                condition=~Q(source_key=""),
            ),
            models.CheckConstraint(
                name="lesson_in_a_module",
                condition=Q(deleted_at__isnull=False) | Q(module__isnull=False),
            ),
            models.CheckConstraint(
                name="lesson_release",
                condition=Q(
                    release=ReleaseRule.AT_ONCE,
                    release_at=None,
                    release_days=None,
                    release_class=None,
                )
                | Q(
                    release=ReleaseRule.ON_DATE,
                    release_at__isnull=False,
                    release_days=None,
                    release_class=None,
                )
                | Q(
                    release__in=[ReleaseRule.AFTER_START, ReleaseRule.AFTER_ENROLLMENT],
                    release_at=None,
                    release_days__isnull=False,
                    release_class=None,
                )
                | Q(
                    release=ReleaseRule.AFTER_CLASS,
                    release_at=None,
                    release_days=None,
                    release_class__isnull=False,
                    release_class__gte=1,
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class LessonDraft(models.Model):
    """What a lecturer writes, in one language. A save names the `revision` it read."""

    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="drafts")
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"), blank=True, help_text=_("Markdown"))
    revision = models.PositiveIntegerField(default=0, editable=False)
    updated_at = models.DateTimeField(default=timezone.now)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_draft_per_language", fields=["lesson", "language"]),
        ]

    def __str__(self) -> str:
        return self.title


class LessonVersion(models.Model):
    """What learners read, in one language; the same content is the same row. `digest` is the
    SHA-256 of title, text and materials."""

    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="versions")
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="lesson_version_once", fields=["lesson", "language", "digest"]
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CoursePublication(models.Model):
    """One commit: which lessons the course has, in which order and versions, by which rules.

    `structure` is what `queries.outline.Outline` reads; nothing else reads the JSON.
    """

    course = models.ForeignKey(Course, models.PROTECT, related_name="publications")
    number = models.PositiveIntegerField()
    note = models.CharField(_("what is new"), max_length=240, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    structure: Any = models.JSONField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(name="publication_number_once", fields=["course", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.course_id} № {self.number}"
