"""Mails about courses. Orders' mails are checkout's work."""

from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from core.mail import Attachment, send_mail
from core.seal import seal_text
from core.time import format_span, zone_label
from courses.calendars import guest_calendar
from courses.models import (
    Announcement,
    AssignmentDue,
    Certificate,
    ClassNoticeKind,
    ClassSession,
    Course,
    CourseInvitation,
    Enrollment,
    Feedback,
    Question,
    Reply,
)
from courses.queries.links import join_url
from courses.queries.people import Learner, learner_of
from courses.services.class_notices import Item
from events.calendars import Guest


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


def send_class_news(seat: Enrollment, items: Sequence[Item]) -> None:
    """Which classes of a run are planned, moved or canceled, each with its calendar entry, in one
    mail to one person. Raises OSError."""
    course = items[0].session.cohort.course
    learner = learner_of(seat)
    with translation.override(_language(learner)):
        files = [_entry(learner, item.session) for item in items]
        lines = [_line(learner, item) for item in items]
    _send_to_learner(
        learner,
        course,
        "class_news",
        attachments=files,
        lines=lines,
        is_all_news=all(item.is_news for item in items),
        classes_url=settings.SITE_URL + reverse("courses:my-classes", args=[course.slug]),
    )


def send_class_reminder(seat: Enrollment, item: Item) -> None:
    """A day or an hour before, with the learner's own link. Raises OSError."""
    learner, course = learner_of(seat), item.session.cohort.course
    with translation.override(_language(learner)):
        line = _line(learner, item)
    is_last_call = item.kind == ClassNoticeKind.HOUR_BEFORE
    _send_to_learner(learner, course, "class_reminder", line=line, is_last_call=is_last_call)


def send_announcement(announcement: Announcement, seat: Enrollment) -> None:
    """Raises OSError."""
    learner, course = learner_of(seat), announcement.course
    path = reverse("courses:announcement-list", args=[course.slug])
    page = f"{settings.SITE_URL}{path}#{announcement.public_id}"
    _send_to_learner(learner, course, "announcement", announcement=announcement, page_url=page)


def _language(learner: Learner) -> str:
    return learner.language or settings.LANGUAGE_CODE


def send_due_reminder(due: AssignmentDue, learner: Learner) -> None:
    """Work of theirs is due within a day. In their zone, else the run's. Raises OSError."""
    course, zone = due.assignment.course, learner.time_zone or due.time_zone
    page = reverse("courses:assignment-detail", args=[course.slug, due.assignment.public_id])
    _send_to_learner(
        learner,
        course,
        "work_due",
        due=due,
        zone=zone,
        page_url=f"{settings.SITE_URL}{page}",
    )


def _send_to_learner(
    learner: Learner,
    course: Course,
    template: str,
    *,
    attachments: Iterable[Attachment] = (),
    **context: Any,
) -> None:
    with translation.override(_language(learner)):
        seal = seal_text(course.chapter.seal_text or course.chapter.name)
    send_mail(
        to=learner.email,
        template=template,
        context={"learner": learner, "course": course, "seal_text": seal, **context},
        language=_language(learner),
        time_zone=learner.time_zone or course.chapter.time_zone,
        attachments=attachments,
        reply_to=course.chapter.contact_email,
    )


def _line(learner: Learner, item: Item) -> dict[str, Any]:
    """A class as a mail writes it: in its own zone, and in the reader's where that differs."""
    session = item.session
    here = learner.time_zone
    return {
        "session": session,
        "is_news": item.is_news,
        "local_time": local_time(session, here) if here else "",
        "join_url": "" if session.is_canceled else join_url(session, learner.seat),
    }


def local_time(session: ClassSession, zone: str) -> str:
    """When the class is by the reader's clocks; "" where they agree with the class's."""
    here, there = (
        session.starts_at.astimezone(ZoneInfo(name)) for name in (zone, session.time_zone)
    )
    if here.utcoffset() == there.utcoffset():
        return ""
    when = format_span(session.starts_at, session.ends_at, zone)
    return f"{when}, {zone_label(session.starts_at, zone)}"


def _entry(learner: Learner, session: ClassSession) -> Attachment:
    guest = Guest(learner.email, learner.name)
    content = guest_calendar(session, guest=guest, join_url=join_url(session, learner.seat))
    method = "CANCEL" if session.is_canceled else "REQUEST"
    return Attachment(f"class-{session.public_id}.ics", content, f"text/calendar; method={method}")
