from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import TokenScope
from api.permissions import has_scope
from api.serializers.events import (
    EventDetailSerializer,
    EventQuerySerializer,
    EventSerializer,
    TalkSerializer,
    When,
)
from api.views.base import Endpoint
from events.models import Event, EventQuerySet
from events.queries import listed_events


def readable_events(request: Request) -> EventQuerySet:
    """Public ones, and with `events:read` the drafts of chapters that the token's person runs."""
    if has_scope(request, TokenScope.EVENTS_READ):
        return Event.objects.visible_to(request.user)
    return Event.objects.public()


class EventList(Endpoint):
    serializer_class = EventSerializer
    queryset = Event.objects.none()

    @extend_schema(
        summary="List events",
        description=(
            "Public events, and with `events:read` also drafts of chapters that you run. "
            "Canceled events stay listed, so that links hold."
        ),
        parameters=[EventQuerySerializer],
        tags=["events"],
        responses=EventSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        query = EventQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        page = self.paginate_queryset(self._found(query.validated_data))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def _found(self, asked: dict[str, Any]) -> EventQuerySet:
        found = listed_events(
            among=readable_events(self.request),
            past=asked["when"] == When.PAST,
            search=asked.get("search", ""),
            city=asked.get("city", ""),
            mode=asked.get("attendance_mode", ""),
            language=asked.get("language", ""),
        )
        return found.filter(chapter__slug=asked["chapter"]) if "chapter" in asked else found


class EventDetail(Endpoint):
    serializer_class = EventDetailSerializer
    queryset = Event.objects.none()

    @extend_schema(summary="Read an event", description="With its description.", tags=["events"])
    def get(self, request: Request, slug: str) -> Response:
        event = get_object_or_404(readable_events(request).with_places(), slug=slug)
        return Response(self.get_serializer(event).data)


class TalkList(Endpoint):
    serializer_class = TalkSerializer
    queryset = Event.objects.none()

    @extend_schema(
        summary="Read the agenda",
        description="The event's talks, in the order in which they begin.",
        tags=["events"],
        responses=TalkSerializer(many=True),
    )
    def get(self, request: Request, slug: str) -> Response:
        event = get_object_or_404(readable_events(request), slug=slug)
        page = self.paginate_queryset(self._talks(event))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def _talks(self, event: Event) -> QuerySet:
        talks = event.talks.select_related("room", "event").prefetch_related("speakers")
        return talks.order_by("start_at", "pk")
