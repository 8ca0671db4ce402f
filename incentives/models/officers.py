from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OfficerRole(models.TextChoices):
    REVIEWER = "reviewer", _("Reviewer")
    TREASURER = "treasurer", _("Treasurer")


class OfficerQuerySet(models.QuerySet["Officer"]):
    def reviewers(self) -> Self:
        return self.filter(role=OfficerRole.REVIEWER)

    def treasurers(self) -> Self:
        return self.filter(role=OfficerRole.TREASURER)


class Officer(models.Model):
    """Whom administrators trust with the pool of all chapters. Being an administrator is no
    office: who wants to review appoints themselves, where everybody can see it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="offices")
    role = models.CharField(_("role"), max_length=10, choices=OfficerRole)
    appointed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    appointed_at = models.DateTimeField(default=timezone.now)

    objects = OfficerQuerySet.as_manager()

    class Meta:
        ordering = ["role", "pk"]
        constraints = [
            models.UniqueConstraint(name="officer_once", fields=["user", "role"]),
            models.CheckConstraint(name="officer_role", condition=Q(role__in=OfficerRole.values)),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"
