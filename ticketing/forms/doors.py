"""What an organizer fills in for a door. Whether a name is taken, the service decides."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import ZonedDateTimeField
from events.models import Event
from ticketing.models import CheckInList, Device, DoorSettings, Gate

WHICHEVER = _("Whichever list is open")
NOWHERE = _("No gate")


class CheckInListForm(forms.ModelForm):
    """Times in the event's zone."""

    valid_from_at = ZonedDateTimeField(label=_("Admits from"), required=False)
    valid_until_at = ZonedDateTimeField(label=_("Admits until"), required=False)

    class Meta:
        model = CheckInList
        fields = ["name", "ticket_types", "valid_from_at", "valid_until_at", "allows_reentry"]
        widgets = {"ticket_types": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = bool(not self.instance.pk or self.instance.name)
        self.fields["ticket_types"].queryset = event.ticket_types.all()
        for name in ("valid_from_at", "valid_until_at"):
            self.fields[name].zone = event.time_zone

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        start, end = data.get("valid_from_at"), data.get("valid_until_at")
        if start and end and end <= start:
            self.add_error("valid_until_at", _("This has to come after it begins to admit."))
        return data


class GateForm(forms.ModelForm):
    class Meta:
        model = Gate
        fields = ["name", "list"]
        help_texts = {"name": _("Such as North or Stage door. Helpers and phones show it.")}

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = bool(not self.instance.pk or self.instance.name)
        self.fields["list"].queryset = event.check_in_lists.all()
        self.fields["list"].empty_label = WHICHEVER


class DoorSettingsForm(forms.ModelForm):
    class Meta:
        model = DoorSettings
        fields = ["keeps_names", "allows_walk_ins"]


class DeviceForm(forms.ModelForm):
    class Meta:
        model = Device
        fields = ["name", "gate"]

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["gate"].queryset = event.gates.all()
        self.fields["gate"].empty_label = NOWHERE


class PairingForm(forms.Form):
    """Whose phone shall open the door, and where it will stand."""

    name = forms.CharField(
        label=_("Whose phone?"), max_length=60, help_text=_("Such as the helper's first name.")
    )
    gate = forms.ModelChoiceField(label=_("Gate"), queryset=Gate.objects.none(), empty_label=None)

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["gate"].queryset = event.gates.all()
