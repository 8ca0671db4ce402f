from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import ApiToken


class IdempotentAnswer(models.Model):
    """The answer to a request with an Idempotency-Key: the same key and body get it again.

    A key belongs to the token that sent it; those sent without one share a room of their own.
    """

    token = models.ForeignKey(ApiToken, models.CASCADE, null=True, related_name="+")
    key = models.CharField(max_length=80)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)  # null: the first request is still at work
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="idempotency_key_once", fields=["token", "key"]),
            models.UniqueConstraint(
                name="anonymous_idempotency_key_once", fields=["key"], condition=Q(token=None)
            ),
        ]

    def __str__(self) -> str:
        return self.key
