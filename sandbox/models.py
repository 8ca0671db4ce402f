"""The books of the payment provider. Sums are whole numbers of the currency's smallest unit."""

import json
from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sandbox.ids import id_field

SETTLING = timedelta(days=7)


class SessionStatus(models.TextChoices):
    OPEN = "open", _("open")
    COMPLETE = "complete", _("complete")
    EXPIRED = "expired", _("expired")


class IntentStatus(models.TextChoices):
    REQUIRES_PAYMENT_METHOD = "requires_payment_method", _("waiting for a payment")
    PROCESSING = "processing", _("processing")
    SUCCEEDED = "succeeded", _("succeeded")
    CANCELED = "canceled", _("canceled")


class ChargeStatus(models.TextChoices):
    PENDING = "pending", _("pending")
    SUCCEEDED = "succeeded", _("succeeded")
    FAILED = "failed", _("failed")


class RefundStatus(models.TextChoices):
    PENDING = "pending", _("pending")
    SUCCEEDED = "succeeded", _("succeeded")
    FAILED = "failed", _("failed")


class DisputeStatus(models.TextChoices):
    NEEDS_RESPONSE = "needs_response", _("needs a response")
    WON = "won", _("won")
    LOST = "lost", _("lost")


class DeliveryMode(models.TextChoices):
    """What happens to events on their way to the webhook."""

    PROMPT = "prompt", _("at once")
    TWICE = "twice", _("twice")
    LATE = "late", _("late")
    REVERSED = "reversed", _("in reverse order")
    SHUFFLED = "shuffled", _("shuffled")
    LOST = "lost", _("never")


class FaultKind(models.TextChoices):
    SERVER_ERROR = "500", _("answer 500, do nothing")
    RATE_LIMIT = "429", _("answer 429, do nothing")
    CONFLICT = "409", _("answer 409, do nothing")
    TIMEOUT = "timeout", _("hang, do nothing")
    DROP_AFTER = "drop_after", _("do the work, lose the answer")
    REFUND_FAILS = "refund_fails", _("take the refund, let it fail later")


class StripeObject(models.Model):
    """`public_id` is the id that the API shows; the key orders objects by age."""

    stripe_name: ClassVar[str]
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        abstract = True
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(getattr(self, "public_id", self.pk))


class CheckoutSession(StripeObject):
    stripe_name = "checkout.session"
    public_id = id_field("cs_test", 58)
    status = models.CharField(
        max_length=10, choices=SessionStatus.choices, default=SessionStatus.OPEN
    )
    is_paid = models.BooleanField(default=False)
    currency = models.CharField(max_length=3)
    amount = models.PositiveIntegerField()
    items = models.JSONField()
    methods = models.JSONField()
    method_options = models.JSONField(default=dict)
    metadata = models.JSONField(default=dict)
    intent_data = models.JSONField(default=dict)
    client_reference_id = models.CharField(max_length=200, blank=True)
    customer_email = models.EmailField(blank=True)
    payer_email = models.EmailField(blank=True)
    locale = models.CharField(max_length=10, blank=True)
    success_url = models.TextField()
    cancel_url = models.TextField(blank=True)
    expires_at = models.DateTimeField()

    class Meta(StripeObject.Meta):
        indexes = [models.Index(fields=["status", "expires_at"], name="sandbox_session_due")]


class BalanceTransaction(StripeObject):
    stripe_name = "balance_transaction"
    public_id = id_field("txn")
    kind = models.CharField(max_length=30)
    reporting_category = models.CharField(max_length=30)
    currency = models.CharField(max_length=3)
    amount = models.IntegerField()
    fee = models.IntegerField(default=0)
    source = models.CharField(max_length=90, db_index=True)
    description = models.CharField(max_length=200, blank=True)

    @property
    def net(self) -> int:
        return self.amount - self.fee


class PaymentIntent(StripeObject):
    stripe_name = "payment_intent"
    public_id = id_field("pi")
    secret = id_field("secret")
    session = models.OneToOneField(CheckoutSession, models.PROTECT, related_name="intent")
    status = models.CharField(
        max_length=30, choices=IntentStatus.choices, default=IntentStatus.REQUIRES_PAYMENT_METHOD
    )
    currency = models.CharField(max_length=3)
    amount = models.PositiveIntegerField()
    metadata = models.JSONField(default=dict)
    last_error = models.JSONField(null=True)
    canceled_at = models.DateTimeField(null=True)


class Charge(StripeObject):
    stripe_name = "charge"
    public_id = id_field("ch")
    payment_method = id_field("pm")
    intent = models.ForeignKey(PaymentIntent, models.PROTECT, related_name="charges")
    status = models.CharField(max_length=10, choices=ChargeStatus.choices)
    method = models.CharField(max_length=20)
    currency = models.CharField(max_length=3)
    amount = models.PositiveIntegerField()
    amount_refunded = models.PositiveIntegerField(default=0)
    is_disputed = models.BooleanField(default=False)
    failure = models.JSONField(null=True)
    payer_email = models.EmailField(blank=True)
    balance_transaction = models.OneToOneField(
        BalanceTransaction, models.PROTECT, null=True, related_name="charge"
    )

    class Meta(StripeObject.Meta):
        constraints = [
            models.CheckConstraint(
                name="sandbox_never_refunded_beyond_charge",
                condition=Q(amount_refunded__lte=F("amount")),
            ),
            models.UniqueConstraint(
                name="sandbox_intent_charged_once",
                fields=["intent"],
                condition=~Q(status=ChargeStatus.FAILED),
            ),
        ]

    @property
    def left(self) -> int:
        return self.amount - self.amount_refunded


class Refund(StripeObject):
    stripe_name = "refund"
    public_id = id_field("re")
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="refunds")
    status = models.CharField(max_length=10, choices=RefundStatus.choices)
    currency = models.CharField(max_length=3)
    amount = models.PositiveIntegerField()
    reason = models.CharField(max_length=40, blank=True)
    metadata = models.JSONField(default=dict)
    ends_as = models.CharField(max_length=10, blank=True)
    ends_at = models.DateTimeField(null=True)
    failure_reason = models.CharField(max_length=60, blank=True)
    balance_transaction = models.OneToOneField(
        BalanceTransaction, models.PROTECT, null=True, related_name="refund"
    )
    failure_balance_transaction = models.OneToOneField(
        BalanceTransaction, models.PROTECT, null=True, related_name="failed_refund"
    )


class Dispute(StripeObject):
    stripe_name = "dispute"
    public_id = id_field("du")
    charge = models.OneToOneField(Charge, models.PROTECT, related_name="dispute")
    status = models.CharField(
        max_length=20, choices=DisputeStatus.choices, default=DisputeStatus.NEEDS_RESPONSE
    )
    currency = models.CharField(max_length=3)
    amount = models.PositiveIntegerField()
    reason = models.CharField(max_length=40, default="product_not_received")
    due_at = models.DateTimeField()


class Event(StripeObject):
    """`body` is what is signed and sent: the same bytes each time."""

    stripe_name = "event"
    public_id = id_field("evt")
    kind = models.CharField(max_length=60, db_index=True)
    subject = models.CharField(max_length=90, db_index=True)
    body = models.TextField()

    @property
    def subject_shape(self) -> dict[str, Any]:
        """The object as it was when this happened."""
        shape: dict[str, Any] = json.loads(self.body)["data"]["object"]
        return shape


class Delivery(models.Model):
    """One way of an event to the webhook. Without `due_at` nobody will try again."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="deliveries")
    due_at = models.DateTimeField(null=True, db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.event} → {self.answer or self.due_at}"


class IdempotentCall(models.Model):
    """What a key was first used for, and what was answered."""

    account = models.CharField(max_length=64)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="sandbox_key_used_once", fields=["account", "key"])
        ]

    def __str__(self) -> str:
        return self.key


class Fault(models.Model):
    """The next `remaining` calls whose path begins with `path` go wrong like this."""

    kind = models.CharField(max_length=20, choices=FaultKind.choices)
    path = models.CharField(max_length=100, default="/v1/", blank=True)
    remaining = models.PositiveIntegerField(default=1)
    seconds = models.PositiveSmallIntegerField(default=20)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind} × {self.remaining} {self.path}"


class DeliveryPolicy(models.Model):
    """How events travel unless the payer chose otherwise. One row; none means at once."""

    mode = models.CharField(
        max_length=10, choices=DeliveryMode.choices, default=DeliveryMode.PROMPT
    )
    seconds = models.PositiveSmallIntegerField(default=10)

    def __str__(self) -> str:
        return self.mode
