"""Effects that services send out after commit; `jobs` sends again what got lost."""

from celery import shared_task
from django.utils import timezone

from courses import emails
from courses.models import CourseInvitation


@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=8)
def send_invitation(invitation_id: int) -> None:
    """Mail the link unless done, or no longer good. A crash before the update: twice, never zero."""
    waiting = CourseInvitation.objects.open(timezone.now()).filter(sent_at=None)
    waiting = waiting.select_related("cohort__course__chapter", "invited_by")
    invitation = waiting.filter(pk=invitation_id).first()
    if invitation is None:
        return
    emails.send_invitation(invitation)  # SMTPException is an OSError: retried
    CourseInvitation.objects.filter(pk=invitation_id).update(sent_at=timezone.now())
