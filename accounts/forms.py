from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.time import zone_choices


class PreferencesForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        required=False,
        help_text=_("How other people of your chapters see you."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=_("Language of pages and mails"), required=False)
    time_zone = forms.ChoiceField(
        label=_("Your time zone"),
        required=False,
        help_text=_("Events are shown in their own time zone; lists and mails also in yours."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unchosen = ("", _("As my browser says"))
        self.fields["language"].choices = [unchosen, *settings.LANGUAGES]
        self.fields["time_zone"].choices = [("", _("Not chosen")), *zone_choices()]
