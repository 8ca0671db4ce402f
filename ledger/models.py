from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.money import CURRENCY_CHOICES


class AccountKind(models.TextChoices):
    """What an account counts. Assets and expenses grow by plus, income and debts by minus."""

    GATEWAY_CLEARING = "gateway_clearing", _("At the payment service")
    HAND_CLEARING = "hand_clearing", _("Taken by hand")
    FEES = "fees", _("Fees of the payment service")
    REVENUE = "revenue", _("Revenue")
    REFUNDS_PAYABLE = "refunds_payable", _("Owed to buyers")
    DISPUTED = "disputed", _("Held back in disputes")
    POOL_PENDING = "pool_pending", _("Pool, maturing")
    POOL_AVAILABLE = "pool_available", _("Pool, available")
    POOL_COMMITTED = "pool_committed", _("Pool, committed to a period")
    POOL_DEFICIT = "pool_deficit", _("Pool, deficit")
    CONTRIBUTOR_PAYABLE = "contributor_payable", _("Owed to contributors")
    LECTURER_PENDING = "lecturer_pending", _("Lecturers, maturing")
    LECTURER_PAYABLE = "lecturer_payable", _("Owed to lecturers")
    LECTURER_DEFICIT = "lecturer_deficit", _("Lecturers, deficit")
    PAYOUT_CLEARING = "payout_clearing", _("Payouts on their way")
    PAID_OUT = "paid_out", _("Paid out")


class Account(models.Model):
    """One pot. `subject` says whose: a chapter's, a gateway's, a person's (`chapter:12`)."""

    kind = models.CharField(max_length=24, choices=AccountKind)
    subject = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(name="account_once", fields=["kind", "subject"])]

    def __str__(self) -> str:
        return f"{self.kind}:{self.subject}" if self.subject else self.kind


class Transaction(models.Model):
    """One thing that happened to money. `key` names it, so that it is posted once.

    Rows of this table and of `Entry` are never changed or deleted: triggers refuse. A mistake
    is put right by a further transaction.
    """

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=40)
    rule_version = models.PositiveSmallIntegerField(default=1)
    posted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.key


class Entry(models.Model):
    """A line of a transaction; the lines of one sum to zero in each currency."""

    transaction = models.ForeignKey(Transaction, models.PROTECT, related_name="entries")
    account = models.ForeignKey(Account, models.PROTECT, related_name="entries")
    currency = models.CharField(max_length=3, choices=CURRENCY_CHOICES)
    amount_minor = models.BigIntegerField()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["account", "currency"], include=["amount_minor"], name="entry_balance"
            )
        ]
        constraints = [
            models.CheckConstraint(name="entry_moves_something", condition=~Q(amount_minor=0)),
            models.UniqueConstraint(
                name="entry_once_per_account", fields=["transaction", "account", "currency"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount_minor} {self.currency}"
