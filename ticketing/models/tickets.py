"""What is sold for an event, what was sold, and what its people were told."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Substr
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ids import public_id, secret_code
from core.money import CURRENCY_CHOICES
from events.models import Event
from orders.models import Order, OrderLine


class Quota(models.Model):
    """Places that one or more ticket types draw on. `taken` has one writer: services/stock.py."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="quotas")
    name = models.CharField(_("name"), max_length=80)
    size = models.PositiveIntegerField(_("places"))
    taken = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="quota_not_exceeded", condition=Q(taken__lte=F("size"))),
            models.UniqueConstraint(name="quota_name_once_per_event", fields=["event", "name"]),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def left(self) -> int:
        return self.size - self.taken


class TicketTypeQuerySet(models.QuerySet["TicketType"]):
    def on_sale(self, at: datetime) -> Self:
        """Types whose sales window holds `at`; an open end is None. Says nothing of places."""
        started = Q(sales_start_at=None) | Q(sales_start_at__lte=at)
        not_over = Q(sales_end_at=None) | Q(sales_end_at__gt=at)
        return self.filter(started, not_over)

    def offered(self, *, unlocked: str = "") -> Self:
        """What the public sees, and the hidden one whose public_id the link named."""
        return self.filter(Q(is_public=True) | Q(public_id=unlocked), retired_at=None)


class TicketType(models.Model):
    """What can be bought for an event. Without a quota its number is not limited."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="ticket_types")
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(_("name"), max_length=120)
    description = models.CharField(_("description"), max_length=240, blank=True)
    price_minor = models.PositiveBigIntegerField(_("price"), default=0)
    currency = models.CharField(_("currency"), max_length=3, choices=CURRENCY_CHOICES)
    quotas = models.ManyToManyField(Quota, blank=True, related_name="ticket_types")
    sales_start_at = models.DateTimeField(_("sales start"), null=True, blank=True)
    sales_end_at = models.DateTimeField(_("sales end"), null=True, blank=True)
    min_per_order = models.PositiveSmallIntegerField(_("least per order"), default=1)
    max_per_order = models.PositiveSmallIntegerField(_("most per order"), default=10)
    is_public = models.BooleanField(
        _("listed on the event's page"),
        default=True,
        help_text=_("Otherwise only its own link shows it."),
    )
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TicketTypeQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="ticket_type_limits",
                condition=Q(min_per_order__gte=1, max_per_order__gte=F("min_per_order")),
            ),
            models.CheckConstraint(
                name="ticket_type_window",
                condition=Q(sales_start_at=None)
                | Q(sales_end_at=None)
                | Q(sales_end_at__gt=F("sales_start_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_kept(self) -> bool:
        """It cannot be deleted: somebody ordered it, or a list of the door names it."""
        return self.tickets.exists() or self.check_in_lists.exists()


class HexSHA256(models.Func):
    """SHA-256 of a text in hex, on PostgreSQL without its extension pgcrypto."""

    function = "SHA256"  # Django brings it to SQLite

    def as_postgresql(
        self, compiler: SQLCompiler, connection: Any, **extra: Any
    ) -> tuple[str, Sequence[str | int]]:
        template = "encode(sha256(%(expressions)s::bytea), 'hex')"
        return self.as_sql(compiler, connection, template=template, **extra)


class TicketStatus(models.TextChoices):
    HELD = "held", _("Held")
    VALID = "valid", _("Valid")
    CANCELED = "canceled", _("Canceled")


TAKES_PLACE = (TicketStatus.HELD, TicketStatus.VALID)


class TicketQuerySet(models.QuerySet["Ticket"]):
    def taking_places(self) -> Self:
        return self.filter(status__in=TAKES_PLACE)

    def valid(self) -> Self:
        return self.filter(status=TicketStatus.VALID)

    def admitted(self) -> Self:
        return self.filter(checked_in_at__isnull=False)


class Ticket(models.Model):
    """One place of one person. `code` opens the door: never log it; a reissue replaces it.

    `label` (order's reference and a number) is what people read out; it admits only where a
    helper typed it. `code_hash` is what scanners carry instead of the code: 96 bits of it, in hex.
    `changed` is written by the database at each change, whoever makes it; see queries/sync.py.
    """

    HASH_LENGTH = 24

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    # every index of several columns below begins with the event: one of its own serves nothing
    event = models.ForeignKey(Event, models.PROTECT, related_name="tickets", db_index=False)
    ticket_type = models.ForeignKey(TicketType, models.PROTECT, related_name="tickets")
    order_line = models.ForeignKey(OrderLine, models.PROTECT, related_name="tickets")
    label = models.CharField(max_length=16, unique=True, editable=False)
    code = models.CharField(max_length=32, unique=True, default=secret_code, editable=False)
    holder_name = models.CharField(_("name"), max_length=120)
    status = models.CharField(max_length=8, choices=TicketStatus, default=TicketStatus.HELD)
    created_at = models.DateTimeField(default=timezone.now)
    canceled_at = models.DateTimeField(null=True, blank=True)
    checked_in_at = models.DateTimeField(null=True, blank=True)
    code_hash = models.GeneratedField(
        expression=Substr(HexSHA256("code"), 1, HASH_LENGTH),
        output_field=models.CharField(max_length=HASH_LENGTH),
        db_persist=True,
    )
    changed = models.BigIntegerField(default=0, editable=False)

    objects = TicketQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["event", "status", "created_at"]),
            # a list of attendees is read in these orders, page by page
            models.Index(fields=["event", "created_at", "id"]),
            models.Index(fields=["event", "holder_name", "id"]),
            # and of orders, each by its first ticket
            models.Index(
                fields=["event", "created_at", "id"],
                condition=Q(label__endswith="-1"),
                name="ticket_first",
            ),
            models.Index(
                fields=["event"], condition=Q(checked_in_at__isnull=False), name="ticket_admitted"
            ),
            models.Index(fields=["event", "changed", "id"]),
            models.Index(fields=["code_hash"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="ticket_status", condition=Q(status__in=TicketStatus.values)
            ),
            models.CheckConstraint(
                name="ticket_canceled_at",
                condition=~Q(status=TicketStatus.CANCELED) | Q(canceled_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class RetiredCode(models.Model):
    """A code that a reissue replaced, as its SHA-256: the door says so instead of *unknown*."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="retired_codes")
    digest = models.CharField(max_length=64, unique=True)
    retired_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.ticket.label

    @staticmethod
    def digest_of(code: str) -> str:
        """A code holds 128 random bits, so a plain hash suffices."""
        return hashlib.sha256(code.encode()).hexdigest()

    @classmethod
    def hash_of(cls, code: str) -> str:
        """What a scanner carries of a code, as `Ticket.code_hash`."""
        return cls.digest_of(code)[: Ticket.HASH_LENGTH]


class NoticeKind(models.TextChoices):
    DAY_BEFORE = "day_before", _("A day before")
    HOUR_BEFORE = "hour_before", _("An hour before")
    CHANGED = "changed", _("Changed")
    CANCELED = "canceled", _("Canceled")


class Notice(models.Model):
    """That one order's people are told something about an event, as it stood at `sequence`.

    Who is owed one follows from state. `claimed_at` says that somebody is about to send it,
    `sent_at` that it went out; the first without the second is a crash in between.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="notices")
    event = models.ForeignKey(Event, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=12, choices=NoticeKind)
    sequence = models.PositiveIntegerField(default=0)
    claimed_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="notice_once", fields=["order", "event", "kind", "sequence"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.kind}"


class RefundRule(models.Model):
    """What a buyer gets back who returns a ticket at least `hours_before` the event starts.

    The rule with the most hours that still hold counts; without one nothing goes back by itself.
    """

    event = models.ForeignKey(Event, models.CASCADE, related_name="refund_rules")
    hours_before = models.PositiveIntegerField(_("hours before the event"))
    percent = models.PositiveSmallIntegerField(_("percent of the price"))

    class Meta:
        ordering = ["-hours_before"]
        constraints = [
            models.UniqueConstraint(name="refund_rule_once", fields=["event", "hours_before"]),
            models.CheckConstraint(
                name="refund_rule_percent", condition=Q(percent__gte=1, percent__lte=100)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.percent} % ≥ {self.hours_before} h"


class RefundRun(models.Model):
    """That all buyers of a canceled event shall have their money back. Progress follows from state."""

    event = models.OneToOneField(Event, models.CASCADE, related_name="refund_run")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    requested_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.event)
