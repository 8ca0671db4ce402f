"""What learners hand in: set by lecturers, due per run, answered with feedback."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ids import public_id
from core.time import validate_zone
from courses.models.cohorts import Cohort
from courses.models.courses import Course
from courses.models.lessons import Lesson
from courses.models.materials import Blob


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def live(self) -> Self:
        """What learners have before them."""
        return self.filter(published_at__isnull=False, archived_at=None)


class Assignment(models.Model):
    """A piece of work. Learners see it once `published_at` is set, and where it belongs to a
    lesson, once that is open for them."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="assignments")
    lesson = models.ForeignKey(
        Lesson, models.SET_NULL, null=True, blank=True, related_name="assignments"
    )
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("title"), max_length=160)
    title_zh_hans: str | None  # modeltranslation makes these two
    title_en: str | None
    text = models.TextField(_("what to do"), blank=True, help_text=_("Markdown"))
    takes_text = models.BooleanField(_("a text"), default=True)
    takes_file = models.BooleanField(_("files"), default=False)
    takes_link = models.BooleanField(_("a link"), default=False)
    is_required = models.BooleanField(_("needed for the certificate"), default=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)  # what was handed in stays

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="assignment_takes_something",
                condition=Q(takes_text=True) | Q(takes_file=True) | Q(takes_link=True),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AssignmentDue(models.Model):
    """Until when a run hands in. What comes within `grace_minutes` after `due_at` is in time;
    what comes later is late and, where `takes_late` is off, is not taken."""

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="dues")
    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="dues")
    due_at = models.DateTimeField(_("due"))
    grace_minutes = models.PositiveIntegerField(_("minutes of grace"), default=0)
    takes_late = models.BooleanField(_("late work is taken"), default=True)
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_zone])

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(name="due_once_per_run", fields=["cohort", "assignment"]),
            models.CheckConstraint(
                name="grace_within_a_month", condition=Q(grace_minutes__lte=44_640)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} {self.due_at:%Y-%m-%d}"

    @property
    def last_at(self) -> datetime:
        """The last moment that is in time, itself included."""
        return self.due_at + timedelta(minutes=self.grace_minutes)

    def is_late(self, at: datetime) -> bool:
        return at > self.last_at


class SubmissionStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waiting for feedback")
    REPLACED = "replaced", _("Replaced by a later one")
    REVISE = "revise", _("To revise")
    ACCEPTED = "accepted", _("Accepted")


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def handed_in(self) -> Self:
        return self.exclude(status=SubmissionStatus.DRAFT)

    def waiting(self) -> Self:
        """What the lecturer has to read, oldest first."""
        return self.filter(status=SubmissionStatus.SUBMITTED).order_by("submitted_at", "pk")


class Submission(models.Model):
    """One hand-in of one person; each further one gets the next `number`, and the earlier stay.

    The one that is being written is a draft, saved here with every pause; `revision` counts its
    saves. What was handed in never changes but for its status.
    """

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="submissions")
    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="submissions")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="course_submissions"
    )
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    number = models.PositiveSmallIntegerField()
    text = models.TextField(_("text"), blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)
    status = models.CharField(
        max_length=10, choices=SubmissionStatus, default=SubmissionStatus.DRAFT
    )
    is_late = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["number", "pk"]
        indexes = [models.Index(fields=["status", "submitted_at"])]
        constraints = [
            models.UniqueConstraint(
                name="submission_number_once", fields=["assignment", "user", "number"]
            ),
            models.UniqueConstraint(
                name="one_draft_per_learner",
                fields=["assignment", "user"],
                condition=Q(status=SubmissionStatus.DRAFT),
            ),
            models.UniqueConstraint(
                name="one_waiting_per_learner",
                fields=["assignment", "user"],
                condition=Q(status=SubmissionStatus.SUBMITTED),
            ),
            models.CheckConstraint(
                name="submission_status", condition=Q(status__in=SubmissionStatus.values)
            ),
            models.CheckConstraint(
                name="submission_submitted_at",
                condition=Q(status=SubmissionStatus.DRAFT, submitted_at=None)
                | (~Q(status=SubmissionStatus.DRAFT) & Q(submitted_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} № {self.number}"


class SubmissionFile(models.Model):
    """A file of a hand-in, in the private storage. A further hand-in may hold the same one."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="files")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="submission_files")
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    name = models.CharField(_("file name"), max_length=160)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="submission_file_name_once", fields=["submission", "name"]
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FeedbackVerdict(models.TextChoices):
    ACCEPT = "accept", _("Accept")
    REVISE = "revise", _("Ask to revise")


class Feedback(models.Model):
    """What a lecturer said of a hand-in. The last one counts, the others stay.
    `told_at` null: the learner has not been told yet."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="feedback")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    verdict = models.CharField(max_length=8, choices=FeedbackVerdict)
    text = models.TextField(_("feedback"), blank=True, help_text=_("Markdown"))
    at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="feedback_verdict", condition=Q(verdict__in=FeedbackVerdict.values)
            ),
        ]

    def __str__(self) -> str:
        return self.verdict


class DueReminder(models.Model):
    """That one person is reminded of one due date; a date that moved is another one. `claimed_at`
    says that somebody is about to send it, `sent_at` that it went out."""

    due = models.ForeignKey(AssignmentDue, models.CASCADE, related_name="reminders")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="due_reminders")
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="due_reminder_once", fields=["due", "user", "due_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.due_id} {self.due_at:%Y-%m-%d}"
