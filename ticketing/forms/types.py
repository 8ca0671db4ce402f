from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import SaleForm
from events.models import Event
from ticketing.models import Quota, TicketType

MOST_PLACES = 1_000_000


class TicketTypeForm(SaleForm):
    """A ticket type: what it takes its places from beside what every sale has.

    Whether the quotas suffice, the service decides.
    """

    quotas = forms.ModelMultipleChoiceField(
        label=_("Takes its places from"),
        queryset=Quota.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "With none, its number is not limited. With several, a place is taken in each."
        ),
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
        super().__init__(*args, zone=event.time_zone, **kwargs)
        quotas = self.fields["quotas"]
        quotas.queryset = event.quotas.all()
        if not quotas.queryset:
            del self.fields["quotas"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data.setdefault("quotas", Quota.objects.none())
        return data


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
    return SaleForm.values_of(kind) | {"quotas": list(kind.quotas.all())}


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
