"""What happened at the door: who came in, who was refused, and how many."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.models import Event
from ticketing.models.doors import CheckInList, Device, Gate
from ticketing.models.tickets import Ticket


class CheckInKind(models.TextChoices):
    """Of one ticket on one list one admission counts. A conflict is another that already happened
    when the server heard of it; re-entry is one that the list allows."""

    COUNTED = "counted", _("Admitted")
    REENTRY = "reentry", _("Came in again")
    CONFLICT = "conflict", _("Admitted twice")


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    def standing(self) -> Self:
        return self.filter(undone_at=None)

    def counted(self) -> Self:
        return self.standing().filter(kind=CheckInKind.COUNTED)

    def conflicts(self) -> Self:
        return self.standing().filter(kind=CheckInKind.CONFLICT)


class CheckIn(models.Model):
    """One admission. `nonce` is the scanner's name for the scan: the same nonce is the same scan.

    `at` is when they came in, by our clock: a device's own time, `device_at`, less the offset of
    its clock; `received_at` is when the server heard of it. `gate_name` is the gate's name then,
    or what a helper typed. `remark` says why an offline admission would be refused by now.
    """

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="check_ins")
    event = models.ForeignKey(Event, models.PROTECT, related_name="check_ins", db_index=False)
    nonce = models.CharField(max_length=36, unique=True)
    kind = models.CharField(max_length=8, choices=CheckInKind, default=CheckInKind.COUNTED)
    list = models.ForeignKey(CheckInList, models.PROTECT, related_name="check_ins", db_index=False)
    gate = models.ForeignKey(
        Gate, models.SET_NULL, null=True, blank=True, related_name="check_ins", db_index=False
    )
    gate_name = models.CharField(_("gate"), max_length=40, blank=True)
    at = models.DateTimeField(default=timezone.now)
    received_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    device = models.ForeignKey(
        Device, models.PROTECT, null=True, blank=True, related_name="check_ins", db_index=False
    )
    device_at = models.DateTimeField(null=True, blank=True)
    clock_offset_ms = models.BigIntegerField(default=0)
    is_offline = models.BooleanField(default=False)
    remark = models.CharField(max_length=20, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = CheckInQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["event", "-at"]),
            models.Index(fields=["event", "received_at"]),
            models.Index(
                fields=["event", "-at"],
                condition=Q(kind="conflict", undone_at=None),
                name="check_in_conflict",
            ),
            models.Index(
                fields=["event", "-at"],
                condition=~Q(remark="") & Q(undone_at=None),
                name="check_in_remark",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="ticket_counts_once_per_list",
                fields=["ticket", "list"],
                condition=Q(undone_at=None, kind="counted"),
            ),
            models.CheckConstraint(name="check_in_kind", condition=Q(kind__in=CheckInKind.values)),
        ]

    def __str__(self) -> str:
        return f"{self.ticket} {self.at:%H:%M}"


class Refusal(models.Model):
    """A scan that admitted nobody, and why; never a code.

    `walked_in` is the rest that cannot be an admission: a device let somebody in whose ticket
    nobody knows.
    """

    event = models.ForeignKey(Event, models.CASCADE, related_name="refusals", db_index=False)
    nonce = models.CharField(max_length=36, unique=True)
    ticket = models.ForeignKey(
        Ticket, models.CASCADE, null=True, blank=True, related_name="refusals"
    )
    reason = models.CharField(max_length=24)
    walked_in = models.BooleanField(default=False)
    gate = models.ForeignKey(
        Gate, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    gate_name = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(default=timezone.now)
    received_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    device = models.ForeignKey(
        Device, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    device_at = models.DateTimeField(null=True, blank=True)
    clock_offset_ms = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["event", "-at"]),
            models.Index(fields=["event", "reason"]),
            models.Index(
                fields=["event", "-at"], condition=Q(walked_in=True), name="refusal_walked_in"
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class DoorTally(models.Model):
    """Counted admissions that the server heard of before `DoorSettings.tallied_until`, by the
    minute they came in. One writer: services/tally.py, under the lock of that row."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="door_tallies", db_index=False)
    list = models.ForeignKey(CheckInList, models.CASCADE, related_name="+", db_index=False)
    gate = models.ForeignKey(Gate, models.SET_NULL, null=True, related_name="+", db_index=False)
    gate_name = models.CharField(max_length=40, blank=True)
    minute = models.DateTimeField()
    admitted = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["event", "minute"])]

    def __str__(self) -> str:
        return f"{self.minute:%H:%M} {self.admitted}"
