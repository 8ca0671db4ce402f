from datetime import datetime
from decimal import Decimal
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.time import COMMON_ZONES, zone_choices


class HouseRenderer(TemplatesSetting):
    """Every form and field looks like the house: templates/forms/."""

    field_template_name = "forms/field.html"
    form_template_name = "forms/form.html"


class ZonedDateTimeField(forms.DateTimeField):
    """A moment that is typed and shown in `zone`, whatever the reader's own zone is.

    Set `zone` on the form's field before the form is used.
    """

    zone = "UTC"
    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(ZoneInfo(self.zone)):
            return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime) and timezone.is_aware(value):
            return value.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)
        return value


class WebField(forms.URLField):
    """An address of the web; without a scheme it is https."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"assume_scheme": "https"} | kwargs)


class ZoneField(forms.ChoiceField):
    """A time zone by its IANA name; those that most of us live in come first."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Time zone"))
        names = zone_choices()
        common, rest = names[: len(COMMON_ZONES)], names[len(COMMON_ZONES) :]
        super().__init__(choices=[(_("Often used"), common), (_("All others"), rest)], **kwargs)


class PercentField(forms.DecimalField):
    """Basis points that people type and read in percent: `6.5` is 650."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 0, "max_value": 99, "decimal_places": 2} | kwargs)

    def clean(self, value: Any) -> int:
        return int((super().clean(value) or 0) * 100)

    def prepare_value(self, value: Any) -> Any:
        return Decimal(value) / 100 if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class BothLanguages:
    """For a form whose texts are written in Chinese and English: names the fields `<text>_zh_hans`
    and `<text>_en` after the language. Of each text in `either` one of the two must be there."""

    either: tuple[str, ...] = ()
    languages = (
        ("_zh_hans", "zh-Hans", _("{text} in Chinese")),
        ("_en", "en", _("{text} in English")),
    )

    def name_languages(self, labels: dict[str, Any]) -> None:
        """`labels` are the texts' names: {"title": _("Title")}."""
        for text, label in labels.items():
            for suffix, lang, phrase in self.languages:
                field = self.fields[text + suffix]
                field.label = format_lazy(phrase, text=label)
                field.required = False
                field.widget.attrs["lang"] = lang

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name, value in data.items():
            if isinstance(value, str):
                data[name] = value.replace("\r\n", "\n")  # browsers send both
        for text in self.either:
            if not any(data.get(text + suffix) for suffix, *_rest in self.languages):
                self.add_error(f"{text}_zh_hans", _("Write this in at least one language."))
        return data


def offer_choices(form: forms.BaseForm, name: str, choices: list[tuple[str, Any]]) -> None:
    """Give one form's field what it may choose from, which only the request knows."""
    cast(forms.ChoiceField, form.fields[name]).choices = choices


def add_refusal(form: forms.BaseForm, error: DomainError) -> None:
    """Say what a service refused at the field it is about, else above the form."""
    form.add_error(error.field if error.field in form.fields else None, str(error))
