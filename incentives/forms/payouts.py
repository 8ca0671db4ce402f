from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.money import format_money, to_decimal, to_minor
from incentives.models import PayoutAccount, PayoutMethod, Purse
from incentives.queries.earnings import Balance


class PayoutAccountForm(forms.Form):
    method = forms.ChoiceField(
        label=_("How you want to be paid"),
        choices=PayoutMethod.choices,
        initial=PayoutMethod.BANK,
        widget=forms.RadioSelect,
    )
    address = forms.CharField(
        label=_("Alias or wallet address"),
        max_length=120,
        help_text=_(
            "An alias is what others pay you by: an e-mail address or phone number that your bank"
            " or payment app knows. It is kept encrypted; no tax number is asked for."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class PayoutForm(forms.Form):
    """`purse` names what it is paid from (`contributor:CNY`), `amount` is in major units."""

    purse = forms.ChoiceField(label=_("What is paid out"))
    account = forms.ModelChoiceField(
        PayoutAccount.objects.none(),
        label=_("Payout address"),
        to_field_name="public_id",
        empty_label=None,
    )
    amount = forms.DecimalField(label=_("Amount"), min_value=Decimal(0))

    def __init__(self, *args: Any, user: User, balances: Iterable[Balance], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        full = [balance for balance in balances if balance.payable_minor > 0]
        self.fields["account"].queryset = PayoutAccount.objects.live().filter(user=user)
        self.fields["purse"].choices = [
            (f"{balance.purse.value}:{balance.currency}", self._words(balance)) for balance in full
        ]
        if full:
            self.fields["amount"].initial = to_decimal(full[0].payable_minor, full[0].currency)

    def _words(self, balance: Balance) -> str:
        amount = format_money(balance.payable_minor, balance.currency)
        return f"{Purse(balance.purse).label} · {balance.currency} · {amount}"

    def clean(self) -> dict[str, Any]:
        fields = dict(super().clean() or {})
        if not self.errors:
            purse, currency = fields.pop("purse").split(":")
            try:
                amount_minor = to_minor(fields.pop("amount"), currency)
            except ValueError:
                raise ValidationError(
                    {"amount": _("This currency has fewer decimal places.")}
                ) from None
            fields |= {
                "purse": Purse(purse),
                "currency": currency,
                "amount_minor": amount_minor,
            }
        return fields


class PayoutStepForm(forms.Form):
    """What a treasurer does with a payout; a refusal or failure says why."""

    step = forms.ChoiceField(
        choices=[(step, step) for step in ("approve", "refuse", "sent", "confirm", "fail")]
    )
    note = forms.CharField(required=False, max_length=240)

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or {}
        if fields.get("step") in {"refuse", "fail"} and not fields.get("note", "").strip():
            self.add_error("note", _("Please say why: the person reads it."))
        return fields


class TokenForm(forms.Form):
    """For the batch file: the contract of the token that is paid with."""

    currency = forms.CharField(max_length=3)
    token = forms.CharField(label=_("Address of the token's contract"), max_length=42)
