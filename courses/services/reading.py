"""Where a reader is. Completing is services/learning.py's."""

from django.utils import timezone

from accounts.models import User
from courses.models import Lesson, LessonProgress


def note_opened(*, user: User, lesson: Lesson) -> None:
    """Remember that `user` reads `lesson` now; where they were in it stays. One query."""
    row = LessonProgress(user=user, lesson=lesson, updated_at=timezone.now())
    LessonProgress.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["user", "lesson"],
        update_fields=["updated_at"],
    )
