"""The shape of what a buyer types. Stock and prices are none of a form's business."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.time import zone_choices
from orders.models import Order
from ticketing.models import FreePass, Ticket
from ticketing.queries.offers import Offer
from ticketing.services.sales import Selection

PREFIX = "quantity-"
MOST = 100  # of one type in one form; what may be bought, the seller says
HOLDER_LENGTH = 120


def read_quantities(data: Mapping[str, str]) -> dict[str, int]:
    """`quantity-<public_id>=n` → {public_id: n}; what is no number counts as none."""
    return {
        name.removeprefix(PREFIX)[:16]: _count(value)
        for name, value in data.items()
        if name.startswith(PREFIX)
    }


def _count(text: str) -> int:
    return min(int(text), MOST) if text.isascii() and text.isdigit() and len(text) < 9 else 0


@dataclass(frozen=True)
class Line:
    """One ticket type in the form: how many, and a name for each; one of them for the pass."""

    offer: Offer
    quantity: int
    count: forms.BoundField
    holders: list[forms.BoundField]
    free_pass: FreePass | None = None

    @property
    def paid_quantity(self) -> int:
        return self.quantity - bool(self.free_pass)

    @property
    def total_minor(self) -> int:
        return self.offer.ticket_type.price_minor * self.paid_quantity


class BuyerForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"),
        max_length=HOLDER_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("Your tickets go there. Please look twice."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )


class CheckoutForm(BuyerForm):
    """`offers` are the types that are asked for, `quantities` how many of each.

    Hidden: `client_key` names the buyer's intent, `expected_total` is the sum that the page
    showed, `show` unlocks a hidden type, `time_zone` is the reader's own, `free_pass` the
    public_id of a pass. `passes` are those of the reader that fit, `chosen` the one they use.
    """

    client_key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    expected_total = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    show = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput)
    free_pass = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        offers: Iterable[Offer],
        quantities: Mapping[str, int],
        passes: Iterable[FreePass] = (),
        chosen: FreePass | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offers, self.quantities = list(offers), quantities
        self.passes, self.chosen = list(passes), chosen
        for offer in self.offers:
            self._add_line(offer, quantities.get(offer.ticket_type.public_id, 0))

    def _add_line(self, offer: Offer, quantity: int) -> None:
        kind = offer.ticket_type
        numbers = sorted({*offer.choices, quantity})
        self.fields[f"{PREFIX}{kind.public_id}"] = forms.TypedChoiceField(
            label=_("How many: %(name)s") % {"name": kind.name},
            choices=[(number, number) for number in numbers],
            coerce=int,
            initial=quantity,
        )
        for number in range(quantity):
            self.fields[f"holder-{kind.public_id}-{number}"] = forms.CharField(
                label=_("Name on ticket %(number)s") % {"number": number + 1}
                if quantity > 1
                else _("Name on the ticket"),
                max_length=HOLDER_LENGTH,
                required=False,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )

    def clean_time_zone(self) -> str:
        """A zone that nobody knows is no reason to stop a buyer."""
        zone = self.cleaned_data["time_zone"]
        return zone if zone in dict(zone_choices()) else ""

    def refuse(self, message: str | Promise, *, ticket_type: str = "") -> None:
        """Say why not, at the type's own field where it is known; also on a form not yet sent."""
        if not self.is_bound and not self.errors:
            self.cleaned_data: dict[str, Any] = {}
        field = f"{PREFIX}{ticket_type}"
        self.add_error(field if field in self.fields else None, str(message))

    @property
    def lines(self) -> list[Line]:
        dearest = self._dearest()
        return [
            self._line(offer, self.chosen if offer is dearest else None) for offer in self.offers
        ]

    def _dearest(self) -> Offer | None:
        """What a pass would pay for: the seller decides just so. None: all of it is free."""
        wanted = [o for o in self.offers if self.quantities.get(o.ticket_type.public_id)]
        dearest = max(wanted, key=lambda offer: offer.ticket_type.price_minor, default=None)
        return dearest if dearest and dearest.ticket_type.price_minor else None

    @property
    def offered_pass(self) -> FreePass | None:
        """The pass to offer in one click; none where all is free, or one is chosen."""
        is_of_use = self.chosen is None and self._dearest() is not None
        return next(iter(self.passes), None) if is_of_use else None

    def _line(self, offer: Offer, free_pass: FreePass | None) -> Line:
        public_id = offer.ticket_type.public_id
        quantity = self.quantities.get(public_id, 0)
        holders = [self[f"holder-{public_id}-{number}"] for number in range(quantity)]
        return Line(offer, quantity, self[f"{PREFIX}{public_id}"], holders, free_pass)

    @property
    def total_minor(self) -> int:
        return sum(line.total_minor for line in self.lines)

    @property
    def key(self) -> UUID:
        """The one that came, else a new one: the same page sent twice is one intent."""
        field = self.fields["client_key"]
        try:
            return field.clean(self["client_key"].value()) or uuid4()
        except forms.ValidationError:
            return uuid4()

    def selections(self) -> list[Selection]:
        """After it is valid. A ticket without a name gets the buyer's."""
        buyer = self.cleaned_data["name"]
        return [
            Selection(line.offer.ticket_type.public_id, self.cleaned_data.get(field.name) or buyer)
            for line in self.lines
            for field in line.holders
        ]


class CorrectionForm(BuyerForm):
    """Buyer and holders of an order. One field for each ticket that is still good."""

    def __init__(self, *args: Any, order: Order, tickets: Iterable[Ticket], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"name": order.name, "email": order.email, **self.initial}
        self.tickets = list(tickets)
        for ticket in self.tickets:
            self.fields[f"holder-{ticket.public_id}"] = forms.CharField(
                label=_("Name on ticket %(label)s") % {"label": ticket.label},
                max_length=HOLDER_LENGTH,
                initial=ticket.holder_name,
            )

    def holders(self) -> dict[str, str]:
        """public_id → the name that was typed."""
        return {t.public_id: self.cleaned_data[f"holder-{t.public_id}"] for t in self.tickets}
