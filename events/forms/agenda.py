from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import BothLanguages, WebField, ZonedDateTimeField
from events.models import Event, Room, Speaker, Talk
from events.queries import LANGUAGE_NAMES


class TalkForm(BothLanguages, forms.ModelForm):
    """A talk; its room and speakers by name, since typing is quicker than choosing of hundreds."""

    either = ("title",)
    start_at = ZonedDateTimeField(label=_("Starts"))
    end_at = ZonedDateTimeField(label=_("Ends"))
    room = forms.CharField(
        label=_("Room"),
        max_length=120,
        required=False,
        help_text=_("Choose one, or type a new one."),
        widget=forms.TextInput(attrs={"list": "rooms", "autocomplete": "off"}),
    )
    speakers = forms.CharField(
        label=_("Speakers"),
        max_length=4000,
        required=False,
        help_text=_("One name a line. Who is new is added."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    tags = forms.CharField(
        label=_("Tags"), max_length=400, required=False, help_text=_("With commas between them.")
    )

    class Meta:
        model = Talk
        fields = [
            "title_zh_hans", "title_en", "start_at", "end_at", "language",
            "abstract_zh_hans", "abstract_en", "kind_zh_hans", "kind_en",
            "slides_url", "video_url",
        ]  # fmt: skip
        field_classes = {"slides_url": WebField, "video_url": WebField}

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        self.event = event
        talk = kwargs.get("instance")
        if talk:
            kwargs["initial"] = {
                "room": str(talk.room or ""),
                "speakers": "\n".join(str(speaker) for speaker in talk.speakers.all()),
                "tags": ", ".join(map(str, talk.tags)),
            } | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.name_languages({"title": _("Title"), "abstract": _("Abstract"), "kind": _("Kind")})
        self.fields["kind_en"].help_text = _("Talk, workshop, break …")
        self.fields["kind_zh_hans"].help_text = ""
        self._offer_languages(talk.language if talk else "")
        self._bound_to_the_event()

    def _offer_languages(self, current: str) -> None:
        known = [("", "—"), *LANGUAGE_NAMES.items()]
        if current and current not in LANGUAGE_NAMES:
            known.append((current, current))
        label = self.fields["language"].label
        self.fields["language"] = forms.ChoiceField(label=label, choices=known, required=False)

    def _bound_to_the_event(self) -> None:
        first, last = self._days()
        for name in ("start_at", "end_at"):
            field = self.fields[name]
            field.zone = self.event.time_zone
            field.widget.attrs |= {"min": f"{first}T00:00", "max": f"{last}T23:59"}

    def _days(self) -> tuple[date, date]:
        zone = ZoneInfo(self.event.time_zone)
        return (
            self.event.start_at.astimezone(zone).date(),
            self.event.end_at.astimezone(zone).date(),
        )

    def clean_tags(self) -> list[str]:
        tags = self.cleaned_data["tags"].replace("，", ",").replace("、", ",").split(",")
        return list(dict.fromkeys(tag.strip() for tag in tags if tag.strip()))

    def clean_speakers(self) -> list[str]:
        names = (name.strip()[:160] for name in self.cleaned_data["speakers"].splitlines())
        return [name for name in names if name]

    def clean_room(self) -> str:
        return self.cleaned_data["room"].strip()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        start, end = data.get("start_at"), data.get("end_at")
        if start and end and end < start:
            self.add_error("end_at", _("The end must be after the start."))
        zone = ZoneInfo(self.event.time_zone)
        first, last = self._days()
        if start and not first <= start.astimezone(zone).date() <= last:
            self.add_error("start_at", _("This is on none of the event's days."))
        elif end and end.astimezone(zone).date() > last + timedelta(days=1):
            self.add_error("end_at", _("This is on none of the event's days."))
        return data

    def values(self) -> dict[str, Any]:
        names = [*self._meta.fields, "room", "speakers", "tags"]
        return {name: self.cleaned_data[name] for name in names}


class RoomForm(BothLanguages, forms.ModelForm):
    either = ("name",)

    class Meta:
        model = Room
        fields = ["name_zh_hans", "name_en", "position"]
        labels = {"position": _("Place in the list")}
        help_texts = {"position": _("Rooms with small numbers come first.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_languages({"name": _("Name")})
        if not self.instance.pk:
            del self.fields["position"]


class SpeakerForm(BothLanguages, forms.ModelForm):
    either = ("name",)

    class Meta:
        model = Speaker
        fields = ["name_zh_hans", "name_en", "bio_zh_hans", "bio_en", "url", "email"]
        field_classes = {"url": WebField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_languages({"name": _("Name"), "bio": _("About")})
