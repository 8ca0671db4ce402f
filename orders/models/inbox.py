from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class InboxStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    APPLIED = "applied", _("Applied")
    IGNORED = "ignored", _("Ignored")
    FAILED = "failed", _("Failed")


class GatewayEvent(models.Model):
    """The inbox: what a gateway told us, stored before anything is done about it."""

    event_id = models.CharField(max_length=255, unique=True)
    kind = models.CharField(max_length=80)
    object_id = models.CharField(max_length=255, blank=True)
    payload = models.JSONField()
    status = models.CharField(max_length=8, choices=InboxStatus, default=InboxStatus.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=240, blank=True)
    received_at = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["received_at", "pk"]
        indexes = [
            models.Index(
                fields=["received_at"],
                condition=Q(status__in=["waiting", "failed"]),
                name="inbox_unapplied",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"
