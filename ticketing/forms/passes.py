from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from events.models import Event
from ticketing.models import PassCovers

HERE = "here"
MOST_USES = 50
USUAL = timedelta(days=365)


class GiveForm(forms.Form):
    """A free pass, given by hand. `cleaned_data` is what `pass_grants.give_pass` asks for."""

    email = forms.EmailField(
        label=_("E-mail of who gets it"),
        max_length=254,
        help_text=_("The pass is mailed there, and lies in the account with that address."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    reason = forms.CharField(
        label=_("Why?"),
        max_length=240,
        help_text=_("The person reads it, and so does whoever runs the chapter later."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    good_for = forms.ChoiceField(
        label=pgettext_lazy("pass", "Good for"), widget=forms.RadioSelect, initial=HERE
    )
    uses = forms.IntegerField(
        label=_("How many times"),
        min_value=1,
        max_value=MOST_USES,
        initial=1,
        help_text=_("Once at each event. A pass for this event alone is used once."),
    )
    last_on = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("It can be used until then. A pass for this event alone ends with it."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    is_transferable = forms.BooleanField(
        label=_("May be passed on"),
        required=False,
        help_text=_("Once, by a link that its holder sends to somebody else."),
    )

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event, self.zone = event, ZoneInfo(event.time_zone)
        chapter = event.chapter.name
        self.fields["good_for"].choices = [
            (HERE, _("This event")),
            (PassCovers.OFFLINE, _("Any meetup in person of %(chapter)s") % {"chapter": chapter}),
            (PassCovers.ONLINE, _("Any online talk of %(chapter)s") % {"chapter": chapter}),
            (PassCovers.BOTH, _("Any event of %(chapter)s") % {"chapter": chapter}),
        ]
        self.fields["last_on"].initial = (timezone.now().astimezone(self.zone) + USUAL).date()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        good_for, last_on = data.pop("good_for", HERE), data.pop("last_on", None)
        if good_for == HERE:
            return data | {"covers": None, "uses": 1, "valid_until": None}
        if last_on is None:
            self.add_error("last_on", _("Say until when it can be used."))
            return data
        end = datetime.combine(last_on + timedelta(days=1), time(), self.zone)
        if end <= timezone.now():
            self.add_error("last_on", ValidationError(_("This day is over.")))
        return data | {"covers": PassCovers(good_for), "valid_until": end}


class LimitForm(forms.Form):
    most = forms.IntegerField(
        label=_("Most places for free passes"),
        min_value=0,
        max_value=100_000,
        required=False,
        help_text=_("Empty: as many as there are places. 0: none at this event."),
    )


class RevokeForm(forms.Form):
    reason = forms.CharField(
        label=_("Why?"),
        max_length=240,
        help_text=_("The person reads it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
