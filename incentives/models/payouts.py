"""Where people want their money, and what was paid to them."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from core.ids import public_id
from core.keys import decrypt
from core.money import CURRENCY_CHOICES
from ledger.models import AccountKind


class PayoutMethod(models.TextChoices):
    BANK = "bank", _("Bank or payment app, by its alias")
    WALLET = "wallet", _("Ethereum wallet")


class PayoutAccountQuerySet(models.QuerySet["PayoutAccount"]):
    def live(self) -> Self:
        return self.filter(retired_at=None)


class PayoutAccount(models.Model):
    """Where somebody wants to be paid: an alias that their bank knows, or a wallet's address.

    `sealed` is encrypted with the environment's key; pages show `hint`, its last characters,
    and only the export for a payment opens it. Retired, never changed.
    """

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="payout_accounts"
    )
    method = models.CharField(_("how"), max_length=8, choices=PayoutMethod)
    sealed = models.BinaryField(editable=False)
    hint = models.CharField(max_length=8, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = PayoutAccountQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="payout_account_method", condition=Q(method__in=PayoutMethod.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_method_display()} …{self.hint}"

    @property
    def address(self) -> str:
        """For the payment only. "" once the person deleted their account."""
        return decrypt(bytes(self.sealed)).decode() if self.sealed else ""


class Purse(models.TextChoices):
    CONTRIBUTOR = "contributor", _("Contributions")
    LECTURER = "lecturer", _("Courses")

    @property
    def payable(self) -> AccountKind:
        return {
            Purse.CONTRIBUTOR: AccountKind.CONTRIBUTOR_PAYABLE,
            Purse.LECTURER: AccountKind.LECTURER_PAYABLE,
        }[self]


class PayoutStatus(models.TextChoices):
    REQUESTED = "requested", pgettext_lazy("payout", "Asked for")
    APPROVED = "approved", pgettext_lazy("payout", "Approved")
    SENT = "sent", pgettext_lazy("payout", "Sent")
    CONFIRMED = "confirmed", pgettext_lazy("payout", "Arrived")
    REFUSED = "refused", pgettext_lazy("payout", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("payout", "Withdrawn")
    FAILED = "failed", pgettext_lazy("payout", "Failed")


UNDER_WAY = (PayoutStatus.REQUESTED, PayoutStatus.APPROVED, PayoutStatus.SENT)
RETURNED = (PayoutStatus.REFUSED, PayoutStatus.WITHDRAWN, PayoutStatus.FAILED)
SEEN_BY_ANOTHER = (PayoutStatus.APPROVED, PayoutStatus.SENT, PayoutStatus.CONFIRMED)


class Payout(models.Model):
    """Money on its way to a person. From the request on it is set aside in the ledger, so that
    nothing is promised twice; refused, withdrawn or failed it is theirs to ask for again.

    Whoever asked, or is paid, cannot approve it: a constraint, not a habit.
    """

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="payouts")
    account = models.ForeignKey(PayoutAccount, models.PROTECT, related_name="payouts")
    purse = models.CharField(max_length=12, choices=Purse)
    currency = models.CharField(max_length=3, choices=CURRENCY_CHOICES)
    amount_minor = models.PositiveBigIntegerField()
    status = models.CharField(max_length=10, choices=PayoutStatus, default=PayoutStatus.REQUESTED)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(_("reason or reference"), max_length=240, blank=True)

    class Meta:
        ordering = ["-requested_at", "-pk"]
        indexes = [models.Index(fields=["status", "-requested_at"])]
        constraints = [
            models.CheckConstraint(name="payout_amount", condition=Q(amount_minor__gte=1)),
            models.CheckConstraint(name="payout_purse", condition=Q(purse__in=Purse.values)),
            models.CheckConstraint(
                name="payout_status", condition=Q(status__in=PayoutStatus.values)
            ),
            models.CheckConstraint(
                name="payout_approved_by_another",
                condition=Q(approved_by=None)
                | ~Q(approved_by=F("requested_by")) & ~Q(approved_by=F("user")),
            ),
            models.CheckConstraint(
                name="payout_seen_by_another",
                condition=Q(approved_by__isnull=False, approved_at__isnull=False)
                | ~Q(status__in=SEEN_BY_ANOTHER),
            ),
            models.CheckConstraint(
                name="payout_closed",
                condition=Q(status__in=UNDER_WAY, closed_at=None)
                | Q(~Q(status__in=UNDER_WAY), closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.amount_minor} {self.currency}"
