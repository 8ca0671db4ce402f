"""Classes of a run: when and where it meets, who was there, and what its people were told.

Who attends is not written down anywhere: it is whoever has a seat of the run at that moment.
"""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ids import public_id
from core.time import validate_zone
from courses.models.cohorts import Cohort
from courses.models.lessons import Lesson
from events.models import Event


class SessionSeries(models.Model):
    """That several classes were planned together, and by which rule (RFC 5545, without DTSTART).

    The classes are rows of their own; the rule is not asked again once they are planned.
    """

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="series")
    rule = models.CharField(max_length=240)
    time_zone = models.CharField(max_length=64, validators=[validate_zone])
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.rule


class ClassPlace(models.TextChoices):
    ONLINE = "online", _("Online")
    VENUE = "venue", _("At a venue")


class ClassSessionQuerySet(models.QuerySet["ClassSession"]):
    def standing(self) -> Self:
        """Not canceled."""
        return self.filter(canceled_at=None)

    def upcoming(self, at: datetime) -> Self:
        return self.filter(ends_at__gt=at).order_by("starts_at", "pk")

    def held(self, at: datetime) -> Self:
        """Over, and not canceled."""
        return self.standing().filter(ends_at__lte=at)

    def counted(self) -> Self:
        """Those that attendance is asked of."""
        return self.standing().filter(is_counted=True)


class ClassSession(models.Model):
    """One class of a run. `sequence` grows with each change that a calendar must follow.

    At a venue, `event` is what its door admits to; learners get a ticket for it.
    """

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="sessions")
    series = models.ForeignKey(
        SessionSeries, models.SET_NULL, null=True, blank=True, related_name="sessions"
    )
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    title = models.CharField(_("title"), max_length=160)
    title_zh_hans: str | None  # modeltranslation makes these two
    title_en: str | None
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_zone])
    place = models.CharField(
        _("place"), max_length=8, choices=ClassPlace, default=ClassPlace.ONLINE
    )
    join_url = models.URLField(
        _("link of the meeting"),
        max_length=500,
        blank=True,
        help_text=_("Only who has a seat gets there, and only while the class is open."),
    )
    event = models.OneToOneField(
        Event, models.PROTECT, null=True, blank=True, related_name="class_session"
    )
    opens_before_minutes = models.PositiveSmallIntegerField(
        _("minutes before the start that people may join"), default=15
    )
    is_counted = models.BooleanField(_("counts for attendance"), default=True)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    canceled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(_("reason"), max_length=240, blank=True)
    recording_url = models.URLField(_("link of the recording"), max_length=500, blank=True)
    recording_lesson = models.ForeignKey(
        Lesson, models.SET_NULL, null=True, blank=True, related_name="recorded_sessions"
    )

    objects = ClassSessionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["cohort", "starts_at"]),
            models.Index(fields=["ends_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="class_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(name="class_place", condition=Q(place__in=ClassPlace.values)),
            models.CheckConstraint(
                name="class_at_its_place",
                condition=Q(place=ClassPlace.ONLINE, event=None)
                | Q(place=ClassPlace.VENUE, event__isnull=False, join_url=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("courses:class-detail", args=[self.public_id])

    @property
    def is_canceled(self) -> bool:
        return self.canceled_at is not None

    @property
    def is_online(self) -> bool:
        return self.place == ClassPlace.ONLINE

    @property
    def opens_at(self) -> datetime:
        """From when on people may join."""
        return self.starts_at - timedelta(minutes=self.opens_before_minutes)

    def is_open(self, at: datetime) -> bool:
        """Whether people may join now; the window ends with the class."""
        return not self.is_canceled and self.opens_at <= at < self.ends_at


class AttendanceSource(models.TextChoices):
    JOIN = "join", _("Joined online")
    DOOR = "door", _("At the door")
    HAND = "hand", _("By hand")


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class Attendance(models.Model):
    """That somebody was in a class, and how that is known. Nothing is overwritten: one that was
    wrong is withdrawn. Somebody was there if any row of theirs stands."""

    session = models.ForeignKey(ClassSession, models.CASCADE, related_name="attendance")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="class_attendance"
    )
    source = models.CharField(max_length=4, choices=AttendanceSource)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    note = models.CharField(_("note"), max_length=240, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="attendance_once",
                fields=["session", "user", "source"],
                condition=Q(withdrawn_at=None),
            ),
            models.CheckConstraint(
                name="attendance_source", condition=Q(source__in=AttendanceSource.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session} {self.source}"


class ClassJoin(models.Model):
    """How often somebody went through their link, by browser: many browsers of one person tell
    that the link was passed on. `device` is a random name that a browser keeps for a day."""

    session = models.ForeignKey(ClassSession, models.CASCADE, related_name="joins")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    device = models.CharField(max_length=16)
    count = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="join_once", fields=["session", "user", "device"]),
        ]

    def __str__(self) -> str:
        return f"{self.session} × {self.count}"


class ClassNoticeKind(models.TextChoices):
    PLANNED = "planned", _("Planned or changed")
    CANCELED = "canceled", _("Canceled")
    DAY_BEFORE = "day_before", _("A day before")
    HOUR_BEFORE = "hour_before", _("An hour before")


class ClassNotice(models.Model):
    """That one person is told something about a class as it stood at `sequence`.

    Who is owed one follows from state. `claimed_at` says that somebody is about to send it,
    `sent_at` that it went out. `email` is in lower case.
    """

    session = models.ForeignKey(ClassSession, models.CASCADE, related_name="notices")
    email = models.EmailField(max_length=254)
    kind = models.CharField(max_length=12, choices=ClassNoticeKind)
    sequence = models.PositiveIntegerField(default=0)
    claimed_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="class_notice_once", fields=["session", "email", "kind", "sequence"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session} {self.kind}"
