from django import forms
from django.utils.translation import gettext_lazy as _

from incentives.models import OfficerRole


class OfficerForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("The confirmed address of their account."),
    )
    role = forms.ChoiceField(label=_("Office"), choices=OfficerRole.choices)
