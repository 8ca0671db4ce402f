"""What people narrow lists by. Anything unreadable in an address is left out, never an error."""

from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from community.models import City
from core.forms import offer_choices
from events.models import AttendanceMode, SpokenLanguage
from events.queries import Agenda, Choice

LANGUAGES = (SpokenLanguage.CHINESE, SpokenLanguage.ENGLISH)


class DayField(forms.DateField):
    """Far years are refused: a day next to them has no place in a calendar."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    default_validators = [
        MinValueValidator(date(2000, 1, 1)),
        MaxValueValidator(date(2200, 1, 1)),
    ]


class FilterForm(forms.Form):
    """A GET form. `chosen` holds only what was given and could be read."""

    @cached_property
    def chosen(self) -> dict[str, Any]:
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def is_narrowed(self) -> bool:
        """Whether more than the words of a search was chosen."""
        return bool(self.chosen.keys() - {"search"})


class EventFilterForm(FilterForm):
    search = forms.CharField(
        label=_("Search"),
        required=False,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("A topic, a speaker, a place")}
        ),
    )
    city = forms.ChoiceField(label=_("City"), required=False)
    mode = forms.ChoiceField(
        label=_("Format"),
        required=False,
        choices=[
            ("", _("Any")),
            (AttendanceMode.OFFLINE, _("In person")),
            (AttendanceMode.ONLINE, _("Online")),
        ],
    )
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("Any")), *((value, value.label) for value in LANGUAGES)],
    )
    first_day = DayField(label=_("From"), required=False)
    last_day = DayField(label=_("Until"), required=False)

    def __init__(self, *args: Any, cities: list[City], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(city.slug, city.name) for city in cities]
        offer_choices(self, "city", [("", _("Any")), *names])


class AgendaFilterForm(FilterForm):
    """`rooms`, `tags` and `languages` come from the agenda itself, each with its count."""

    search = forms.CharField(
        label=_("Search"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("A talk or a speaker")}),
    )
    room = forms.ChoiceField(label=_("Room"), required=False)
    tag = forms.ChoiceField(label=_("Topic"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, *args: Any, whole: Agenda, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("room", whole.rooms)
        self._offer("tag", whole.tags)
        self._offer("language", whole.languages)

    def _offer(self, name: str, choices: list[Choice]) -> None:
        if len(choices) < 2:
            del self.fields[name]
            return
        named = [(choice.value, f"{choice.label} ({choice.count})") for choice in choices]
        offer_choices(self, name, [("", _("Any")), *named])
