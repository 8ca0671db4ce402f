"""Mails about courses. Orders' mails are checkout's work."""

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from core.mail import send_mail
from core.seal import seal_text
from courses.models import Certificate, CourseInvitation, Feedback, Question, Reply


def send_invitation(invitation: CourseInvitation) -> None:
    """Mail the link, in the invitation's language. Raises OSError."""
    course = invitation.cohort.course
    path = reverse("courses:invitation-accept", args=[invitation.token])
    send_mail(
        to=invitation.email,
        template="course_invitation",
        context={
            "invitation": invitation,
            "course": course,
            "chapter": course.chapter,
            "seal_text": seal_text(course.chapter.seal_text or course.chapter.name),
            "accept_url": f"{settings.SITE_URL}{path}",
        },
        language=invitation.language,
        time_zone=invitation.cohort.time_zone,
        reply_to=course.chapter.contact_email,
    )


def send_post(post: Question | Reply, person: User) -> None:
    """Tell one person of a question or of a reply, in their language. Raises OSError."""
    question = post if isinstance(post, Question) else post.question
    course = question.course
    path = reverse("courses:question-detail", args=[course.slug, question.public_id])
    send_mail(
        to=person.email,
        template="question_asked" if post is question else "question_answered",
        context={
            "post": post,
            "question": question,
            "course": course,
            "chapter": course.chapter,
            "seal_text": seal_text(course.chapter.seal_text or course.chapter.name),
            "is_mine": question.user_id == person.pk,
            "question_url": f"{settings.SITE_URL}{path}",
        },
        language=person.language or settings.LANGUAGE_CODE,
        time_zone=person.time_zone or course.chapter.time_zone,
        reply_to=course.chapter.contact_email,
    )


def send_feedback(feedback: Feedback) -> None:
    """Tell a learner what was said of their work, in their language. Raises OSError."""
    submission = feedback.submission
    assignment, user = submission.assignment, submission.user
    course = assignment.course
    path = reverse("courses:assignment-detail", args=[course.slug, assignment.public_id])
    send_mail(
        to=user.email,
        template="work_feedback",
        context={
            "feedback": feedback,
            "assignment": assignment,
            "course": course,
            "chapter": course.chapter,
            "seal_text": seal_text(course.chapter.seal_text or course.chapter.name),
            "page_url": f"{settings.SITE_URL}{path}",
        },
        language=user.language or settings.LANGUAGE_CODE,
        time_zone=user.time_zone or course.chapter.time_zone,
        reply_to=course.chapter.contact_email,
    )


def send_certificate(certificate: Certificate) -> None:
    """Tell the holder that they have it, or that it was revoked and why. Raises OSError."""
    course, user = certificate.course, certificate.user
    if user is None:
        return
    page = reverse("courses:certificate-mine", args=[course.slug])
    send_mail(
        to=user.email,
        template="certificate" if certificate.is_valid else "certificate_revoked",
        context={
            "certificate": certificate,
            "course": course,
            "chapter": course.chapter,
            "seal_text": seal_text(course.chapter.seal_text or course.chapter.name),
            "page_url": f"{settings.SITE_URL}{page}",
            "verify_url": f"{settings.SITE_URL}{certificate.get_absolute_url()}",
        },
        language=user.language or certificate.language,
        time_zone=user.time_zone or course.chapter.time_zone,
        reply_to=course.chapter.contact_email,
    )
