from celery import shared_task
from django.utils import timezone

from api.idempotency import KEPT
from api.models import IdempotentAnswer


@shared_task
def forget_old_answers() -> None:
    """Answers hold links and ticket codes: they go when nobody tries again any more."""
    IdempotentAnswer.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
