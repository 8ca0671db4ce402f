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
from ticketing.models import Ticket


class UnitsField(forms.MultipleChoiceField):
    """Tickets by their public_id."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Tickets"),
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("Choose at least one ticket.")},
            **kwargs,
        )


class ReturnForm(forms.Form):
    """Which tickets go back; `expected` is the sum that the page showed before it was confirmed."""

    units = UnitsField()
    expected = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, units: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {u.ticket.public_id: u for u in units if u.percent is not None}
        offer_choices(self, "units", [(key, u.ticket.label) for key, u in self.offered.items()])

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
        help_text=_("Whatever it is, the tickets end and their places are free again."),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=240,
        help_text=_("For your team. The buyer does not see it."),
    )
    expected = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, tickets: Iterable[Ticket], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tickets = list(tickets)
        offer_choices(self, "units", [(t.public_id, t.label) for t in self.tickets])

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
