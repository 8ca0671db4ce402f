"""Files on their way in."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.ids import public_id
from courses.models.lessons import Lesson
from courses.models.materials import Material

# A broken upload can be taken up again for so long; then its bytes go, and their place with them
UPLOAD_LIFE = timedelta(days=2)


class Upload(models.Model):
    """A file that comes in pieces. Its whole `size` is kept free in the chapter's quota from the
    first piece on; `received` bytes of it are in the folder of uploads."""

    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="uploads")
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=160)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, blank=True, default="")
    captions_of = models.ForeignKey(
        Material, models.CASCADE, null=True, blank=True, related_name="+"
    )
    size = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["updated_at"])]
        constraints = [
            models.CheckConstraint(
                name="upload_within_its_size", condition=Q(received__lte=F("size"), size__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.received} / {self.size}"

    @property
    def is_whole(self) -> bool:
        return self.received == self.size
