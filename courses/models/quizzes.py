"""Quizzes: as lecturers write them, as they were published, and what learners answered."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ids import public_id
from courses.models.cohorts import Cohort
from courses.models.courses import Course
from courses.models.lessons import Lesson

# An answer that left the page in time may be so long on its way
TRANSIT = timedelta(seconds=10)


class QuizQuerySet(models.QuerySet["Quiz"]):
    def live(self) -> Self:
        """What learners have before them."""
        return self.filter(version__isnull=False, archived_at=None)


class Quiz(models.Model):
    """Questions with answers that a program can judge. The questions are the desk; learners get
    `version`, which froze them. Pass mark, minutes and shuffling are kept with each attempt."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="quizzes")
    lesson = models.ForeignKey(
        Lesson, models.SET_NULL, null=True, blank=True, related_name="quizzes"
    )
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("title"), max_length=160)
    title_zh_hans: str | None  # modeltranslation makes these two
    title_en: str | None
    text = models.TextField(_("introduction"), blank=True, help_text=_("Markdown"))
    pass_percent = models.PositiveSmallIntegerField(_("percent of the points to pass"), default=60)
    attempts = models.PositiveSmallIntegerField(
        _("attempts"), null=True, blank=True, help_text=_("Leave it empty for no limit.")
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes for an attempt"),
        null=True,
        blank=True,
        help_text=_("Leave it empty for no limit."),
    )
    shuffles = models.BooleanField(_("in a different order for everybody"), default=True)
    is_required = models.BooleanField(_("needed for the certificate"), default=True)
    version = models.ForeignKey(
        "courses.QuizVersion",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    archived_at = models.DateTimeField(null=True, blank=True)  # attempts stay

    objects = QuizQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="quiz_pass_percent", condition=Q(pass_percent__gte=1, pass_percent__lte=100)
            ),
            models.CheckConstraint(
                name="quiz_attempts", condition=Q(attempts=None) | Q(attempts__gte=1)
            ),
            models.CheckConstraint(
                name="quiz_minutes", condition=Q(minutes=None) | Q(minutes__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return self.title


class QuestionKind(models.TextChoices):
    SINGLE = "single", _("One right choice")
    MULTIPLE = "multiple", _("Several right choices")
    SHORT_TEXT = "short_text", _("A short text")


class QuizQuestion(models.Model):
    """A question on the desk. `accepted` are the texts that count as right, in any language."""

    quiz = models.ForeignKey(Quiz, models.CASCADE, related_name="questions")
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(_("kind"), max_length=10, choices=QuestionKind)
    text = models.TextField(_("question"), help_text=_("Markdown"))
    text_zh_hans: str | None  # modeltranslation makes these two
    text_en: str | None
    explanation = models.TextField(_("explanation"), blank=True, help_text=_("Markdown"))
    explanation_zh_hans: str | None
    explanation_en: str | None
    points = models.PositiveSmallIntegerField(_("points"), default=1)
    accepted: Any = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="quiz_question_kind", condition=Q(kind__in=QuestionKind.values)
            ),
            models.CheckConstraint(name="quiz_question_points", condition=Q(points__gte=1)),
        ]

    def __str__(self) -> str:
        return self.text


class QuizChoice(models.Model):
    question = models.ForeignKey(QuizQuestion, models.CASCADE, related_name="choices")
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    position = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(_("choice"), max_length=400)
    text_zh_hans: str | None  # modeltranslation makes these two
    text_en: str | None
    is_right = models.BooleanField(_("is right"), default=False)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text


class QuizVersion(models.Model):
    """Questions as they were published: the database refuses to change them, for attempts are
    judged by them. Only courses/quizzes.py reads `content`."""

    quiz = models.ForeignKey(Quiz, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content: Any = models.JSONField()
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(name="quiz_version_once", fields=["quiz", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.quiz_id} № {self.number}"


class QuizAttemptQuerySet(models.QuerySet["QuizAttempt"]):
    def open(self) -> Self:
        return self.filter(submitted_at=None)

    def over(self, at: datetime) -> Self:
        """Open ones whose time is up: what was saved by then counts."""
        return self.open().filter(ends_at__lt=at - TRANSIT)


class QuizAttempt(models.Model):
    """One go of one person. The rules of its start hold to its end; `seed` orders what is
    shuffled. `submitted_at` is its end, by hand or by the clock (`is_timed_out`)."""

    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="tries")
    version = models.ForeignKey(QuizVersion, models.PROTECT, related_name="attempts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="quiz_attempts")
    cohort = models.ForeignKey(
        Cohort, models.PROTECT, null=True, blank=True, related_name="quiz_attempts"
    )
    number = models.PositiveSmallIntegerField()
    seed = models.CharField(max_length=16, default=public_id, editable=False)
    is_shuffled = models.BooleanField(default=False)
    pass_percent = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    is_timed_out = models.BooleanField(default=False)
    score = models.PositiveIntegerField(null=True, blank=True)
    max_score = models.PositiveIntegerField()
    is_passed = models.BooleanField(null=True, blank=True)

    objects = QuizAttemptQuerySet.as_manager()

    class Meta:
        ordering = ["number", "pk"]
        indexes = [models.Index(fields=["submitted_at", "ends_at"])]
        constraints = [
            models.UniqueConstraint(
                name="quiz_attempt_number_once", fields=["quiz", "user", "number"]
            ),
            models.UniqueConstraint(
                name="one_open_attempt_per_learner",
                fields=["quiz", "user"],
                condition=Q(submitted_at=None),
            ),
            models.CheckConstraint(
                name="quiz_attempt_judged_once_over",
                condition=Q(submitted_at=None, score=None, is_passed=None)
                | Q(submitted_at__isnull=False, score__isnull=False, is_passed__isnull=False),
            ),
            models.CheckConstraint(
                name="quiz_attempt_score", condition=Q(score=None) | Q(score__lte=F("max_score"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quiz_id} № {self.number}"

    @property
    def is_open(self) -> bool:
        return self.submitted_at is None

    @property
    def percent(self) -> int:
        return 100 * (self.score or 0) // self.max_score if self.max_score else 0


class QuizAnswer(models.Model):
    """One saved answer to one question (its public_id). Each save is a row with the next
    `revision`; the last one counts, the others show what was there before.

    `value` is a list of the choices' public ids, or a text. `points` come with the judgment, on
    the last row alone.
    """

    attempt = models.ForeignKey(QuizAttempt, models.CASCADE, related_name="answers")
    question = models.CharField(max_length=16)
    value: Any = models.JSONField()
    revision = models.PositiveIntegerField()
    saved_at = models.DateTimeField(default=timezone.now)
    points = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["revision"]
        constraints = [
            models.UniqueConstraint(
                name="quiz_answer_revision_once", fields=["attempt", "question", "revision"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} r{self.revision}"
