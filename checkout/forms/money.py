"""What comes back, and what is written down about it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from checkout.queries.money import Figure, How
from checkout.queries.refund_plan import Unit
from core.forms import offer_choices
from core.money import CURRENCY_CHOICES
from orders.models import Order


class UnitsField(forms.MultipleChoiceField):
    """Tickets or seats by their public_id."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("What goes back"),
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("Choose at least one.")},
            **kwargs,
        )


class ReturnForm(forms.Form):
    """Which tickets go back; `expected` is the sum that the page showed before it was confirmed."""

    units = UnitsField()
    expected = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, units: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {unit.public_id: unit for unit in units if unit.percent is not None}
        offer_choices(self, "units", [(key, u.label) for key, u in self.offered.items()])

    @property
    def chosen(self) -> list[Unit]:
        """After it is valid."""
        return [self.offered[key] for key in self.cleaned_data["units"]]

    def is_confirmed(self, amount_minor: int) -> bool:
        return self.cleaned_data["expected"] == amount_minor


class ReceiptForm(forms.ModelForm):
    """Whom the receipt is for, where that is a company."""

    class Meta:
        model = Order
        fields = ["company", "tax_id"]
        labels = {"company": _("Company"), "tax_id": _("Tax number")}
        help_texts = {"company": _("As it has to stand on the receipt. Empty: your own name.")}
        widgets = {"company": forms.TextInput(attrs={"autocomplete": "organization"})}


class RefundForm(forms.Form):
    """What an organizer gives back; `expected` is the sum that the page showed."""

    units = UnitsField()
    percent = forms.IntegerField(
        label=_("How much of the price, in percent"),
        initial=100,
        min_value=1,
        max_value=100,
        help_text=_("Whatever it is, what is chosen ends and its places are free again."),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=240,
        help_text=_("For your team. The buyer does not see it."),
    )
    expected = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, units: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = list(units)
        offer_choices(self, "units", [(unit.public_id, unit.label) for unit in self.offered])

    @property
    def percents(self) -> dict[str, int]:
        """After it is valid."""
        return dict.fromkeys(self.cleaned_data["units"], self.cleaned_data["percent"])

    def is_confirmed(self, amount_minor: int) -> bool:
        return self.cleaned_data["expected"] == amount_minor


class ReturnedForm(forms.Form):
    """Money that an organizer gave back outside of this house."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=240,
        help_text=_("Such as the date and the number on the bank statement."),
    )


class MoneyForm(forms.Form):
    """Which rows of the money page are open. What does not fit counts as not chosen."""

    show = forms.ChoiceField(choices=Figure.choices)
    currency = forms.ChoiceField(choices=CURRENCY_CHOICES)
    how = forms.ChoiceField(choices=How.choices)

    def chosen(self) -> dict[str, str]:
        self.full_clean()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}
