"""Mails about courses. Orders' mails are checkout's work."""

from django.conf import settings
from django.urls import reverse

from core.mail import send_mail
from core.seal import seal_text
from courses.models import CourseInvitation


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
