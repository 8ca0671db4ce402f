from datetime import timedelta

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
