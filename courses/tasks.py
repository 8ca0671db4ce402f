"""Effects that services send out after commit; `jobs` sends again what got lost."""

from celery import shared_task
from django.utils import timezone

from core.logs import logger
from core.mail import is_hopeless
from courses import emails
from courses.models import (
    Announcement,
    Certificate,
    CourseInvitation,
    Enrollment,
    Feedback,
    Question,
    Reply,
)
from courses.services import announcement_notices, post_notices

PATIENCE = 5  # failures in a row after which the mail server is left in peace


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


@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=4)
def tell_of_question(question_id: int) -> None:
    """Mail the lecturers who were not yet. Asked twice, or beside itself: nobody hears twice."""
    questions = Question.objects.shown().select_related("course__chapter", "lesson__course", "user")
    if question := questions.filter(pk=question_id, told_at=None).first():
        _tell(question)


@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=4)
def tell_of_reply(reply_id: int) -> None:
    """Mail who asked and who answered before, unless they were."""
    replies = Reply.objects.shown().filter(question__removed_at=None, question__hidden_at=None)
    replies = replies.select_related(
        "question__course__chapter", "question__lesson__course", "user"
    )
    if reply := replies.filter(pk=reply_id, told_at=None).first():
        _tell(reply)


def _tell(post: Question | Reply) -> None:
    for person in post_notices.recipients(post):
        notice = post_notices.claim(post=post, user=person)
        if notice is None:
            continue
        try:
            emails.send_post(post, person)
        except OSError:
            post_notices.give_up(notice=notice)
            raise
        post_notices.mark_sent(notice=notice)
    post_notices.mark_told(post=post)


@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=8)
def tell_of_certificate(certificate_id: int) -> None:
    """Mail its holder how it stands now, unless they know. A crash before the update: twice."""
    owed = Certificate.objects.filter(told_at=None, user__is_active=True)
    owed = owed.select_related("user", "course__chapter", "cohort")
    certificate = owed.filter(pk=certificate_id).first()
    if certificate is None:
        return
    emails.send_certificate(certificate)
    told = Certificate.objects.filter(pk=certificate_id, revoked_at=certificate.revoked_at)
    told.update(told_at=timezone.now())


@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=8)
def send_feedback(feedback_id: int) -> None:
    """Tell the learner unless done. A crash before the update: twice, never zero."""
    untold = Feedback.objects.filter(pk=feedback_id, told_at=None)
    feedback = untold.select_related("submission__assignment__course__chapter", "by").first()
    if feedback is None:
        return
    emails.send_feedback(feedback)
    untold.update(told_at=timezone.now())


@shared_task
def send_announcement(announcement_id: int) -> None:
    """Mail it to all who have not had it. The server refuses again and again: the clock goes on."""
    shown = Announcement.objects.published().select_related("course__chapter", "by")
    announcement = shown.filter(pk=announcement_id).first()
    if announcement is None:
        return
    failed = 0
    for seat in announcement_notices.owed_seats(announcement, timezone.now()):
        failed = 0 if _announce(announcement, seat) else failed + 1
        if failed >= PATIENCE:
            return


def _announce(announcement: Announcement, seat: Enrollment) -> bool:
    """False: try again later."""
    notice = announcement_notices.claim(announcement, seat, timezone.now())
    if notice is None:
        return True
    try:
        emails.send_announcement(announcement, seat)
    except OSError as error:
        logger.warning("announcement_failed", seat=seat.pk, error=type(error).__name__)
        if not is_hopeless(error):
            announcement_notices.give_up(notice)
            return False
    announcement_notices.mark_sent(notice)
    return True
