from django.conf import settings
from rest_framework import serializers

from api.serializers.fields import Instant, Money, Texts
from checkout.forms.buying import HOLDER_LENGTH, MOST
from core.time import validate_zone
from courses.models import EnrollmentStatus
from orders.models import OrderStatus, Provider
from ticketing.models import TicketStatus

BY_HAND = [(kind.value, kind.label) for kind in (Provider.BANK, Provider.CASH)]
MOST_MINOR = 10**12


class WantedTicketSerializer(serializers.Serializer):
    ticket_type = serializers.CharField(max_length=16, help_text="The id of a ticket type.")
    holder_name = serializers.CharField(
        max_length=HOLDER_LENGTH, required=False, help_text="Who will come; else the buyer's name."
    )


class MarkPaidSerializer(serializers.Serializer):
    """For people who run the event and have the money in hand."""

    provider = serializers.ChoiceField(BY_HAND)
    note = serializers.CharField(max_length=240, required=False, allow_blank=True, default="")


class OrderRequestSerializer(serializers.Serializer):
    tickets = WantedTicketSerializer(many=True, allow_empty=False, max_length=MOST)
    email = serializers.EmailField(max_length=254, help_text="The tickets are mailed there.")
    name = serializers.CharField(max_length=HOLDER_LENGTH)
    language = serializers.ChoiceField(
        settings.LANGUAGES,
        required=False,
        help_text="Of mails and tickets; else what Accept-Language asks for.",
    )
    time_zone = serializers.CharField(
        max_length=64,
        required=False,
        default="",
        validators=[validate_zone],
        help_text="The buyer's IANA zone, for the mails; else the event's.",
    )
    expected_total_minor = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=MOST_MINOR,
        help_text="The sum that the buyer saw: another price is then refused.",
    )
    show = serializers.CharField(
        max_length=16,
        required=False,
        default="",
        help_text="The id of a hidden ticket type among those wanted.",
    )
    mark_paid = MarkPaidSerializer(
        required=False,
        help_text="The money is in hand. Needs a token of somebody who runs the event.",
    )


class IssuedTicketSerializer(serializers.Serializer):
    id = serializers.CharField(source="ticket.public_id")
    label = serializers.CharField(source="ticket.label", help_text="What people read out.")
    ticket_type = serializers.CharField(source="ticket.ticket_type.public_id")
    name = Texts(row="ticket.ticket_type", help_text="The name of the ticket type.")
    holder_name = serializers.CharField(source="ticket.holder_name")
    status = serializers.ChoiceField(TicketStatus.choices, source="ticket.status")
    qr = serializers.CharField(
        allow_null=True,
        help_text="The text of its QR code once it is paid. It opens the door: keep it secret.",
    )


class SeatSerializer(serializers.Serializer):
    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    email = serializers.EmailField(help_text="The seat is whose who proves this address.")
    status = serializers.ChoiceField(EnrollmentStatus.choices)


class OrderSerializer(serializers.Serializer):
    id = serializers.UUIDField(
        source="order.public_id", help_text="The secret of the order: whoever knows it, holds it."
    )
    reference = serializers.CharField(source="order.reference", help_text="For people; no secret.")
    status = serializers.ChoiceField(OrderStatus.choices, source="order.status")
    url = serializers.URLField(help_text="The order's page, a secret link.")
    payment_url = serializers.URLField(
        allow_null=True, help_text="Where to pay; null when nothing is due."
    )
    join_url = serializers.URLField(
        allow_null=True, help_text="Where to join an online event, once it is paid."
    )
    total = Money("total_minor", row="order")
    event = serializers.SlugField(
        source="event.slug", allow_null=True, default=None, help_text="Null where it is a course."
    )
    course = serializers.SlugField(
        source="course.slug", allow_null=True, default=None, help_text="Null where it is an event."
    )
    email = serializers.EmailField(source="order.email")
    name = serializers.CharField(source="order.name")
    language = serializers.ChoiceField(settings.LANGUAGES, source="order.language")
    created_at = Instant(source="order.created_at")
    hold_until = Instant(
        source="order.hold_until", help_text="Until then an unpaid order keeps its places."
    )
    paid_at = Instant(source="order.paid_at", allow_null=True)
    tickets = IssuedTicketSerializer(many=True)
    seats = SeatSerializer(many=True, help_text="Of a course.")
