from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from api.serializers.fields import Instant, Money, RowSerializer, Texts
from ticketing.forms.door import GATE
from ticketing.models import CheckIn, Ticket, TicketStatus
from ticketing.queries.offers import Offer, OfferState


class SaleState(models.TextChoices):
    """Why a ticket type can be bought, or cannot."""

    ON_SALE = OfferState.ON_SALE.value, OfferState.ON_SALE.label
    SOON = OfferState.SOON.value, OfferState.SOON.label
    ENDED = OfferState.ENDED.value, OfferState.ENDED.label
    SOLD_OUT = OfferState.SOLD_OUT.value, OfferState.SOLD_OUT.label
    EVENT_CLOSED = "event_closed", _("The event is over, canceled or not published")


class OfferSerializer(serializers.Serializer):
    """A ticket type, with what is left of it right now. The context says whether `is_open`."""

    id = serializers.CharField(source="ticket_type.public_id")
    name = Texts(row="ticket_type")
    description = Texts(row="ticket_type")
    price = Money("price_minor", row="ticket_type")
    on_sale = serializers.SerializerMethodField()
    state = serializers.SerializerMethodField()
    places_left = serializers.IntegerField(
        source="left", min_value=0, allow_null=True, help_text="Null: not limited."
    )
    min_per_order = serializers.IntegerField(source="ticket_type.min_per_order", min_value=1)
    max_per_order = serializers.IntegerField(source="ticket_type.max_per_order", min_value=1)
    sales_start_at = Instant(source="ticket_type.sales_start_at", allow_null=True)
    sales_end_at = Instant(source="ticket_type.sales_end_at", allow_null=True)

    def get_on_sale(self, offer: Offer) -> bool:
        return self.get_state(offer) == SaleState.ON_SALE

    def get_state(self, offer: Offer) -> SaleState:
        if offer.is_on_sale and not self.context["is_open"]:
            return SaleState.EVENT_CLOSED
        return SaleState(offer.state.value)


class OffersSerializer(serializers.Serializer):
    results = OfferSerializer(many=True)


class OffersQuerySerializer(serializers.Serializer):
    show = serializers.CharField(
        required=False,
        default="",
        max_length=16,
        help_text="The id of a hidden ticket type whose link you were given.",
    )


class CheckInRequestSerializer(serializers.Serializer):
    code = serializers.CharField(
        max_length=400,
        help_text="The text of the QR code, the ticket's label, or the order's reference.",
    )
    gate = serializers.CharField(
        max_length=GATE.max_length,
        required=False,
        allow_blank=True,
        default="",
        help_text="Where the scanner stands; others read it when a ticket comes twice.",
    )
    nonce = serializers.UUIDField(
        help_text="Your own name for this scan: sent again, it is the same scan."
    )


class AdmittedTicketSerializer(RowSerializer):
    ticket_type = Texts("name", row="ticket_type")

    class Meta:
        model = Ticket
        fields = ["label", "holder_name", "ticket_type"]


class CheckInSerializer(RowSerializer):
    nonce = serializers.UUIDField()
    gate = serializers.CharField(source="gate_name")
    ticket = AdmittedTicketSerializer()

    class Meta:
        model = CheckIn
        fields = ["nonce", "at", "gate", "ticket"]


class BuyerSerializer(serializers.Serializer):
    """The order that a ticket came from; never its secret link."""

    reference = serializers.CharField()
    name = serializers.CharField()
    email = serializers.EmailField()


class AttendeeSerializer(RowSerializer):
    """A ticket as those see it who run the event: whose it is, never its code."""

    id = serializers.CharField(source="public_id")
    ticket_type = Texts("name", row="ticket_type")
    status = serializers.ChoiceField(TicketStatus.choices)
    checked_in_at = Instant(allow_null=True)
    order = BuyerSerializer(source="order_line.order")

    class Meta:
        model = Ticket
        fields = [
            "id",
            "label",
            "holder_name",
            "ticket_type",
            "status",
            "created_at",
            "checked_in_at",
            "order",
        ]


class AttendeeQuerySerializer(serializers.Serializer):
    search = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=200,
        help_text="Words in names, labels and addresses.",
    )
    status = serializers.ChoiceField(
        TicketStatus.choices, required=False, help_text="Without it, all that take a place."
    )
