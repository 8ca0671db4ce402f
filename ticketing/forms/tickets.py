from django import forms
from django.utils.translation import gettext_lazy as _


class ReissueForm(forms.Form):
    """`revision`: how often the ticket had been reissued when the page was made."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=240,
        help_text=_("The buyer reads it in their mail, and it stands in the log."),
    )


class RenameForm(forms.Form):
    name = forms.CharField(label=_("Name on the ticket"), max_length=120)
