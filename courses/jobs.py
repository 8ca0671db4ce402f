"""Started by the clock: does what is still owed, so it may run at any time, and twice."""

import time
from datetime import datetime, timedelta

from celery import shared_task
from django.utils import timezone

from core.logs import logger
from core.mail import is_hopeless
from courses import emails, tasks
from courses.models import (
    Announcement,
    AssignmentDue,
    Certificate,
    Course,
    CourseInvitation,
    Feedback,
    Question,
    Reply,
)
from courses.queries.people import Learner
from courses.services import (
    certificates,
    class_notices,
    due_reminders,
    files,
    post_notices,
    taking,
)
from courses.services.archives import forget_archives
from courses.services.class_notices import Owed

GRACE = timedelta(minutes=2)  # what a task in flight is given before the clock steps in
BATCH = 200
SECONDS = 240  # less than from one start to the next
STILL_NEWS = timedelta(days=3)


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


@shared_task
def send_announcements() -> None:
    """Announcements that somebody has not been mailed. Who hears days late does not care any more."""
    now = timezone.now()
    recent = Announcement.objects.published().filter(
        published_at__gt=now - STILL_NEWS, published_at__lt=now - GRACE
    )
    for pk in recent.values_list("pk", flat=True):
        tasks.send_announcement.delay(pk)


@shared_task
def send_class_mail() -> int:
    """News of classes and reminders that are owed; says how many mails went out."""
    now, give_up_at = timezone.now(), time.monotonic() + SECONDS
    sent = failed = 0
    for owes in class_notices.owed(now):
        if failed >= tasks.PATIENCE or time.monotonic() > give_up_at:
            logger.warning("class_mail_stopped", sent=sent, failed=failed)
            break
        outcome = _tell_of_classes(owes, now)
        sent += outcome is True
        failed = failed + 1 if outcome is False else 0
    return sent


def _tell_of_classes(owes: Owed, at: datetime) -> bool | None:
    """True: sent. False: try again later. None: nothing to do."""
    claimed = class_notices.claim(owes, at)
    items, notices = [item for item, _notice in claimed], [notice for _item, notice in claimed]
    if not items:
        return None
    try:
        if items[0].kind in class_notices.REMINDERS:
            emails.send_class_reminder(owes.seat, items[0])
        else:
            emails.send_class_news(owes.seat, items)
    except OSError as error:
        logger.warning("class_mail_failed", seat=owes.seat.pk, error=type(error).__name__)
        if not is_hopeless(error):
            class_notices.give_up(notices)
            return False
    class_notices.mark_sent(notices)
    return True


@shared_task
def finish_quizzes() -> None:
    """Attempts whose time is up and that nobody came back to."""
    taking.finish_overdue()


@shared_task
def send_due_reminders() -> int:
    """Work that is due within a day and not handed in; says how many mails went out."""
    now, give_up_at = timezone.now(), time.monotonic() + SECONDS
    sent = failed = 0
    for due, learner in due_reminders.owed(now):
        if failed >= tasks.PATIENCE or time.monotonic() > give_up_at:
            logger.warning("due_reminders_stopped", sent=sent, failed=failed)
            break
        outcome = _remind(due, learner, now)
        sent += outcome is True
        failed = failed + 1 if outcome is False else 0
    return sent


def _remind(due: AssignmentDue, learner: Learner, at: datetime) -> bool | None:
    """True: sent. False: try again later. None: nothing to do."""
    reminder = due_reminders.claim(due, learner, at)
    if reminder is None:
        return None
    try:
        emails.send_due_reminder(due, learner)
    except OSError as error:
        logger.warning("due_reminder_failed", due=due.pk, error=type(error).__name__)
        if not is_hopeless(error):
            due_reminders.give_up(reminder)
            return False
    due_reminders.mark_sent(reminder)
    return True
