"""Who may learn, and what they did."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import proven
from core.ids import public_id, secret_code
from courses.models.cohorts import Cohort, CourseOffer
from courses.models.courses import Course
from courses.models.lessons import CoursePublication, Lesson, LessonVersion
from orders.models import OrderLine


def _in_two_weeks() -> datetime:
    return timezone.now() + CourseInvitation.LIFETIME


class CourseInvitationQuerySet(models.QuerySet["CourseInvitation"]):
    def open(self, at: datetime) -> Self:
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=at)


class CourseInvitation(models.Model):
    """A link mailed to someone who shall have a seat for nothing. Takes it when accepted, once."""

    LIFETIME = timedelta(days=14)

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    language = models.CharField(
        _("language of the mail"), max_length=10, choices=settings.LANGUAGES
    )
    note = models.CharField(_("note"), max_length=240, blank=True)
    token = models.CharField(max_length=32, unique=True, default=secret_code, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=_in_two_weeks)
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = CourseInvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_open_invitation_per_cohort",
                fields=["cohort", "email"],
                condition=Q(accepted_at=None, revoked_at=None),
            ),
        ]

    def __str__(self) -> str:
        return str(self.cohort)


class EnrollmentStatus(models.TextChoices):
    HELD = "held", _("Held")
    ACTIVE = "active", _("Active")
    COMPLETED = "completed", _("Completed")
    CANCELED = "canceled", _("Canceled")


class EnrollmentSource(models.TextChoices):
    ORDER = "order", _("Order")
    INVITE = "invite", _("Invitation")
    PASS = "pass", _("Free pass")
    STAFF = "staff", _("By hand")


TAKES_SEAT = (EnrollmentStatus.HELD, EnrollmentStatus.ACTIVE, EnrollmentStatus.COMPLETED)
GIVES_ACCESS = (EnrollmentStatus.ACTIVE, EnrollmentStatus.COMPLETED)


class EnrollmentQuerySet(models.QuerySet["Enrollment"]):
    def taking_seats(self) -> Self:
        return self.filter(status__in=TAKES_SEAT)

    def giving_access(self) -> Self:
        return self.filter(status__in=GIVES_ACCESS)

    def of_person(self, user: User) -> Self:
        """Seats of a signed-in person: their own, and those of an e-mail they have proven."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(user=user) | Q(user=None, email__in=proven(user)))


class Enrollment(models.Model):
    """One grant of one seat. A person may have several; access is their union, so the end of
    one never ends another. Until somebody proves `email` (lower case), `user` may be null."""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="enrollments")
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="enrollments",
    )
    email = models.EmailField(_("e-mail"), max_length=254)
    name = models.CharField(_("name"), max_length=120, blank=True)
    source = models.CharField(max_length=8, choices=EnrollmentSource)
    offer = models.ForeignKey(
        CourseOffer, models.PROTECT, null=True, blank=True, related_name="enrollments"
    )
    order_line = models.ForeignKey(
        OrderLine, models.PROTECT, null=True, blank=True, related_name="enrollments"
    )
    invitation = models.OneToOneField(
        CourseInvitation, models.PROTECT, null=True, blank=True, related_name="enrollment"
    )
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=240, blank=True)
    status = models.CharField(
        max_length=10, choices=EnrollmentStatus, default=EnrollmentStatus.HELD
    )
    created_at = models.DateTimeField(default=timezone.now)
    granted_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["cohort", "status", "created_at"]),
            models.Index(fields=["email"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="enrollment_status", condition=Q(status__in=EnrollmentStatus.values)
            ),
            models.CheckConstraint(
                name="enrollment_granted_at",
                condition=~Q(status__in=GIVES_ACCESS) | Q(granted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="enrollment_ended_at",
                condition=Q(status=EnrollmentStatus.CANCELED, ended_at__isnull=False)
                | (~Q(status=EnrollmentStatus.CANCELED) & Q(ended_at=None)),
            ),
            models.CheckConstraint(
                name="enrollment_by_order",
                condition=Q(
                    source=EnrollmentSource.ORDER, order_line__isnull=False, offer__isnull=False
                )
                | (~Q(source=EnrollmentSource.ORDER) & Q(order_line=None)),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class LessonProgress(models.Model):
    """Where a person left a lesson. `position` is per mille of the page, top to bottom."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="lesson_progress"
    )
    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="progress")
    position = models.PositiveSmallIntegerField(default=0)
    video_seconds = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["user", "-updated_at"])]
        constraints = [
            models.UniqueConstraint(name="progress_once", fields=["user", "lesson"]),
            models.CheckConstraint(name="progress_per_mille", condition=Q(position__lte=1000)),
        ]

    def __str__(self) -> str:
        return f"{self.lesson}: {self.position} ‰"


class LessonCompletion(models.Model):
    """That a person completed a lesson, and which version of it they had read. It stays: after a
    refund, when the lesson changes, when it is deleted."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="lesson_completions"
    )
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="completions")
    version = models.ForeignKey(LessonVersion, models.PROTECT, related_name="completions")
    completed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="completion_once", fields=["user", "lesson"]),
        ]

    def __str__(self) -> str:
        return str(self.lesson)


class CourseProgress(models.Model):
    """What a person reached in a course: the highest `percent` they ever had, and since when, by
    which publication's rule, the course counts as completed. Neither is ever taken back."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="course_progress"
    )
    course = models.ForeignKey(Course, models.PROTECT, related_name="progress")
    percent = models.PositiveSmallIntegerField(default=0)
    completed_at = models.DateTimeField(null=True, blank=True)
    publication = models.ForeignKey(
        CoursePublication, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="course_progress_once", fields=["user", "course"]),
            models.CheckConstraint(name="course_progress_percent", condition=Q(percent__lte=100)),
            models.CheckConstraint(
                name="course_completed_by_a_rule",
                condition=Q(completed_at=None, publication=None)
                | Q(completed_at__isnull=False, publication__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.percent} %"
