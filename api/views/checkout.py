from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import TokenScope
from api import errors
from api.idempotency import answer_once
from api.permissions import AnonymousOrHasScope
from api.queries import open_payment_url, placed_order
from api.serializers.checkout import OrderRequestSerializer, OrderSerializer
from api.throttles import AnonymousOrderThrottle, TokenThrottle
from api.views.base import Endpoint
from checkout.errors import OrderNotOpen, PriceChanged
from checkout.services import payments, settling
from checkout.services.orders import place_order
from events.models import Event
from orders.errors import GatewayError
from orders.models import Channel, Order, OrderStatus
from ticketing import errors as ticketing_errors
from ticketing.services.sales import Selection, Wish

KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 16, "maxLength": 80, "pattern": "^[!-~]{16,80}$"},
    OpenApiParameter.HEADER,
    required=True,
    description="Names your intent, such as a UUID. Sent again with the same body, it is answered "
    "the same and nothing happens twice.",
)


class OrderCreate(Endpoint):
    serializer_class = OrderRequestSerializer
    permission_classes = [AnonymousOrHasScope]
    throttle_classes = [AnonymousOrderThrottle, TokenThrottle]
    scope = TokenScope.ORDERS_WRITE
    refusals = (
        errors.IdempotencyKeyMissing,
        errors.IdempotencyMismatch,
        errors.IdempotencyAtWork,
        errors.InsufficientRole,
        ticketing_errors.SoldOut,
        ticketing_errors.NotOnSale,
        ticketing_errors.TypeNotOnSale,
        ticketing_errors.UnknownTicketType,
        ticketing_errors.OutsideLimits,
        ticketing_errors.MixedCurrencies,
        ticketing_errors.StockMoved,
        PriceChanged,
        GatewayError,
    )

    @extend_schema(
        summary="Place an order",
        description=(
            "Holds the places, all or nothing. A free order is paid at once; else `payment_url` is "
            "where the buyer pays, or `mark_paid` says that an organizer has the money. No token is "
            "needed; with one the order is yours."
        ),
        parameters=[KEY],
        tags=["orders"],
        responses={201: OrderSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        event = get_object_or_404(Event.objects.public(), slug=slug)
        wish = self.get_serializer(data=request.data)
        wish.is_valid(raise_exception=True)
        if "mark_paid" in wish.validated_data:
            self._check_may_mark_paid(event)
        return answer_once(request, partial(self._place, event, wish.validated_data))

    def _check_may_mark_paid(self, event: Event) -> None:
        if self.request.auth is None:
            raise NotAuthenticated
        if not Event.objects.run_by(self.request.user).filter(pk=event.pk).exists():
            raise errors.InsufficientRole

    def _place(self, event: Event, wish: dict[str, Any], client_key: UUID) -> Response:
        selections = [
            Selection(wanted["ticket_type"], wanted.get("holder_name") or wish["name"])
            for wanted in wish["tickets"]
        ]
        order = place_order(
            wishes=[Wish(event, selections, wish["show"])],
            email=wish["email"],
            name=wish["name"],
            language=wish.get("language") or get_language() or "",
            time_zone=wish["time_zone"],
            client_key=client_key,
            expected_total_minor=wish.get("expected_total_minor"),
            placed_by=self.request.user if self.request.auth else None,
            channel=Channel.API,
        )
        if "mark_paid" in wish and order.status not in {OrderStatus.PAID, OrderStatus.REFUNDED}:
            settling.mark_paid(order=order, by=self.request.user, **wish["mark_paid"])
            order.refresh_from_db()
        answer = placed_order(order, payment_url=_payment_url(order))
        return Response(OrderSerializer(answer).data, status=status.HTTP_201_CREATED)


def _payment_url(order: Order) -> str | None:
    """A payment page is opened for what is due; the places are held for as long as it lives.

    Raises GatewayError: they stay held, and the same key asks again.
    """
    if not order.is_open:
        return None
    try:
        return payments.start_payment(order=order).checkout_url
    except OrderNotOpen:  # paid or canceled meanwhile
        return None
    finally:
        order.refresh_from_db()


class OrderDetail(Endpoint):
    serializer_class = OrderSerializer

    @extend_schema(
        summary="Read an order",
        description="For whoever knows its id, as its page: the codes of its tickets, once paid.",
        tags=["orders"],
    )
    def get(self, request: Request, order_id: UUID) -> Response:
        order = get_object_or_404(Order, public_id=order_id)
        answer = placed_order(order, payment_url=open_payment_url(order))
        if not answer.tickets and not answer.seats:
            raise Http404
        return Response(self.get_serializer(answer).data)
