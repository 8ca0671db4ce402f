"""What an organizer sets up for the door: lists, gates, devices."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext

from core.ids import public_id
from events.models import Event
from ticketing.models.tickets import TicketType


class CheckInList(models.Model):
    """Whom a door admits, and when; a ticket is admitted once on each list.

    No ticket types: all of them. An open end is None. The nameless one is made at first use.
    """

    event = models.ForeignKey(Event, models.CASCADE, related_name="check_in_lists")
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    name = models.CharField(_("name"), max_length=60, blank=True)
    ticket_types = models.ManyToManyField(
        TicketType,
        verbose_name=_("ticket types"),
        blank=True,
        related_name="check_in_lists",
        help_text=_("None chosen: all of them."),
    )
    valid_from_at = models.DateTimeField(_("admits from"), null=True, blank=True)
    valid_until_at = models.DateTimeField(_("admits until"), null=True, blank=True)
    allows_reentry = models.BooleanField(
        _("Re-entry allowed"),
        default=False,
        help_text=_("The same ticket may come in again. Otherwise it is told since when it is in."),
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="list_name_once_per_event", fields=["event", "name"]),
            models.CheckConstraint(
                name="list_window",
                condition=Q(valid_from_at=None)
                | Q(valid_until_at=None)
                | Q(valid_until_at__gt=F("valid_from_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(_("Everybody"))


class Gate(models.Model):
    """Where helpers stand. Without a list of its own it works through whichever is open."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="gates")
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    name = models.CharField(_("name"), max_length=40, blank=True)
    list = models.ForeignKey(
        CheckInList,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="gates",
        verbose_name=_("list"),
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="gate_name_once_per_event", fields=["event", "name"]),
        ]

    def __str__(self) -> str:
        return self.name or str(_("Main entrance"))


class DoorSettings(models.Model):
    """What an organizer chose for an event's door; without a row everything is off.

    Up to `tallied_until` admissions are counted in DoorTally.
    """

    event = models.OneToOneField(Event, models.CASCADE, related_name="door_settings")
    keeps_names = models.BooleanField(
        _("Search by name without a network"),
        default=False,
        help_text=_(
            "Puts every attendee's name on every paired phone, readable by whoever holds it. "
            "Otherwise a phone can read a name only when that ticket is shown."
        ),
    )
    allows_walk_ins = models.BooleanField(
        _("Sell and give tickets at the door"),
        default=False,
        help_text=_("Helpers may add people there; cash is noted on the order."),
    )
    tallied_until = models.DateTimeField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return str(self.event)


class DeviceQuerySet(models.QuerySet["Device"]):
    def live(self) -> Self:
        return self.filter(revoked_at=None)


class Device(models.Model):
    """A helper's phone, paired with one event's door. Only the hash of its secret is kept.

    `clock_offset_ms` is its clock minus ours; `waiting` counts the scans it had not sent yet when
    it was last heard of.
    """

    PREFIX = "d1_"
    CLOCK_IS_OFF_MS = 120_000

    event = models.ForeignKey(Event, models.CASCADE, related_name="devices")
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    gate = models.ForeignKey(
        Gate, models.SET_NULL, null=True, blank=True, related_name="devices", verbose_name=_("gate")
    )
    name = models.CharField(_("name"), max_length=60)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    paired_at = models.DateTimeField(default=timezone.now)
    paired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    last_seen_at = models.DateTimeField(null=True, blank=True)
    waiting = models.PositiveIntegerField(default=0)
    clock_offset_ms = models.BigIntegerField(default=0)
    page_version = models.CharField(max_length=24, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    wiped_at = models.DateTimeField(null=True, blank=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def clock_is_off(self) -> bool:
        return abs(self.clock_offset_ms) > self.CLOCK_IS_OFF_MS

    @property
    def clock_error(self) -> str:
        """`+3 min 5 s`: the phone is ahead by so much."""
        seconds = abs(self.clock_offset_ms) // 1000
        if not seconds:
            return str(pgettext("a clock", "right"))
        sign = "+" if self.clock_offset_ms > 0 else "−"
        minutes, seconds = divmod(seconds, 60)
        words = _("%(minutes)s min %(seconds)s s") if minutes else _("%(seconds)s s")
        return sign + words % {"minutes": minutes, "seconds": seconds}


class PairingQuerySet(models.QuerySet["Pairing"]):
    def open(self, at: datetime) -> Self:
        return self.filter(used_at=None, expires_at__gt=at)


class Pairing(models.Model):
    """That one phone may become a device, soon and once. Only the hash of its token is kept."""

    LIFETIME = timedelta(minutes=15)

    event = models.ForeignKey(Event, models.CASCADE, related_name="pairings")
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    gate = models.ForeignKey(
        Gate, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("gate")
    )
    device_name = models.CharField(_("name of the phone"), max_length=60)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    device = models.OneToOneField(
        Device, models.CASCADE, null=True, blank=True, related_name="pairing"
    )

    objects = PairingQuerySet.as_manager()

    def __str__(self) -> str:
        return self.device_name
