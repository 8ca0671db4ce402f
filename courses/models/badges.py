"""What a chapter signs its Open Badges with."""

from django.db import models
from django.utils import timezone

from community.models import Chapter


class BadgeKey(models.Model):
    """The Ed25519 key of a chapter's Open Badges. The private half is encrypted at rest."""

    chapter = models.OneToOneField(Chapter, models.PROTECT, related_name="badge_key")
    key_id = models.CharField(max_length=8, unique=True)  # 4 random bytes in hex
    public_key = models.BinaryField(max_length=32)
    private_key = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.key_id
