from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.models import SaleKind


class RateForm(forms.Form):
    """`percent` → `bps`; when it begins is said in UTC, for the pool has no place of its own."""

    kind = forms.ChoiceField(label=_("Sales of this kind"), choices=SaleKind.choices)
    percent = forms.DecimalField(
        label=_("Percent for the pool"),
        min_value=Decimal(0),
        max_value=Decimal(100),
        decimal_places=2,
        help_text=_("Of what is left of the price after tax and the payment service's fee."),
    )
    from_at = forms.DateTimeField(
        label=_("In force from (UTC)"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("What is paid before keeps its rate."),
    )
    note = forms.CharField(
        label=_("Why"), max_length=240, required=False, help_text=_("Everybody can read it.")
    )

    def terms(self) -> dict:
        """After it is valid: what the service wants to know."""
        fields = dict(self.cleaned_data)
        return fields | {"bps": int(fields.pop("percent") * 100)}
