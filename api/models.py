from django.db import models
from django.utils import timezone

from accounts.models import ApiToken


class IdempotentAnswer(models.Model):
    """The answer to a request with an Idempotency-Key: the same key and body get it again."""

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="+")
    key = models.CharField(max_length=80)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)  # null: the first request is still at work
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="idempotency_key_once", fields=["token", "key"])
        ]

    def __str__(self) -> str:
        return self.key
