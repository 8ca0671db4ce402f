from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from community.models import Chapter
from core.forms import BothLanguages, CoverForm, WebField, ZonedDateTimeField, ZoneField
from core.time import validate_zone
from events.models import Event, Venue


class VenueForm(BothLanguages, forms.ModelForm):
    """A place. Beside the form of an event it is a new one, and asks for nothing left empty."""

    either = ("name", "address")

    class Meta:
        model = Venue
        fields = [
            "name_zh_hans", "name_en", "city", "address_zh_hans", "address_en",
            "directions_zh_hans", "directions_en", "map_url",
        ]  # fmt: skip
        field_classes = {"map_url": WebField}
        widgets = {
            name: forms.Textarea(attrs={"rows": 2})
            for name in ("directions_zh_hans", "directions_en")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {"name": _("Name"), "address": _("Address"), "directions": _("How to get there")}
        self.name_languages(words)


class EventForm(BothLanguages, CoverForm, forms.ModelForm):
    """An event's texts, cover, time and place. `place` is the form for a new venue.

    Times are typed in the event's own zone.
    """

    either = ("title",)
    time_zone = ZoneField()
    start_at = ZonedDateTimeField(label=_("Starts"))
    end_at = ZonedDateTimeField(label=_("Ends"))
    move_agenda = forms.BooleanField(
        label=_("When the start changes, move the agenda along"), required=False, initial=True
    )

    class Meta:
        model = Event
        fields = [
            "title_zh_hans", "title_en", "summary_zh_hans", "summary_en",
            "description_zh_hans", "description_en", "slug", "attendance_mode", "spoken_language",
            "time_zone", "start_at", "end_at", "venue", "online_url",
        ]  # fmt: skip
        field_classes = {"online_url": WebField}
        help_texts = {
            "slug": _("Letters, digits and hyphens. Left empty, we make one."),
            "venue": _("Places where your chapter has met."),
        }
        widgets = {
            name: forms.Textarea(attrs={"rows": 12})
            for name in ("description_zh_hans", "description_en")
        }

    def __init__(self, *args: Any, chapter: Chapter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place = VenueForm(
            self.data if self.is_bound else None,
            prefix="place",
            instance=Venue(chapter=chapter),
            empty_permitted=True,
            use_required_attribute=False,
        )
        self.name_languages(
            {"title": _("Title"), "summary": _("In one sentence"), "description": _("Description")}
        )
        self.fields["venue"].queryset = chapter.venues.select_related("city")
        self.fields["venue"].empty_label = _("Choose a place")
        self.fields["slug"].required = False
        if self.instance.published_at:
            del self.fields["slug"]  # people have the link
        if not self.instance.pk or not self.instance.talks.exists():
            del self.fields["move_agenda"]
        self.initial.setdefault("time_zone", chapter.time_zone)
        zone = self._zone()
        for name in ("start_at", "end_at"):
            self.fields[name].zone = zone

    def _zone(self) -> str:
        """The zone that was chosen; one that does not exist gets its own error."""
        stored = self.instance.time_zone or self.initial["time_zone"]
        typed = self.data.get("time_zone") if self.is_bound else ""
        try:
            validate_zone(typed or stored)
        except ValidationError:
            return stored
        return typed or stored

    def is_valid(self) -> bool:
        own = super().is_valid()
        return self.place.is_valid() and own

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        start, end = data.get("start_at"), data.get("end_at")
        if start and end and end <= start:
            self.add_error("end_at", _("The end must be after the start."))
        if end and end <= timezone.now() and not self.instance.pk:
            self.add_error("end_at", _("This is in the past."))
        return data

    def _own(self) -> list[str]:
        """The fields that are written into the event as they are."""
        return [name for name in self._meta.fields or () if name in self.fields]

    def values(self) -> dict[str, Any]:
        """What a service takes; `place` are the fields of a new venue, or None."""
        data = {name: self.cleaned_data[name] for name in self._own()}
        if not data.get("slug"):
            data.pop("slug", None)
        if "move_agenda" in self.fields:
            data["move_agenda"] = self.cleaned_data["move_agenda"]
        data["cover"] = self.cover
        data["place"] = self.place.cleaned_data if self.place.has_changed() else None
        return data

    def differences(self, event: Event) -> list[dict[str, Any]]:
        """What was typed and what `event` holds, in words, where they differ."""
        rows = []
        for name in self._own():
            yours, theirs = self.cleaned_data[name], getattr(event, name)
            if (yours or None) != (theirs or None):
                label, words = self.fields[name].label, self._in_words
                rows.append(
                    {"label": label, "theirs": words(name, theirs), "yours": words(name, yours)}
                )
        return rows

    def _in_words(self, name: str, value: Any) -> str:
        if isinstance(value, datetime):
            local = value.astimezone(ZoneInfo(self.fields[name].zone))
            return date_format(local, "SHORT_DATETIME_FORMAT")
        if name in {"attendance_mode", "spoken_language"}:
            return str(dict(self.fields[name].choices).get(value, value))
        return str(value or "")


class StartForm(forms.Form):
    """When a copy of `event` begins, in its zone."""

    start_at = ZonedDateTimeField(label=_("Starts"))

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["start_at"].zone = event.time_zone

    def clean_start_at(self) -> Any:
        start_at = self.cleaned_data["start_at"]
        if start_at <= timezone.now():
            raise ValidationError(_("This is in the past."))
        return start_at


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=_("What shall we tell them?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It stands in the mail and on the event's page."),
    )
