from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import proven_emails
from community.models import RUNNERS, Chapter
from core.ids import reference, uuid4
from core.money import CURRENCY_CHOICES


class OrderStatus(models.TextChoices):
    OPEN = "open", _("Waiting for payment")
    PAID = "paid", _("Paid")
    REFUNDED = "refunded", _("Refunded")
    EXPIRED = "expired", _("Expired")
    CANCELED = "canceled", _("Canceled")


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


class Channel(models.TextChoices):
    WEB = "web", _("Website")
    API = "api", _("API")
    DESK = "desk", _("Organizer")


class OrderQuerySet(models.QuerySet["Order"]):
    def overdue(self, at: datetime) -> Self:
        """Open orders whose hold ran out. Their places are still taken until they are expired."""
        return self.filter(status=OrderStatus.OPEN, hold_until__lte=at)

    def of_person(self, user: User) -> Self:
        """Orders a signed-in person placed, or made with the e-mail they have proven."""
        mine = Q(placed_by=user)
        for email in proven_emails(user):
            mine |= Q(email=email)
        return self.filter(mine)

    def run_by(self, user: User) -> Self:
        return self.filter(chapter__in=Chapter.objects.with_role(user, RUNNERS))


class Order(models.Model):
    """What one buyer asked for at once. `public_id` is the secret of its link: never log it.
    `email` is kept in lower case, so that its owner finds it.

    Every service that changes an order, or what hangs on it, locks its row first.
    """

    public_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    reference = models.CharField(max_length=8, unique=True, default=reference, editable=False)
    client_key = models.UUIDField(unique=True, null=True, blank=True, editable=False)
    chapter = models.ForeignKey(Chapter, models.PROTECT, related_name="orders")
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="orders"
    )
    email = models.EmailField(_("e-mail"), max_length=254)
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)
    time_zone = models.CharField(max_length=64, blank=True)
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.WEB)
    currency = models.CharField(max_length=3, choices=CURRENCY_CHOICES)
    total_minor = models.PositiveBigIntegerField()
    status = models.CharField(max_length=10, choices=OrderStatus, default=OrderStatus.OPEN)
    hold_until = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now)
    paid_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)  # expired or canceled
    confirmation_sent_at = models.DateTimeField(null=True, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["hold_until"], condition=Q(status="open"), name="order_open_hold"),
            models.Index(
                fields=["paid_at"],
                condition=Q(status="paid", confirmation_sent_at=None),
                name="order_mail_owed",
            ),
            models.Index(fields=["chapter", "-created_at"]),
            models.Index(fields=["email"]),
        ]
        constraints = [
            models.CheckConstraint(name="order_status", condition=Q(status__in=OrderStatus.values)),
            models.CheckConstraint(
                name="order_paid_at",
                condition=~Q(status__in=["paid", "refunded"]) | Q(paid_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("checkout:order-detail", args=[self.public_id])

    @property
    def is_open(self) -> bool:
        return self.status == OrderStatus.OPEN

    @property
    def is_paid(self) -> bool:
        return self.status == OrderStatus.PAID


class OrderLine(models.Model):
    """A priced sentence of an order. It points to nothing: what it bought points to it."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12)
    title = models.CharField(max_length=340)
    unit_price_minor = models.PositiveBigIntegerField()
    quantity = models.PositiveIntegerField()
    total_minor = models.PositiveBigIntegerField()
    refunded_minor = models.PositiveBigIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(name="line_position_once", fields=["order", "position"]),
            models.CheckConstraint(name="line_quantity", condition=Q(quantity__gte=1)),
            models.CheckConstraint(
                name="line_not_over_refunded", condition=Q(refunded_minor__lte=F("total_minor"))
            ),
            models.CheckConstraint(
                name="line_total", condition=Q(total_minor=F("unit_price_minor") * F("quantity"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.title}"


class PaymentQuerySet(models.QuerySet["Payment"]):
    def started(self) -> Self:
        return self.filter(status=PaymentStatus.STARTED)


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


class RefundStatus(models.TextChoices):
    DUE = "due", _("To be sent")
    SENT = "sent", _("On its way")
    SUCCEEDED = "succeeded", _("Returned")
    FAILED = "failed", _("Failed")


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
    told to a line. `payment.refunded_minor` and `line.refunded_minor` count it from the start.
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
    """A buyer's bank takes money back, at least for a while. `withdrawn_minor` is what it took."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="disputes")
    gateway_id = models.CharField(max_length=255, unique=True)
    status = models.CharField(max_length=6, choices=DisputeStatus, default=DisputeStatus.OPEN)
    reason = models.CharField(max_length=60, blank=True)
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    withdrawn_minor = models.BigIntegerField(default=0)
    fee_minor = models.BigIntegerField(default=0)
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


class InboxStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    APPLIED = "applied", _("Applied")
    IGNORED = "ignored", _("Ignored")
    FAILED = "failed", _("Failed")


class GatewayEvent(models.Model):
    """The inbox: what a gateway told us, stored before anything is done about it."""

    event_id = models.CharField(max_length=255, unique=True)
    kind = models.CharField(max_length=80)
    object_id = models.CharField(max_length=255, blank=True)
    payload = models.JSONField()
    status = models.CharField(max_length=8, choices=InboxStatus, default=InboxStatus.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=240, blank=True)
    received_at = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["received_at", "pk"]
        indexes = [
            models.Index(
                fields=["received_at"],
                condition=Q(status__in=["waiting", "failed"]),
                name="inbox_unapplied",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"
