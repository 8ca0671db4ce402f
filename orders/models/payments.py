"""Money that comes in, goes back, or is held by a bank."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ids import uuid4
from core.money import CURRENCY_CHOICES
from orders.models.orders import Order, OrderLine


class PaymentStatus(models.TextChoices):
    STARTED = "started", _("Started")
    SUCCEEDED = "succeeded", _("Received")
    FAILED = "failed", _("Not received")
    REFUND_DUE = "refund_due", _("To be refunded")
    REFUNDED = "refunded", _("Refunded")


class Provider(models.TextChoices):
    STRIPE = "stripe", _("Online payment")
    BANK = "bank", _("Bank transfer")
    CASH = "cash", _("Cash")


class PaymentQuerySet(models.QuerySet["Payment"]):
    def started(self) -> Self:
        return self.filter(status=PaymentStatus.STARTED)

    def earned(self) -> Self:
        """What paid for an order: one at most of each order."""
        return self.filter(status=PaymentStatus.SUCCEEDED)


class Payment(models.Model):
    """One try to pay an order. An order may have several; each has its own state.

    `gateway_id` is the gateway's session; `reference` its payment, as the bank statement knows it.
    """

    public_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="payments")
    provider = models.CharField(max_length=8, choices=Provider)
    status = models.CharField(max_length=10, choices=PaymentStatus, default=PaymentStatus.STARTED)
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3, choices=CURRENCY_CHOICES)
    gateway_id = models.CharField(max_length=255, blank=True, default="")
    reference = models.CharField(max_length=255, blank=True, default="")
    checkout_url = models.URLField(max_length=2000, blank=True, default="")
    expires_at = models.DateTimeField(null=True, blank=True)
    received_minor = models.PositiveBigIntegerField(null=True, blank=True)  # what really came in
    received_currency = models.CharField(max_length=3, blank=True, default="")
    refunded_minor = models.PositiveBigIntegerField(default=0, editable=False)
    fee_minor = models.BigIntegerField(null=True, blank=True)  # null: the gateway has not said yet
    disputed = models.BooleanField(default=False)
    note = models.CharField(_("note"), max_length=240, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    started_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)  # the bank still decides
    succeeded_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ["started_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="payment_status", condition=Q(status__in=PaymentStatus.values)
            ),
            models.CheckConstraint(name="payment_positive", condition=Q(amount_minor__gte=1)),
            models.CheckConstraint(
                name="payment_not_over_refunded",
                condition=Q(refunded_minor=0) | Q(refunded_minor__lte=F("received_minor")),
            ),
            models.UniqueConstraint(
                name="payment_gateway_id_once",
                fields=["provider", "gateway_id"],
                condition=~Q(gateway_id=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_provider_display()}: {self.get_status_display()}"

    @property
    def left_minor(self) -> int:
        """What of it neither went back nor is promised to."""
        return (self.received_minor or 0) - self.refunded_minor


class RefundStatus(models.TextChoices):
    DUE = "due", _("To be sent")
    SENT = "sent", _("On its way")
    SUCCEEDED = "succeeded", _("Returned")
    FAILED = "failed", _("Failed")
    REPLACED = "replaced", _("Returned another way")


class RefundReason(models.TextChoices):
    BUYER = "buyer", _("Canceled by the buyer")
    ORGANIZER = "organizer", _("Refunded by the organizer")
    EVENT_CANCELED = "event_canceled", _("Event canceled")
    NO_PLACES = "no_places", _("Paid too late, places gone")
    PAID_TWICE = "paid_twice", _("Paid twice")
    OVERPAID = "overpaid", _("Paid too much")
    WRONG_AMOUNT = "wrong_amount", _("Another amount than asked for")
    GATEWAY = "gateway", _("Refunded at the payment service")


class Refund(models.Model):
    """Money that goes back from one payment, for one line or (line null) for what bought nothing.

    `attempt` is part of the idempotency key: it grows only after the gateway said that a try
    failed for good. `needs_review` marks one made in the gateway's dashboard that could not be
    told to a line. `payment.refunded_minor` and `line.refunded_minor` count it from the start,
    and no longer when it was replaced: the dashboard or the buyer's bank returned the money.
    """

    public_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    line = models.ForeignKey(
        OrderLine, models.PROTECT, null=True, blank=True, related_name="refunds"
    )
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=16, choices=RefundReason)
    status = models.CharField(max_length=10, choices=RefundStatus, default=RefundStatus.DUE)
    gateway_id = models.CharField(max_length=255, blank=True, default="")
    attempt = models.PositiveSmallIntegerField(default=1)
    error = models.CharField(max_length=240, blank=True)
    note = models.CharField(_("note"), max_length=240, blank=True)
    needs_review = models.BooleanField(default=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    buyer_told_at = models.DateTimeField(null=True, blank=True)
    failure_told_at = models.DateTimeField(null=True, blank=True)  # to the organizers, this attempt

    class Meta:
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(status__in=["due", "sent", "failed"]),
                name="refund_unfinished",
            ),
        ]
        constraints = [
            models.CheckConstraint(name="refund_positive", condition=Q(amount_minor__gte=1)),
            models.CheckConstraint(
                name="refund_status", condition=Q(status__in=RefundStatus.values)
            ),
            models.UniqueConstraint(
                name="refund_gateway_id_once", fields=["gateway_id"], condition=~Q(gateway_id="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.currency} {self.status}"


class DisputeStatus(models.TextChoices):
    OPEN = "open", _("Open")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")


class Dispute(models.Model):
    """A buyer's bank takes money back, at least for a while. `withdrawn_minor` is what it took,
    in `bookings` steps: fewer than known is an old look."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="disputes")
    gateway_id = models.CharField(max_length=255, unique=True)
    status = models.CharField(max_length=6, choices=DisputeStatus, default=DisputeStatus.OPEN)
    reason = models.CharField(max_length=60, blank=True)
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    withdrawn_minor = models.BigIntegerField(default=0)
    fee_minor = models.BigIntegerField(default=0)
    bookings = models.PositiveSmallIntegerField(default=0)
    evidence_due_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    organizers_told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="dispute_status", condition=Q(status__in=DisputeStatus.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gateway_id} {self.status}"
