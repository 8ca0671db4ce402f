from django.db import models
from django.db.models import Q
from django.utils import timezone

from events.models import Event


class SigningKey(models.Model):
    """The Ed25519 key that signs an event's tickets. The private half is encrypted at rest."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="signing_keys")
    key_id = models.CharField(max_length=8, unique=True)  # 4 random bytes in hex
    public_key = models.BinaryField(max_length=32)
    private_key = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_active_key_per_event", fields=["event"], condition=Q(retired_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.key_id
