from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class DeleteForm(forms.Form):
    """Whoever means it types the account's own address."""

    address = forms.EmailField(label=_("Your e-mail address, to confirm"))

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_address(self) -> str:
        typed = self.cleaned_data["address"]
        if typed.lower() != self.email.lower():
            raise ValidationError(_("This is not the address of this account."))
        return typed
