"""Effects that services send out after commit; `jobs` sends again what got lost."""

from celery import shared_task
from django.utils import timezone

from incentives import emails
from incentives.models import ContributionShare


@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=8)
def tell_authors(contribution_id: int) -> None:
    """Mail each author what reviewers said last, unless told. A crash before the update: that
    person twice, never not at all."""
    shares = ContributionShare.objects.untold().filter(contribution=contribution_id)
    for share in shares.select_related("user", "contribution").order_by("pk"):
        now = timezone.now()
        emails.send_news(share)  # SMTPException is an OSError: retried
        ContributionShare.objects.filter(pk=share.pk).update(told_at=now)
