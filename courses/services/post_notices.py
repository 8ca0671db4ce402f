"""Who is mailed of a question or a reply, and that nobody is twice.

A notice is claimed before its mail goes out and marked after; a claim that nobody finished is
taken over once it is older than LEASE. A post whose people all know it is `told_at`.
"""

from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from courses.models import PostNotice, Question, Reply
from courses.queries.access import can_view

Post = Question | Reply
LEASE = timedelta(minutes=15)
PATIENCE = timedelta(days=3)  # older news is none


def untold(model: type[Question] | type[Reply], *, before: timedelta) -> list[int]:
    """Posts that are shown, and that somebody may still have to hear of."""
    now = timezone.now()
    owed = model.objects.shown().filter(
        told_at=None, created_at__gt=now - PATIENCE, created_at__lt=now - before
    )
    return list(owed.order_by("pk").values_list("pk", flat=True)[:200])


def recipients(post: Post) -> Iterator[User]:
    """A question's lecturers; a reply's asker and those who answered before, never its writer.

    Who lost the course meanwhile hears no more of it.
    """
    if isinstance(post, Question):
        people = User.objects.filter(course_lecturers__course=post.course_id)
    else:
        others = Reply.objects.shown().filter(question=post.question_id).values("user")
        asker = User.objects.filter(pk=post.question.user_id or 0)
        people = (asker | User.objects.filter(pk__in=others)).distinct()
    lesson = post.lesson if isinstance(post, Question) else post.question.lesson
    for person in people.exclude(pk=post.user_id or 0).filter(is_active=True).order_by("pk"):
        if can_view(person, lesson, timezone.now()).allowed:
            yield person


@transaction.atomic
def claim(*, post: Post, user: User) -> PostNotice | None:
    """The right to mail `user`, or None when they were, or somebody is just doing it."""
    now = timezone.now()
    of = {"question" if isinstance(post, Question) else "reply": post}
    notice, is_new = PostNotice.objects.get_or_create(user=user, **of, defaults={"claimed_at": now})
    if is_new:
        return notice
    stale = PostNotice.objects.filter(pk=notice.pk, sent_at=None, claimed_at__lte=now - LEASE)
    return notice if stale.update(claimed_at=now) else None


@transaction.atomic
def mark_sent(*, notice: PostNotice) -> None:
    PostNotice.objects.filter(pk=notice.pk).update(sent_at=timezone.now())


@transaction.atomic
def give_up(*, notice: PostNotice) -> None:
    """It could not be sent now; the next run may try."""
    PostNotice.objects.filter(pk=notice.pk).update(claimed_at=F("claimed_at") - LEASE)


@transaction.atomic
def mark_told(*, post: Post) -> None:
    """Everybody knows, unless a mail is still under way: then the clock asks again."""
    if not post.notices.filter(sent_at=None).exists():
        type(post).objects.filter(pk=post.pk).update(told_at=timezone.now())
