"""A course as its catalog shows it, and who teaches it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from community.models import RUNNERS, Chapter, Role
from core.ids import public_id
from core.text import search_terms

# Who may write a course in a chapter; each becomes the lead lecturer of what they write
WRITERS = (*RUNNERS, Role.LECTURER)


class CourseLevel(models.TextChoices):
    BEGINNER = "beginner", _("Beginner")
    INTERMEDIATE = "intermediate", _("Intermediate")
    ADVANCED = "advanced", _("Advanced")


class CourseStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    ARCHIVED = "archived", _("Archived")


class CourseQuerySet(models.QuerySet["Course"]):
    def published(self) -> Self:
        """What the catalog shows and sells."""
        return self.filter(status=CourseStatus.PUBLISHED)

    def run_by(self, user: User) -> Self:
        """Courses whose sale, people and money `user` looks after: owners and organizers."""
        return self.filter(chapter__in=Chapter.objects.with_role(user, RUNNERS))

    def edited_by(self, user: User) -> Self:
        """Courses that `user` may write and read whole: those they run, and those they teach."""
        if not user.is_authenticated:
            return self.none()
        teaches = CourseLecturer.objects.filter(user=user).values("course")
        runs = Chapter.objects.with_role(user, RUNNERS)
        return self.filter(Q(pk__in=teaches) | Q(chapter__in=runs))

    def with_chapter(self) -> Self:
        """With what a list shows beside the title."""
        return self.select_related("chapter")

    def search(self, text: str) -> Self:
        """Courses that hold every word of `text` anywhere: Chinese has no spaces to split at."""
        found = self
        for term in search_terms(text):
            found = found.filter(search_text__contains=term)
        return found


class Course(models.Model):
    """What is taught. Its own texts act when they are saved; lessons and their order reach
    learners by a publication only: `publication` is the one they read."""

    chapter = models.ForeignKey(Chapter, models.PROTECT, related_name="courses")
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    slug = models.SlugField(_("address of the page"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=160)
    title_zh_hans: str | None  # modeltranslation makes these two
    title_en: str | None
    summary = models.CharField(_("summary"), max_length=240, blank=True)
    description = models.TextField(_("description"), blank=True, help_text=_("Markdown"))
    audience = models.TextField(
        _("who it is for"), blank=True, help_text=_("Markdown; one line each reads best.")
    )
    outcomes = models.TextField(
        _("what learners will be able to do"),
        blank=True,
        help_text=_("Markdown; one line each reads best."),
    )
    level = models.CharField(
        _("level"), max_length=12, choices=CourseLevel, default=CourseLevel.BEGINNER
    )
    cover = models.ImageField(_("cover picture"), upload_to="covers/", blank=True)
    status = models.CharField(max_length=10, choices=CourseStatus, default=CourseStatus.DRAFT)
    # settings.LANGUAGES codes that at least half of the lessons exist in, by the publication
    languages = models.JSONField(default=list, editable=False)
    completion_percent = models.PositiveSmallIntegerField(
        _("percent of the required lessons that complete the course"), default=100
    )
    refund_days = models.PositiveSmallIntegerField(
        _("days to return a seat"),
        default=0,
        help_text=_("So long after paying a learner may return it for the full price. 0: never."),
    )
    publication = models.ForeignKey(
        "courses.CoursePublication",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    version = models.PositiveIntegerField(default=0, editable=False)
    search_text = models.TextField(blank=True, default="", editable=False)
    source_key = models.CharField(max_length=200, blank=True, default="", editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)  # for the first time
    archived_at = models.DateTimeField(null=True, blank=True)
    lecturers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="CourseLecturer", related_name="courses_taught"
    )

    objects = CourseQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["status", "-published_at"])]
        constraints = [
            models.CheckConstraint(
                name="course_status", condition=Q(status__in=CourseStatus.values)
            ),
            models.CheckConstraint(
                name="course_published",
                condition=Q(status=CourseStatus.DRAFT)
                | Q(published_at__isnull=False, publication__isnull=False),
            ),
            models.CheckConstraint(
                name="course_completion_percent",
                condition=Q(completion_percent__gte=1, completion_percent__lte=100),
            ),
            models.UniqueConstraint(
                name="course_source_once",
                fields=["chapter", "source_key"],
                condition=~Q(source_key=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("courses:course-detail", args=[self.slug])

    @property
    def is_published(self) -> bool:
        return self.status == CourseStatus.PUBLISHED


class CourseLecturer(models.Model):
    """Someone who teaches a course, in the order in which its page names them."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="course_lecturers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="course_lecturers"
    )
    position = models.PositiveSmallIntegerField(default=0)
    is_lead = models.BooleanField(_("leads the course"), default=False)
    bio = models.CharField(_("in a sentence"), max_length=240, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-is_lead", "position", "pk"]
        constraints = [
            models.UniqueConstraint(name="lecturer_once_per_course", fields=["course", "user"]),
        ]

    def __str__(self) -> str:
        return str(self.user)


class CourseLogEntry(models.Model):
    """Who did what to a course and its orders. Written by services/log.py, never changed."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="log")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    action = models.CharField(max_length=40)
    target = models.CharField(max_length=200, blank=True)
    changes = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.action} {self.target}"
