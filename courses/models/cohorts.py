"""One run of a course: when, how many, for how much."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ids import public_id
from core.money import CURRENCY_CHOICES
from core.time import validate_zone
from courses.models.courses import Course
from courses.models.lessons import Lesson


class Cohort(models.Model):
    """A run with dates, or (`start_at` null) the one that a self-paced course keeps open.

    `seats` null: not limited. `taken` has one writer: services/seats.py.
    """

    course = models.ForeignKey(Course, models.CASCADE, related_name="cohorts")
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    name = models.CharField(_("name"), max_length=120, blank=True)
    start_at = models.DateTimeField(_("starts"), null=True, blank=True)
    end_at = models.DateTimeField(_("ends"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_zone])
    seats = models.PositiveIntegerField(
        _("seats"), null=True, blank=True, help_text=_("Leave it empty for no limit.")
    )
    taken = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)  # sells no more; learners stay

    class Meta:
        ordering = [F("start_at").asc(nulls_first=True), "pk"]
        constraints = [
            models.CheckConstraint(
                name="cohort_not_overfull", condition=Q(seats=None) | Q(taken__lte=F("seats"))
            ),
            models.CheckConstraint(
                name="cohort_ends_after_start",
                condition=Q(end_at=None) | Q(start_at__isnull=False, end_at__gt=F("start_at")),
            ),
            models.UniqueConstraint(
                name="one_open_cohort_per_course", fields=["course"], condition=Q(start_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_self_paced(self) -> bool:
        return self.start_at is None

    @property
    def left(self) -> int | None:
        return None if self.seats is None else self.seats - self.taken


class CourseOfferQuerySet(models.QuerySet["CourseOffer"]):
    def on_sale(self, at: datetime) -> Self:
        """Offers whose sales window holds `at`; an open end is None. Says nothing of seats."""
        started = Q(sales_start_at=None) | Q(sales_start_at__lte=at)
        not_over = Q(sales_end_at=None) | Q(sales_end_at__gt=at)
        return self.filter(started, not_over)

    def offered(self, *, unlocked: str = "") -> Self:
        """What the public sees, and the hidden one whose public_id the link named."""
        shown = Q(is_public=True) | Q(public_id=unlocked)
        return self.filter(shown, retired_at=None, cohort__closed_at=None)


class CourseOffer(models.Model):
    """A price for seats of a cohort; an early bird is one whose window ends early."""

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="offers")
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(_("name"), max_length=120)
    description = models.CharField(_("description"), max_length=240, blank=True)
    price_minor = models.PositiveBigIntegerField(_("price"), default=0)
    currency = models.CharField(_("currency"), max_length=3, choices=CURRENCY_CHOICES)
    sales_start_at = models.DateTimeField(_("sales start"), null=True, blank=True)
    sales_end_at = models.DateTimeField(_("sales end"), null=True, blank=True)
    min_per_order = models.PositiveSmallIntegerField(_("least per order"), default=1)
    max_per_order = models.PositiveSmallIntegerField(_("most per order"), default=1)
    is_public = models.BooleanField(
        _("listed on the course's page"),
        default=True,
        help_text=_("Otherwise only its own link shows it."),
    )
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CourseOfferQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="course_offer_limits",
                condition=Q(min_per_order__gte=1, max_per_order__gte=F("min_per_order")),
            ),
            models.CheckConstraint(
                name="course_offer_window",
                condition=Q(sales_start_at=None)
                | Q(sales_end_at=None)
                | Q(sales_end_at__gt=F("sales_start_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ReleaseException(models.Model):
    """Opens a lesson from `open_at` on for one person or one cohort, whatever the lesson's own
    release and prerequisites say. It only ever opens: who is not enrolled stays outside."""

    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="release_exceptions")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    cohort = models.ForeignKey(
        Cohort, models.CASCADE, null=True, blank=True, related_name="release_exceptions"
    )
    open_at = models.DateTimeField(_("opens at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="exception_for_one",
                condition=Q(user=None, cohort__isnull=False) | Q(user__isnull=False, cohort=None),
            ),
            models.UniqueConstraint(
                name="exception_once_per_person",
                fields=["lesson", "user"],
                condition=Q(user__isnull=False),
            ),
            models.UniqueConstraint(
                name="exception_once_per_cohort",
                fields=["lesson", "cohort"],
                condition=Q(cohort__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lesson} {self.open_at:%Y-%m-%d}"
