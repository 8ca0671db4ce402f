from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from community.models import DOOR, RUNNERS, Chapter, City
from core.ids import public_id
from core.text import search_terms
from core.time import validate_zone


class AttendanceMode(models.TextChoices):
    OFFLINE = "offline", _("In person")
    ONLINE = "online", _("Online")
    MIXED = "mixed", _("In person and online")


class EventStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    CANCELED = "canceled", _("Canceled")


class SpokenLanguage(models.TextChoices):
    CHINESE = "zh", _("Chinese")
    ENGLISH = "en", _("English")
    BOTH = "zh-en", _("Chinese and English")
    OTHER = "other", _("Another language")


class Venue(models.Model):
    """A place that a chapter meets at, used again and again."""

    chapter = models.ForeignKey(Chapter, models.CASCADE, related_name="venues")
    city = models.ForeignKey(City, models.PROTECT, related_name="venues")
    name = models.CharField(_("name"), max_length=120)
    address = models.CharField(_("address"), max_length=240)
    directions = models.TextField(_("how to get there"), blank=True)
    map_url = models.URLField(_("map link"), blank=True, max_length=500)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class EventQuerySet(models.QuerySet["Event"]):
    def public(self) -> Self:
        """What anyone may read: published events and, so that links hold, canceled ones."""
        return self.filter(status__in=[EventStatus.PUBLISHED, EventStatus.CANCELED])

    def listed(self) -> Self:
        """What lists, feeds and search engines show of those that anyone may read."""
        return self.public().filter(is_listed=True)

    def with_role(self, user: User, roles: tuple[str, ...]) -> Self:
        return self.filter(chapter__in=Chapter.objects.with_role(user, roles))

    def run_by(self, user: User) -> Self:
        return self.with_role(user, RUNNERS)

    def door_of(self, user: User) -> Self:
        """Events whose door `user` may open."""
        return self.with_role(user, DOOR)

    def helped_by(self, user: User) -> Self:
        """All events of chapters that `user` runs, and published ones whose door they open."""
        runs = Q(chapter__in=Chapter.objects.with_role(user, RUNNERS))
        door = Q(chapter__in=Chapter.objects.with_role(user, DOOR), status=EventStatus.PUBLISHED)
        return self.filter(runs | door)

    def drafts(self) -> Self:
        return self.filter(status=EventStatus.DRAFT).order_by("start_at", "pk")

    def visible_to(self, user: User) -> Self:
        """Public ones, and drafts of the chapters that `user` helps to run."""
        public = Q(status__in=[EventStatus.PUBLISHED, EventStatus.CANCELED])
        if not user.is_authenticated:
            return self.filter(public)
        return self.filter(public | Q(chapter__in=Chapter.objects.with_role(user, RUNNERS)))

    def published(self) -> Self:
        return self.filter(status=EventStatus.PUBLISHED)

    def with_places(self) -> Self:
        """With what a list shows beside the title: chapter, venue and city in the same query."""
        return self.select_related("chapter", "venue__city")

    def upcoming(self, at: datetime) -> Self:
        return self.filter(end_at__gt=at).order_by("start_at", "pk")

    def past(self, at: datetime) -> Self:
        return self.filter(end_at__lte=at).order_by("-start_at", "-pk")

    def search(self, text: str) -> Self:
        """Events that hold every word of `text` anywhere: Chinese has no spaces to split at."""
        found = self
        for term in search_terms(text):
            found = found.filter(search_text__contains=term)
        return found


class Event(models.Model):
    """Something that happens. Shown in its own time zone; `sequence` grows with each change that
    a calendar must follow (times, place, title, cancellation)."""

    chapter = models.ForeignKey(Chapter, models.PROTECT, related_name="events")
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    slug = models.SlugField(_("address of the page"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=160)
    title_zh_hans: str | None  # modeltranslation makes these two
    title_en: str | None
    summary = models.CharField(_("summary"), max_length=240, blank=True)
    description = models.TextField(_("description"), blank=True, help_text=_("Markdown"))
    cover = models.ImageField(_("cover picture"), upload_to="covers/", blank=True)
    attendance_mode = models.CharField(
        _("format"), max_length=8, choices=AttendanceMode, default=AttendanceMode.OFFLINE
    )
    spoken_language = models.CharField(
        _("language spoken"), max_length=8, choices=SpokenLanguage, default=SpokenLanguage.CHINESE
    )
    start_at = models.DateTimeField(_("starts"))
    end_at = models.DateTimeField(_("ends"))
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_zone])
    venue = models.ForeignKey(Venue, models.PROTECT, null=True, blank=True, related_name="events")
    online_url = models.URLField(
        _("link to join online"),
        blank=True,
        max_length=500,
        help_text=_("Only ticket holders see it."),
    )
    status = models.CharField(max_length=10, choices=EventStatus, default=EventStatus.DRAFT)
    # False: not for everybody, such as a class of a course; found by its link only
    is_listed = models.BooleanField(default=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    search_text = models.TextField(blank=True, default="", editable=False)
    source_key = models.CharField(max_length=200, blank=True, default="", editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)
    canceled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.TextField(_("reason"), blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["status", "start_at"]),
            models.Index(fields=["chapter", "start_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="event_ends_after_start", condition=Q(end_at__gt=F("start_at"))
            ),
            models.CheckConstraint(
                name="event_published_at",
                condition=~Q(status=EventStatus.PUBLISHED) | Q(published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="event_canceled_at",
                condition=~Q(status=EventStatus.CANCELED) | Q(canceled_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="event_source_once",
                fields=["chapter", "source_key"],
                condition=~Q(source_key=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("events:event-detail", args=[self.slug])

    @property
    def is_canceled(self) -> bool:
        return self.status == EventStatus.CANCELED

    @property
    def is_published(self) -> bool:
        return self.status == EventStatus.PUBLISHED

    def is_over(self) -> bool:
        return self.end_at <= timezone.now()


class Room(models.Model):
    event = models.ForeignKey(Event, models.CASCADE, related_name="rooms")
    key = models.CharField(max_length=200, blank=True, default="", editable=False)
    name = models.CharField(_("name"), max_length=120)
    name_zh_hans: str | None  # modeltranslation makes these two
    name_en: str | None
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="room_key_once", fields=["event", "key"], condition=~Q(key="")
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Speaker(models.Model):
    event = models.ForeignKey(Event, models.CASCADE, related_name="speakers")
    key = models.CharField(max_length=200, blank=True, default="", editable=False)
    name = models.CharField(_("name"), max_length=160)
    name_zh_hans: str | None  # modeltranslation makes these two
    name_en: str | None
    bio = models.TextField(_("about"), blank=True)
    url = models.URLField(_("website"), blank=True, max_length=500)
    email = models.EmailField(
        _("e-mail"),
        blank=True,
        help_text=_("Nobody else sees it. Their account finds the talk as a contribution by it."),
    )
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="speaker_key_once", fields=["event", "key"], condition=~Q(key="")
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Talk(models.Model):
    """One entry of an event's agenda. `key` is the stable id of an imported one, else empty."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="talks")
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    key = models.CharField(max_length=200, blank=True, default="", editable=False)
    title = models.CharField(_("title"), max_length=240)
    abstract = models.TextField(_("abstract"), blank=True, help_text=_("Markdown"))
    kind = models.CharField(
        _("kind"), max_length=120, blank=True, help_text=_("Talk, workshop, break …")
    )
    language = models.CharField(_("language"), max_length=40, blank=True)
    tags = models.JSONField(_("tags"), default=list, blank=True)
    start_at = models.DateTimeField(_("starts"))
    end_at = models.DateTimeField(_("ends"))
    room = models.ForeignKey(Room, models.SET_NULL, null=True, blank=True, related_name="talks")
    speakers = models.ManyToManyField(Speaker, blank=True, related_name="talks")
    slides_url = models.URLField(_("slides"), blank=True, max_length=500)
    video_url = models.URLField(_("recording"), blank=True, max_length=500)

    class Meta:
        ordering = ["start_at", "room__position", "pk"]
        indexes = [models.Index(fields=["event", "start_at"])]
        constraints = [
            models.CheckConstraint(
                name="talk_ends_after_start", condition=Q(end_at__gte=F("start_at"))
            ),
            models.UniqueConstraint(
                name="talk_key_once", fields=["event", "key"], condition=~Q(key="")
            ),
        ]

    def __str__(self) -> str:
        return self.title


class LogEntry(models.Model):
    """What was changed about an event, by whom and when. Holds no attendee's data.

    `changes` is {field: [before, after]}; `target` names what it was done to (a ticket type,
    an order's reference); `action` is a code that a template puts into words.
    """

    event = models.ForeignKey(Event, models.CASCADE, related_name="log")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    action = models.CharField(max_length=40)
    target = models.CharField(max_length=200, blank=True)
    changes = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["event", "-at"])]

    def __str__(self) -> str:
        return f"{self.action} {self.target}"
