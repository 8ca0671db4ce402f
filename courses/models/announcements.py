"""What lecturers tell all learners of a course or of one run."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ids import public_id
from courses.models.cohorts import Cohort
from courses.models.courses import Course


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def published(self) -> Self:
        return self.filter(removed_at=None).order_by("-published_at", "-pk")


class Announcement(models.Model):
    """To the learners of `cohort`, or of all runs where that is null. A mail is sent once to each
    who has a seat when it is published, and not again when the text is mended."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="announcements")
    cohort = models.ForeignKey(
        Cohort, models.CASCADE, null=True, blank=True, related_name="announcements"
    )
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    title = models.CharField(_("title"), max_length=160)
    title_zh_hans: str | None  # modeltranslation makes these
    title_en: str | None
    body = models.TextField(_("text"), help_text=_("Markdown"))
    body_zh_hans: str | None
    body_en: str | None
    published_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]
        indexes = [models.Index(fields=["course", "-published_at"])]

    def __str__(self) -> str:
        return self.title


class AnnouncementNotice(models.Model):
    """That an announcement is mailed to one person; see ClassNotice."""

    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="notices")
    email = models.EmailField(max_length=254)
    claimed_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="announcement_notice_once", fields=["announcement", "email"]
            ),
        ]

    def __str__(self) -> str:
        return str(self.announcement)
