from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from community.models import Membership
from core.forms import ZonedDateTimeField
from events.models import Event


class ShiftForm(forms.Form):
    """Times in the event's zone; helpers are the chapter's people."""

    user = forms.ModelChoiceField(
        label=_("Who helped"),
        queryset=User.objects.none(),
        help_text=_("People of the chapter. An owner can invite others as door helpers."),
    )
    start_at = ZonedDateTimeField(label=_("From"))
    end_at = ZonedDateTimeField(label=_("Until"))
    note = forms.CharField(label=_("What they did"), max_length=160, required=False)

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"start_at": event.start_at, "end_at": event.end_at})
        super().__init__(*args, **kwargs)
        members = Membership.objects.filter(chapter=event.chapter_id).values("user")
        self.fields["user"].queryset = User.objects.filter(pk__in=members).order_by("name", "pk")
        for name in ("start_at", "end_at"):
            self.fields[name].zone = event.time_zone

    def clean_end_at(self) -> datetime:
        start, end = self.cleaned_data.get("start_at"), self.cleaned_data["end_at"]
        if start and end <= start:
            raise forms.ValidationError(_("The end must be after the start."))
        return end
