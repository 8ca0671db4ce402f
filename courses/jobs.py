"""Started by the clock: does what is still owed, so it may run at any time, and twice."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from courses import tasks
from courses.models import Certificate, Course, CourseInvitation, Feedback, Question, Reply
from courses.services import certificates, files, post_notices
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
def issue_certificates() -> None:
    """Certificates that somebody has earned, and mails about one that were not sent."""
    giving = Course.objects.filter(certificate_rules__is_giving=True).distinct()
    for course in giving.select_related("chapter").order_by("pk"):
        certificates.issue_due(course=course)
    owed = Certificate.objects.filter(
        told_at=None, user__isnull=False, issued_at__lt=timezone.now() - GRACE
    )
    for pk in owed.order_by("pk").values_list("pk", flat=True)[:BATCH]:
        tasks.tell_of_certificate.delay(pk)


@shared_task
def send_feedback() -> None:
    """Feedback that no task has mailed."""
    owed = Feedback.objects.filter(told_at=None, at__lt=timezone.now() - GRACE)
    for pk in owed.values_list("pk", flat=True)[:BATCH]:
        tasks.send_feedback.delay(pk)
