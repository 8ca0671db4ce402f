from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.models import Event


class HelperShift(models.Model):
    """When somebody helped at an event, entered by who runs it. What the door saw of them is
    counted beside it (`queries.hours`)."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="helper_shifts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="helper_shifts")
    start_at = models.DateTimeField(_("from"))
    end_at = models.DateTimeField(_("until"))
    note = models.CharField(_("what they did"), max_length=160, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["start_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="helper_shift_ends_after_start", condition=Q(end_at__gt=F("start_at"))
            ),
            models.UniqueConstraint(name="helper_shift_once", fields=["event", "user", "start_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.start_at:%Y-%m-%d %H:%M}"
