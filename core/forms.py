from datetime import datetime
from decimal import Decimal
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.forms.renderers import TemplatesSetting
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.images import clean_image
from core.money import CURRENCY_CHOICES, EXPONENTS, to_decimal, to_minor
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


class CoverForm(forms.Form):
    """For a model's form whose `instance` has a `cover`.

    A picture that was sent is kept in the storage even if the form fails elsewhere;
    `kept_cover` is its signed name, to be sent along again.
    """

    SALT = "kept cover"
    picture = forms.FileField(
        label=_("Cover picture"),
        required=False,
        help_text=_("JPEG, PNG or WebP up to 10 MB. Where it was taken is removed from it."),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )
    remove_cover = forms.BooleanField(label=_("Remove the picture"), required=False)

    def clean_picture(self) -> str:
        """The name of the cleaned picture in the storage; "" when none was sent."""
        upload = self.cleaned_data.get("picture")
        if not upload:
            return self._kept_before()
        try:
            picture = clean_image(upload)
        except DomainError as error:
            raise ValidationError(str(error), code=error.code) from error
        return default_storage.save(f"covers/{picture.name}", picture)

    def _kept_before(self) -> str:
        try:
            return signing.loads(self.data.get("kept_cover", ""), salt=self.SALT, max_age=86_400)
        except signing.BadSignature:
            return ""

    @property
    def cover(self) -> str:
        """The name of the picture that saving the form would leave."""
        data = getattr(self, "cleaned_data", {})
        if data.get("remove_cover"):
            return ""
        return data.get("picture") or self.instance.cover.name or ""

    @property
    def cover_url(self) -> str:
        return default_storage.url(self.cover) if self.cover else ""

    @property
    def kept_cover(self) -> str:
        picture = getattr(self, "cleaned_data", {}).get("picture")
        return signing.dumps(picture, salt=self.SALT) if picture else ""


MOST_PER_ORDER = 100


class SaleForm(forms.Form):
    """Something that is sold, as people think of it: a price in units, times in `zone`.

    `cleaned_data` has `price_minor`. Whether the currency may change, the service decides.
    """

    name_zh_hans = forms.CharField(label=_("Name in Chinese"), max_length=120, required=False)
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    description_zh_hans = forms.CharField(
        label=_("One line about it in Chinese"), max_length=240, required=False
    )
    description_en = forms.CharField(
        label=_("One line about it in English"), max_length=240, required=False
    )
    price = forms.DecimalField(
        label=_("Price"), min_value=0, max_digits=10, decimal_places=2, help_text=_("0 is free.")
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=CURRENCY_CHOICES)
    sales_start_at = ZonedDateTimeField(label=_("Sale starts"), required=False)
    sales_end_at = ZonedDateTimeField(label=_("Sale ends"), required=False)
    min_per_order = forms.IntegerField(
        label=_("Least per order"), min_value=1, max_value=MOST_PER_ORDER, initial=1
    )
    max_per_order = forms.IntegerField(
        label=_("Most per order"), min_value=1, max_value=MOST_PER_ORDER, initial=10
    )

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("sales_start_at", "sales_end_at"):
            self.fields[name].zone = zone

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not data.get("name_zh_hans") and not data.get("name_en"):
            self.add_error("name_zh_hans", _("Give it a name in at least one language."))
        start, end = data.get("sales_start_at"), data.get("sales_end_at")
        if start and end and end <= start:
            self.add_error("sales_end_at", _("The sale has to end after it starts."))
        least, most = data.get("min_per_order"), data.get("max_per_order")
        if least and most and most < least:
            self.add_error("max_per_order", _("This cannot be less than the least per order."))
        self._clean_price(data)
        return data

    def _clean_price(self, data: dict[str, Any]) -> None:
        """`price` in units becomes `price_minor`."""
        price, currency = data.pop("price", None), data.get("currency")
        if price is None or not currency:
            return
        try:
            data["price_minor"] = to_minor(price, currency)
        except ValueError:
            places = EXPONENTS[currency]
            message = _("%(currency)s has no decimals.") if not places else _("Too many decimals.")
            self.add_error("price", ValidationError(message, params={"currency": currency}))

    @staticmethod
    def values_of(row: Any) -> dict[str, Any]:
        """What the form starts with for a stored row."""
        plain = (
            "name_zh_hans", "name_en", "description_zh_hans", "description_en", "currency",
            "sales_start_at", "sales_end_at", "min_per_order", "max_per_order", "is_public",
        )  # fmt: skip
        values = {name: getattr(row, name) for name in plain}
        return values | {"price": to_decimal(row.price_minor, row.currency)}


def offer_choices(form: forms.BaseForm, name: str, choices: list[tuple[str, Any]]) -> None:
    """Give one form's field what it may choose from, which only the request knows."""
    cast(forms.ChoiceField, form.fields[name]).choices = choices


def add_refusal(form: forms.BaseForm, error: DomainError) -> None:
    """Say what a service refused at the field it is about, else above the form."""
    form.add_error(error.field if error.field in form.fields else None, str(error))
