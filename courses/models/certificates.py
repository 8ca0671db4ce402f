"""What a course asks for its certificate, and who got one."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ids import certificate_number
from courses.models.cohorts import Cohort
from courses.models.courses import Course


class CertificateRule(models.Model):
    """One published version of what a certificate asks; the newest of a course counts.

    The database refuses to change one. `is_giving` false: from this version on none is given.
    `courses.certificates.missing` reads it.
    """

    course = models.ForeignKey(Course, models.PROTECT, related_name="certificate_rules")
    number = models.PositiveIntegerField()
    is_giving = models.BooleanField(_("gives certificates"), default=True)
    lessons_percent = models.PositiveSmallIntegerField(
        _("percent of the required lessons"), default=100
    )
    min_attendance_percent = models.PositiveSmallIntegerField(
        _("percent of the classes attended"), default=0
    )
    needs_accepted_work = models.BooleanField(_("all required work accepted"), default=False)
    needs_quizzes = models.BooleanField(_("all required quizzes passed"), default=False)
    note = models.CharField(_("what changes"), max_length=240, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                name="certificate_rule_number_once", fields=["course", "number"]
            ),
            models.CheckConstraint(
                name="certificate_rule_percents",
                condition=Q(lessons_percent__lte=100, min_attendance_percent__lte=100),
            ),
            models.CheckConstraint(
                name="certificate_rule_asks_something",
                condition=Q(is_giving=False)
                | Q(lessons_percent__gte=1)
                | Q(min_attendance_percent__gte=1)
                | Q(needs_accepted_work=True)
                | Q(needs_quizzes=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course_id} № {self.number}"


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def valid(self) -> Self:
        return self.filter(revoked_at=None)


class Certificate(models.Model):
    """That a person met a course's rule. Earned is earned: neither a refund nor a new rule takes
    it back, only staff who say why.

    `facts` is what was met and what the course was called then, frozen; `courses.certificates`
    reads it. `shows_name`: what the holder lets strangers see beside the number.
    """

    number = models.CharField(
        max_length=16, unique=True, default=certificate_number, editable=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="certificates",
    )
    course = models.ForeignKey(Course, models.PROTECT, related_name="certificates")
    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="certificates")
    rule = models.ForeignKey(CertificateRule, models.PROTECT, related_name="certificates")
    name = models.CharField(_("name"), max_length=120)
    facts: Any = models.JSONField()
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)
    shows_name = models.BooleanField(_("shows my name"), default=True)
    issued_at = models.DateTimeField(default=timezone.now)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replacement"
    )
    told_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    revoked_reason = models.CharField(_("reason"), max_length=240, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-pk"]
        indexes = [
            models.Index(fields=["course", "-issued_at"]),
            models.Index(
                fields=["issued_at"], name="certificate_untold", condition=Q(told_at=None)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_valid_certificate_per_run",
                fields=["user", "course", "cohort"],
                condition=Q(revoked_at=None),
            ),
            models.CheckConstraint(
                name="certificate_revoked_why",
                condition=Q(revoked_at=None, revoked_reason="")
                | Q(Q(revoked_at__isnull=False), ~Q(revoked_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None

    @property
    def label(self) -> str:
        """The number in groups of four, as people read it out and as its address has it."""
        return "-".join(self.number[start : start + 4] for start in range(0, 16, 4))

    def get_absolute_url(self) -> str:
        return reverse("courses:certificate-verify", args=[self.label])
