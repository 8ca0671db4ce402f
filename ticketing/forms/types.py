from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import ZonedDateTimeField
from core.money import CURRENCY_CHOICES, EXPONENTS, to_decimal, to_minor
from events.models import Event
from ticketing.models import Quota, TicketType

MOST_PLACES = 1_000_000
MOST_PER_ORDER = 100
NAMES = ("name_zh_hans", "name_en")


class TicketTypeForm(forms.Form):
    """A ticket type as people think of it: a price in units, times in the event's zone.

    Whether the currency may change and the quotas suffice, the service decides.
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
    quotas = forms.ModelMultipleChoiceField(
        label=_("Takes its places from"),
        queryset=Quota.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "With none, its number is not limited. With several, a place is taken in each."
        ),
    )
    sales_start_at = ZonedDateTimeField(label=_("Sale starts"), required=False)
    sales_end_at = ZonedDateTimeField(label=_("Sale ends"), required=False)
    min_per_order = forms.IntegerField(
        label=_("Least per order"), min_value=1, max_value=MOST_PER_ORDER, initial=1
    )
    max_per_order = forms.IntegerField(
        label=_("Most per order"), min_value=1, max_value=MOST_PER_ORDER, initial=10
    )
    is_public = forms.BooleanField(
        label=_("Listed on the event's page"),
        required=False,
        initial=True,
        help_text=_("Otherwise only people who have its own link can order it."),
    )

    def __init__(
        self, *args: Any, event: Event, ticket_type: TicketType | None = None, **kwargs: Any
    ) -> None:
        kwargs.setdefault("initial", _values(ticket_type) if ticket_type else _defaults(event))
        super().__init__(*args, **kwargs)
        quotas = self.fields["quotas"]
        quotas.queryset = event.quotas.all()
        if not quotas.queryset:
            del self.fields["quotas"]
        for name in ("sales_start_at", "sales_end_at"):
            self.fields[name].zone = event.time_zone

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not any(data.get(name) for name in NAMES):
            self.add_error("name_zh_hans", _("Give it a name in at least one language."))
        start, end = data.get("sales_start_at"), data.get("sales_end_at")
        if start and end and end <= start:
            self.add_error("sales_end_at", _("The sale has to end after it starts."))
        least, most = data.get("min_per_order"), data.get("max_per_order")
        if least and most and most < least:
            self.add_error("max_per_order", _("This cannot be less than the least per order."))
        self._clean_price(data)
        data.setdefault("quotas", Quota.objects.none())
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


def _defaults(event: Event) -> dict[str, Any]:
    """What a new type starts with: the currency of its siblings, the only quota there is."""
    sibling = event.ticket_types.first()
    quotas = list(event.quotas.all()[:2])
    return {
        "currency": sibling.currency if sibling else event.chapter.currency,
        "price": Decimal(0),
        "quotas": quotas if len(quotas) == 1 else [],
    }


def _values(kind: TicketType) -> dict[str, Any]:
    plain = (
        *NAMES, "description_zh_hans", "description_en", "currency", "sales_start_at",
        "sales_end_at", "min_per_order", "max_per_order", "is_public",
    )  # fmt: skip
    values = {name: getattr(kind, name) for name in plain}
    price = to_decimal(kind.price_minor, kind.currency)
    return values | {"price": price, "quotas": list(kind.quotas.all())}


class QuotaForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("Such as a room. Buyers do not see it.")
    )
    size = forms.IntegerField(label=_("Places"), min_value=0, max_value=MOST_PLACES)


class QuickStartForm(forms.Form):
    """One free ticket type with so many places."""

    places = forms.IntegerField(
        label=_("How many people may come?"), min_value=1, max_value=MOST_PLACES
    )
