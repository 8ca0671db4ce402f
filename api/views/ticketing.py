from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import TokenScope
from api.errors import ScanUndone
from api.permissions import HasScope
from api.serializers.ticketing import (
    AttendeeQuerySerializer,
    AttendeeSerializer,
    CheckInRequestSerializer,
    CheckInSerializer,
    OffersQuerySerializer,
    OffersSerializer,
)
from api.views.base import Endpoint
from api.views.events import readable_events
from events.models import Event
from ticketing import errors
from ticketing.models import CheckIn, Ticket
from ticketing.queries.attendees import attendees
from ticketing.queries.offers import offers
from ticketing.services import door


class TicketTypeList(Endpoint):
    serializer_class = OffersSerializer

    @extend_schema(
        summary="List ticket types",
        description="What the event offers: price, places left, on sale or why not.",
        parameters=[OffersQuerySerializer],
        tags=["tickets"],
    )
    def get(self, request: Request, slug: str) -> Response:
        query = OffersQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        event = get_object_or_404(readable_events(request), slug=slug)
        found = offers(event, at=timezone.now(), unlocked=query.validated_data["show"])
        context = {"is_open": event.is_published and not event.is_over()}
        return Response(OffersSerializer({"results": found}, context=context).data)


class CheckInCreate(Endpoint):
    serializer_class = CheckInRequestSerializer
    permission_classes = [HasScope]
    scope = TokenScope.CHECK_IN
    refusals = (
        errors.AlreadyCheckedIn,
        errors.UnknownTicket,
        errors.OtherEvent,
        errors.TicketUnpaid,
        errors.TicketCanceled,
        errors.TicketReplaced,
        errors.TicketAmbiguous,
        errors.EventNotOpen,
        errors.ScanAgain,
        ScanUndone,
    )

    @extend_schema(
        summary="Check a ticket in",
        description=(
            "Admits a ticket once. A refusal says in `params` whose ticket it is, since when and at "
            "which gate it is in already, or which tickets the order's reference may mean."
        ),
        tags=["door"],
        responses={201: CheckInSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        event = get_object_or_404(Event.objects.door_of(request.user), slug=slug)
        scan = self.get_serializer(data=request.data)
        scan.is_valid(raise_exception=True)
        data = scan.validated_data | {"nonce": str(scan.validated_data["nonce"])}
        made = door.check_in(event=event, by=request.user, **data)
        if made.undone_at:
            raise ScanUndone
        return Response(CheckInSerializer(made).data, status=status.HTTP_201_CREATED)


class CheckInUndo(Endpoint):
    permission_classes = [HasScope]
    scope = TokenScope.CHECK_IN

    @extend_schema(
        summary="Undo a check-in",
        description="Takes an admission back, so that the ticket admits again. Safe to repeat.",
        tags=["door"],
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, slug: str, nonce: UUID) -> Response:
        event = get_object_or_404(Event.objects.door_of(request.user), slug=slug)
        made = get_object_or_404(CheckIn, event=event, nonce=str(nonce))
        door.undo_check_in(check_in=made, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class AttendeeList(Endpoint):
    serializer_class = AttendeeSerializer
    queryset = Ticket.objects.none()
    permission_classes = [HasScope]
    scope = TokenScope.ATTENDEES_READ

    @extend_schema(
        summary="List attendees",
        description="Tickets of an event that you run, oldest first. Never their codes.",
        parameters=[AttendeeQuerySerializer],
        tags=["door"],
        responses=AttendeeSerializer(many=True),
    )
    def get(self, request: Request, slug: str) -> Response:
        event = get_object_or_404(Event.objects.run_by(request.user), slug=slug)
        query = AttendeeQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        page = self.paginate_queryset(self._found(event, **query.validated_data))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def _found(self, event: Event, *, search: str, status: str = "") -> QuerySet[Ticket]:
        return attendees(event, q=search, status=status).order_by("pk")
