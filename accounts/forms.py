from datetime import timedelta
from typing import Any

from allauth.account import forms as library
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from accounts.models import TokenScope
from core.time import zone_choices

LIFETIMES = [(30, _("30 days")), (90, _("90 days")), (365, _("One year"))]


class PreferencesForm(forms.Form):
    """How we address a person, and in which language and time zone."""

    name = forms.CharField(
        label=pgettext_lazy("person", "Name"),
        max_length=80,
        required=False,
        help_text=_("As it should stand on your tickets."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Language of pages and mails"),
        required=False,
        choices=[("", _("As my browser says")), *settings.LANGUAGES],
    )
    time_zone = forms.ChoiceField(
        label=_("Your time zone"),
        required=False,
        choices=lambda: [("", _("The event's own")), *zone_choices()],
        help_text=_("Events always name their own zone; yours stands beside it in mails."),
    )


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("What is it for?"), max_length=80, help_text=_("So that you know it again later.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("It may"), choices=TokenScope.choices, widget=forms.CheckboxSelectMultiple
    )
    days = forms.TypedChoiceField(label=_("Good for"), choices=LIFETIMES, coerce=int, initial=90)

    @property
    def lifetime(self) -> timedelta:
        return timedelta(days=self.cleaned_data["days"])


class Worded:
    """A form of the sign-in library in our words: labels that name the thing, no placeholders."""

    words = {
        "login": _("E-mail"),
        "email": _("E-mail"),
        "password": _("Password"),
        "oldpassword": _("The password you have now"),
        "password1": _("New password"),
        "password2": _("New password, once more"),
        "code": _("The code from the mail"),
    }

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.words.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)


def worded(form: type[forms.Form], **words: Any) -> type[forms.Form]:
    return type(form.__name__, (Worded, form), {"words": Worded.words | words})


LoginForm = worded(library.LoginForm)
SignupForm = worded(library.SignupForm, password1=_("Password"))
AddEmailForm = worded(library.AddEmailForm)
ChangePasswordForm = worded(library.ChangePasswordForm)
SetPasswordForm = worded(library.SetPasswordForm)
ResetPasswordForm = worded(library.ResetPasswordForm)
ResetPasswordKeyForm = worded(library.ResetPasswordKeyForm)
ReauthenticateForm = worded(library.ReauthenticateForm)
RequestLoginCodeForm = worded(library.RequestLoginCodeForm)
ConfirmLoginCodeForm = worded(library.ConfirmLoginCodeForm)
ConfirmEmailCodeForm = worded(library.ConfirmEmailVerificationCodeForm)
ConfirmPasswordCodeForm = worded(library.ConfirmPasswordResetCodeForm)
AuthenticateForm = worded(mfa.AuthenticateForm, code=_("The code from your app"))
MfaReauthenticateForm = worded(mfa.ReauthenticateForm, code=_("The code from your app"))
ActivateTOTPForm = worded(totp.ActivateTOTPForm, code=_("The code that the app shows"))
