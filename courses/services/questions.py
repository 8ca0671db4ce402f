"""Questions and replies: ask, answer, accept, change, take away. Callers have asked who may."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.effects import after_commit
from courses import tasks
from courses.errors import PostGone, TooManyPosts
from courses.models import Lesson, PostRevision, Question, Reply
from courses.services import log

HOUR = timedelta(hours=1)
MOST_AN_HOUR = 30  # of one person, everywhere; each may become a mail to many


@transaction.atomic
def ask(*, lesson: Lesson, user: User, title: str, text: str) -> Question:
    """Ask about a lesson; its lecturers are mailed. Raises TooManyPosts."""
    _check_pace(user)
    question = Question.objects.create(
        course_id=lesson.course_id, lesson=lesson, user=user, title=title, text=text
    )
    after_commit(tasks.tell_of_question.delay, question.pk)
    return question


@transaction.atomic
def reply(*, question: Question, user: User, text: str) -> Reply:
    """Answer; who asked and who answered before is mailed. Raises PostGone, TooManyPosts."""
    _check_pace(user)
    if not _locked(question).is_shown:
        raise PostGone
    made = Reply.objects.create(question=question, user=user, text=text)
    after_commit(tasks.tell_of_reply.delay, made.pk)
    return made


@transaction.atomic
def accept(*, reply: Reply, accepted: bool) -> Question:
    """Say that `reply` answers the question, in the place of any other, or no longer.

    Raises PostGone when it was taken away meanwhile.
    """
    question = _locked(reply.question)
    reply.refresh_from_db()
    if not (reply.is_shown and question.is_shown):
        raise PostGone
    if accepted:
        question.accepted_reply, question.accepted_at = reply, timezone.now()
    elif question.accepted_reply_id == reply.pk:
        question.accepted_reply = question.accepted_at = None
    question.save(update_fields=["accepted_reply", "accepted_at"])
    return question


@transaction.atomic
def edit_question(*, question: Question, title: str, text: str) -> Question:
    """Other words; the old ones are kept for staff. The same words change nothing."""
    question = _locked(question)
    if not question.is_shown:
        raise PostGone
    if (title, text) != (question.title, question.text):
        PostRevision.objects.create(question=question, title=question.title, text=question.text)
        question.title, question.text, question.edited_at = title, text, timezone.now()
        question.save(update_fields=["title", "text", "edited_at"])
    return question


@transaction.atomic
def edit_reply(*, reply: Reply, text: str) -> Reply:
    """Other words; the old ones are kept for staff. The same words change nothing."""
    reply = Reply.objects.select_for_update(of=("self",)).get(pk=reply.pk)
    if not reply.is_shown:
        raise PostGone
    if text != reply.text:
        PostRevision.objects.create(reply=reply, text=reply.text)
        reply.text, reply.edited_at = text, timezone.now()
        reply.save(update_fields=["text", "edited_at"])
    return reply


@transaction.atomic
def remove(*, post: Question | Reply) -> None:
    """Its writer takes it away. The words stay for staff; nobody else sees them. Repeatable."""
    type(post).objects.filter(pk=post.pk, removed_at=None).update(removed_at=timezone.now())
    _no_longer_accepted(post)


@transaction.atomic
def hide(*, post: Question | Reply, by: User, reason: str) -> None:
    """Staff take it away, and say why in the course's log. Repeatable: the first word stands."""
    hidden = (
        type(post)
        .objects.filter(pk=post.pk, hidden_at=None)
        .update(hidden_at=timezone.now(), hidden_by=by, hidden_reason=reason)
    )
    if hidden:
        _no_longer_accepted(post)
        _log(post, by, "post_hidden", reason)


@transaction.atomic
def show(*, post: Question | Reply, by: User) -> None:
    """Staff bring back what staff had hidden."""
    shown = (
        type(post)
        .objects.filter(pk=post.pk, hidden_at__isnull=False)
        .update(hidden_at=None, hidden_by=None, hidden_reason="")
    )
    if shown:
        _log(post, by, "post_shown", "")


def _locked(question: Question) -> Question:
    return Question.objects.select_for_update(of=("self",)).get(pk=question.pk)


def _no_longer_accepted(post: Question | Reply) -> None:
    if isinstance(post, Reply):
        accepted = Question.objects.filter(pk=post.question_id, accepted_reply=post)
        accepted.update(accepted_reply=None, accepted_at=None)


def _check_pace(user: User) -> None:
    since = timezone.now() - HOUR
    mine = (
        model.objects.filter(user=user, created_at__gt=since).count() for model in (Question, Reply)
    )
    if sum(mine) >= MOST_AN_HOUR:
        raise TooManyPosts(most=MOST_AN_HOUR)


def _log(post: Question | Reply, by: User, action: str, reason: str) -> None:
    """Never who wrote it or what: the log tells of staff."""
    question = post.question if isinstance(post, Reply) else post
    changes = {"reason": ["", reason]} if reason else {}
    log.record(
        course=question.course, by=by, action=action, target=question.public_id, changes=changes
    )
