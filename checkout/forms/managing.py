"""What an organizer looks orders up by, and says of their money."""

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.models import OrderStatus, Provider


class OrderFilterForm(forms.Form):
    """What an organizer looks orders up by. What does not fit is left out, not refused."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("Reference, name or e-mail")}
        ),
    )
    status = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("Any")), *OrderStatus.choices]
    )

    def chosen(self) -> dict[str, str]:
        self.full_clean()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class MarkPaidForm(forms.Form):
    """Money that an organizer has in hand; online payments report themselves."""

    provider = forms.ChoiceField(
        label=_("How did it come?"),
        choices=[(way.value, way.label) for way in (Provider.BANK, Provider.CASH)],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=240,
        help_text=_("Such as the date and the number on the bank statement."),
    )
