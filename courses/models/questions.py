"""What learners ask about a lesson, and what they and its lecturers answer."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ids import public_id
from core.text import search_terms
from courses.models.courses import Course
from courses.models.lessons import Lesson


class Post(models.Model):
    """What a question and a reply have in common. Its words stay when it is removed or hidden:
    staff can look at them, and nobody else. `told_at`: everybody concerned has had their mail."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    text = models.TextField(_("text"), help_text=_("Markdown"))
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)  # by who wrote it
    hidden_at = models.DateTimeField(null=True, blank=True)  # by staff
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    hidden_reason = models.CharField(_("reason"), max_length=240, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_shown(self) -> bool:
        return self.removed_at is None and self.hidden_at is None


class QuestionQuerySet(models.QuerySet["Question"]):
    def shown(self) -> Self:
        return self.filter(removed_at=None, hidden_at=None)

    def unanswered(self) -> Self:
        """Nobody's answer was accepted: a reply alone may ask back."""
        return self.filter(accepted_reply=None)

    def search(self, text: str) -> Self:
        """Questions that hold every word of `text`, in themselves or in a reply that is shown."""
        found = self
        for term in search_terms(text):
            replies = Reply.objects.shown().filter(text__icontains=term).values("question")
            found = found.filter(
                Q(title__icontains=term) | Q(text__icontains=term) | Q(pk__in=replies)
            )
        return found


class Question(Post):
    """A learner's question about a lesson. `course` is the lesson's, for the lists."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="questions")
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="questions")
    title = models.CharField(_("question in a sentence"), max_length=160)
    accepted_reply = models.ForeignKey(
        "courses.Reply", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["course", "-created_at"]),
            models.Index(fields=["lesson", "-created_at"]),
            models.Index(fields=["created_at"], name="question_untold", condition=Q(told_at=None)),
        ]
        constraints = [
            models.CheckConstraint(
                name="question_accepted_when",
                condition=Q(accepted_reply=None) | Q(accepted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ReplyQuerySet(models.QuerySet["Reply"]):
    def shown(self) -> Self:
        return self.filter(removed_at=None, hidden_at=None)


class Reply(Post):
    """An answer, or a question back."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="replies")

    objects = ReplyQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(fields=["created_at"], name="reply_untold", condition=Q(told_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.question_id}: {self.text[:40]}"


class PostRevision(models.Model):
    """What a question or a reply said before it was changed. Shown to staff."""

    question = models.ForeignKey(
        Question, models.CASCADE, null=True, blank=True, related_name="revisions"
    )
    reply = models.ForeignKey(
        Reply, models.CASCADE, null=True, blank=True, related_name="revisions"
    )
    title = models.CharField(max_length=160, blank=True)
    text = models.TextField()
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-replaced_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="revision_of_one",
                condition=Q(question=None, reply__isnull=False)
                | Q(question__isnull=False, reply=None),
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.text[:40]


class PostNotice(models.Model):
    """That `user` was mailed of a question or a reply. Claimed before the mail goes out."""

    question = models.ForeignKey(
        Question, models.CASCADE, null=True, blank=True, related_name="notices"
    )
    reply = models.ForeignKey(Reply, models.CASCADE, null=True, blank=True, related_name="notices")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    claimed_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="post_notice_of_one",
                condition=Q(question=None, reply__isnull=False)
                | Q(question__isnull=False, reply=None),
            ),
            models.UniqueConstraint(
                name="question_told_once",
                fields=["question", "user"],
                condition=Q(question__isnull=False),
            ),
            models.UniqueConstraint(
                name="reply_told_once",
                fields=["reply", "user"],
                condition=Q(reply__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"
