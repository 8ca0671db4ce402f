from django import forms
from django.utils.translation import gettext_lazy as _

from ticketing.models import CheckIn

GATE = CheckIn._meta.get_field("gate_name")


class CheckInForm(forms.Form):
    """One scan: a QR code's text, or what a helper typed. `nonce` is the page's name for it."""

    code = forms.CharField(
        label=_("Ticket code or order number"),
        max_length=400,
        error_messages={"required": _("Scan or type a code first.")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "enterkeyhint": "go",
                "placeholder": "K7M3PQ4X-1",
            }
        ),
    )
    gate = forms.CharField(
        label=_("Gate"),
        max_length=GATE.max_length,
        required=False,
        help_text=_(
            "Where you stand, such as A or North. Others see it when a ticket comes twice."
        ),
    )
    nonce = forms.UUIDField(widget=forms.HiddenInput)
