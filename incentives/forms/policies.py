from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from incentives.models import Kind, PassGround, PassPolicy, PassScope
from ticketing.models import PassCovers

FIELDS = (
    "ground", "kind", "threshold", "since_on", "scope", "covers", "uses", "valid_days",
    "is_transferable", "per_event_limit", "note",
)  # fmt: skip


class PolicyForm(forms.Form):
    """A rule for free passes. `cleaned_data` are a policy's fields, those that do not go with its
    ground put to what they mean there."""

    ground = forms.ChoiceField(
        label=_("Given for"), choices=PassGround.choices, widget=forms.RadioSelect
    )
    threshold = forms.IntegerField(
        label=_("One pass for every so many hours or points"),
        min_value=1,
        max_value=1_000_000,
        initial=1,
        help_text=_("A talk counts by itself, whatever this says."),
    )
    kind = forms.ChoiceField(
        label=_("Points of which work"),
        choices=[("", _("Any")), *Kind.choices],
        required=False,
    )
    since_on = forms.DateField(
        label=_("What was done from this day on"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    scope = forms.ChoiceField(
        label=pgettext_lazy("pass", "Good for"), choices=PassScope.choices, widget=forms.RadioSelect
    )
    covers = forms.ChoiceField(
        label=_("Any event means"), choices=PassCovers.choices, initial=PassCovers.BOTH
    )
    uses = forms.IntegerField(label=_("How many times"), min_value=1, max_value=50, initial=1)
    valid_days = forms.IntegerField(
        label=_("For how many days"),
        min_value=1,
        max_value=3650,
        initial=365,
        help_text=_("A pass for the talk's event ends with that."),
    )
    per_event_limit = forms.IntegerField(
        label=_("At most so many of these at one event"),
        min_value=1,
        max_value=100_000,
        required=False,
        help_text=_("Empty: as many as its organizer takes."),
    )
    is_transferable = forms.BooleanField(label=_("May be passed on"), required=False)
    note = forms.CharField(
        label=_("Why"), max_length=240, required=False, help_text=_("Everybody can read it.")
    )

    def __init__(self, *args: Any, policy: PassPolicy | None = None, **kwargs: Any) -> None:
        start = {name: getattr(policy, name) for name in FIELDS} if policy else {}
        today = timezone.now().date()
        initial = start or {
            "ground": PassGround.TALK,
            "scope": PassScope.THAT_EVENT,
            "since_on": today,
        }
        super().__init__(*args, initial=initial, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        ground, is_for_talk_s_event = data.get("ground"), data.get("scope") == PassScope.THAT_EVENT
        if ground == PassGround.TALK:
            data["threshold"] = 1
        elif is_for_talk_s_event:
            self.add_error("scope", _("Only a talk has an event of its own. Choose any event."))
        if ground != PassGround.POINTS:
            data["kind"] = ""
        if is_for_talk_s_event:
            data |= {"covers": PassCovers.BOTH, "uses": 1}
        return data
