"""What lecturers get of what their course sells for."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.courses import Course, CourseLecturer
from orders.models.shares import WHOLE


class LecturerRateQuerySet(models.QuerySet["LecturerRate"]):
    def in_force(self, courses: Iterable[int], at: datetime) -> dict[int, dict[int, int]]:
        """{course pk: {user pk: basis points}} at that moment, of those who teach it now."""
        teaches = CourseLecturer.objects.filter(course=OuterRef("course"), user=OuterRef("user"))
        begun = self.filter(Exists(teaches), course__in=courses, from_at__lte=at)
        found: defaultdict[int, dict[int, int]] = defaultdict(dict)
        for course, user, bps in begun.order_by("from_at", "pk").values_list(
            "course", "user", "bps"
        ):
            found[course][user] = bps  # the latest comes last
        return found


class LecturerRate(models.Model):
    """From `from_at` on, `bps` of what a seat of the course nets go to this lecturer. Rows are
    added, never changed; what was paid before keeps the rate that is frozen on it."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="lecturer_rates")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="lecturer_rates"
    )
    bps = models.PositiveSmallIntegerField(_("basis points"))
    from_at = models.DateTimeField(default=timezone.now)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = LecturerRateQuerySet.as_manager()

    class Meta:
        ordering = ["-from_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="lecturer_rate_bps", condition=Q(bps__lte=WHOLE)),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.bps}"
