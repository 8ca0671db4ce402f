"""What one buyer asked for at once, priced."""

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
    company = models.CharField(_("company"), max_length=160, blank=True)  # 发票抬头
    tax_id = models.CharField(_("tax number"), max_length=40, blank=True)  # 税号
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.WEB)
    currency = models.CharField(max_length=3, choices=CURRENCY_CHOICES)
    total_minor = models.PositiveBigIntegerField()
    status = models.CharField(max_length=10, choices=OrderStatus, default=OrderStatus.OPEN)
    hold_until = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now)
    paid_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)  # expired or canceled
    confirmation_sent_at = models.DateTimeField(null=True, blank=True)
    expiry_told_at = models.DateTimeField(null=True, blank=True)

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
            models.Index(
                fields=["closed_at"],
                condition=Q(status="expired", expiry_told_at=None),
                name="order_expiry_untold",
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
