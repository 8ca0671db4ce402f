"""Started by the clock: does what is still owed, so it may run at any time, and twice."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from courses import tasks
from courses.models import CourseInvitation, Feedback, Question, Reply
from courses.services import files, post_notices
from courses.services.archives import forget_archives

GRACE = timedelta(minutes=2)  # what a task in flight is given before the clock steps in
BATCH = 200


@shared_task
def send_invitations() -> None:
    """Invitations that no task has mailed."""
    now = timezone.now()
    owed = CourseInvitation.objects.open(now).filter(sent_at=None, created_at__lt=now - GRACE)
    for pk in owed.values_list("pk", flat=True)[:BATCH]:
        tasks.send_invitation.delay(pk)


@shared_task
def forget_old_uploads() -> None:
    """Files that stopped in the middle and that nobody went on with."""
    files.forget_old_uploads()


@shared_task
def forget_course_archives() -> None:
    """Zip files that somebody looked at and never brought in."""
    forget_archives()


@shared_task
def tell_of_posts() -> None:
    """Questions and replies that somebody has not been mailed of."""
    for pk in post_notices.untold(Question, before=GRACE):
        tasks.tell_of_question.delay(pk)
    for pk in post_notices.untold(Reply, before=GRACE):
        tasks.tell_of_reply.delay(pk)


@shared_task
def send_feedback() -> None:
    """Feedback that no task has mailed."""
    owed = Feedback.objects.filter(told_at=None, at__lt=timezone.now() - GRACE)
    for pk in owed.values_list("pk", flat=True)[:BATCH]:
        tasks.send_feedback.delay(pk)
