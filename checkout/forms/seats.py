"""The shape of what somebody types who wants a seat in a course."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from checkout.forms.buying import HOLDER_LENGTH, BuyerForm
from core.time import zone_choices
from courses.queries.offers import SeatOffer
from courses.services.sales import SeatSelection

MOST = 20  # learners in one form; what may be bought, the seller says


class SeatForm(BuyerForm):
    """One offer, for the buyer or (`quantity`) for several learners, each with an own e-mail.

    Hidden: `client_key` names the buyer's intent, `expected_total` is the sum that the page
    showed, `show` unlocks a hidden offer, `time_zone` is the reader's own.
    """

    quantity = forms.TypedChoiceField(label=_("How many"), coerce=int)
    client_key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    expected_total = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    show = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, offer: SeatOffer, quantity: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer, self.learner_count = offer, quantity
        numbers = sorted({*offer.choices[:MOST], quantity})
        self.fields["quantity"].choices = [(number, number) for number in numbers]
        self.fields["quantity"].initial = quantity
        self.fields["email"].help_text = _("Your seat is found by it. Please look twice.")
        for number in range(quantity if quantity > 1 else 0):
            self._add_learner(number)

    def _add_learner(self, number: int) -> None:
        label = {"number": number + 1}
        self.fields[f"learner-{number}"] = forms.CharField(
            label=_("Name of learner %(number)s") % label,
            max_length=HOLDER_LENGTH,
            required=False,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )
        self.fields[f"address-{number}"] = forms.EmailField(
            label=_("E-mail of learner %(number)s") % label,
            max_length=254,
            required=False,
            widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        )

    def clean_time_zone(self) -> str:
        """A zone that nobody knows is no reason to stop a buyer."""
        zone = self.cleaned_data["time_zone"]
        return zone if zone in dict(zone_choices()) else ""

    def refuse(self, message: str | Promise) -> None:
        """Say why not, also on a form not yet sent."""
        if not self.is_bound and not self.errors:
            self.cleaned_data: dict[str, Any] = {}
        self.add_error(None, str(message))

    @property
    def learners(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        numbers = range(self.learner_count if self.learner_count > 1 else 0)
        return [(self[f"learner-{n}"], self[f"address-{n}"]) for n in numbers]

    @property
    def total_minor(self) -> int:
        return self.offer.offer.price_minor * self.learner_count

    @property
    def key(self) -> UUID:
        """The one that came, else a new one: the same page sent twice is one intent."""
        try:
            return self.fields["client_key"].clean(self["client_key"].value()) or uuid4()
        except forms.ValidationError:
            return uuid4()

    def selections(self) -> list[SeatSelection]:
        """After it is valid. A seat without a name or an address is the buyer's."""
        offer = self.offer.offer.public_id
        if self.learner_count == 1:
            return [SeatSelection(offer)]
        data = self.cleaned_data
        return [
            SeatSelection(offer, data[f"learner-{n}"], data[f"address-{n}"])
            for n in range(self.learner_count)
        ]
