from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.models import Chapter
from orders.models.orders import Order
from orders.models.payments import Refund


class ReceiptKind(models.TextChoices):
    RECEIPT = "receipt", _("Receipt")
    CORRECTION = "correction", _("Correction")


class ReceiptCounter(models.Model):
    """The last number that a chapter gave out in a year. Its row is locked to give out the next."""

    chapter = models.ForeignKey(Chapter, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="receipt_counter_once", fields=["chapter", "year"]),
        ]

    def __str__(self) -> str:
        return f"{self.chapter_id}/{self.year}: {self.last}"


class Receipt(models.Model):
    """What was written down for the buyer's books. Never changed: a mistake gets a correction.

    `serial` counts without a gap in a chapter and year. A correction is for one refund, or
    (refund null) repeats the receipt with a new buyer. `snapshot` holds all that the page shows.
    """

    chapter = models.ForeignKey(Chapter, models.PROTECT, related_name="receipts")
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=80, unique=True)
    order = models.ForeignKey(Order, models.PROTECT, related_name="receipts")
    kind = models.CharField(max_length=10, choices=ReceiptKind)
    refund = models.OneToOneField(
        Refund, models.PROTECT, null=True, blank=True, related_name="receipt"
    )
    issued_at = models.DateTimeField(default=timezone.now)
    snapshot: Any = models.JSONField()

    class Meta:
        ordering = ["issued_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="receipt_serial_once", fields=["chapter", "year", "serial"]
            ),
            models.UniqueConstraint(
                name="one_receipt_per_order", fields=["order"], condition=Q(kind="receipt")
            ),
            models.CheckConstraint(
                name="receipt_kind", condition=Q(kind="correction") | Q(kind="receipt", refund=None)
            ),
            models.CheckConstraint(name="receipt_serial", condition=Q(serial__gte=1)),
        ]

    def __str__(self) -> str:
        return self.number
