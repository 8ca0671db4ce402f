"""The door's API for paired phones: a fixed list of addresses, one event each."""

import gzip
import hashlib
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import NotFound
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import DeviceAuthentication
from api.permissions import IsDevice
from api.serializers import door as shapes
from api.throttles import DeviceThrottle, PairingThrottle
from api.views.base import Endpoint
from checkout.errors import CashNotNoted
from checkout.services.walk_ins import sell_at_door
from ticketing import errors
from ticketing.models import CheckIn, CheckInKind, Device, Ticket, TicketType
from ticketing.queries import door as queries, sync
from ticketing.queries.board import door_counts
from ticketing.services import devices, door, doors, offline

TAG = ["devices"]


class DeviceEndpoint(Endpoint):
    """For a paired phone; `self.device` is it."""

    authentication_classes = [DeviceAuthentication]
    permission_classes = [IsDevice]
    throttle_classes = [DeviceThrottle]

    @property
    def device(self) -> Device:
        return self.request.auth

    def given(self, request: Request) -> dict[str, Any]:
        shape = self.get_serializer(data=request.data)
        shape.is_valid(raise_exception=True)
        return shape.validated_data


def now_ms() -> int:
    return doors.milliseconds(timezone.now()) or 0


class DevicePair(Endpoint):
    serializer_class = shapes.PairRequestSerializer
    authentication_classes: list[type[BaseAuthentication]] = []
    throttle_classes = [PairingThrottle]
    refusals = (errors.PairingOver,)

    @extend_schema(
        summary="Pair a phone",
        description="Turns the token that an organizer shows into a secret of the phone's own. "
        "A token is good once, for a quarter of an hour.",
        tags=TAG,
        responses={201: shapes.PairedSerializer},
    )
    def post(self, request: Request) -> Response:
        wish = self.get_serializer(data=request.data)
        wish.is_valid(raise_exception=True)
        device, secret = devices.pair(**wish.validated_data)
        answer = {
            "secret": secret,
            "device": {"id": device.public_id, "name": device.name},
            "event": {"slug": device.event.slug, "title": device.event.title},
            "server_ms": now_ms(),
        }
        return Response(answer, status=status.HTTP_201_CREATED)


class DeviceStatus(DeviceEndpoint):
    serializer_class = shapes.StatusRequestSerializer

    @extend_schema(
        summary="Say that a phone is there",
        description="Notes how many scans wait, the clock's error and the page's version, and "
        "answers with our time, the door's settings and how many are in.",
        tags=TAG,
        responses={200: shapes.StatusSerializer},
    )
    def post(self, request: Request) -> Response:
        devices.note_contact(device=self.device, **self.given(request))
        event = self.device.event
        counts = door_counts(event)
        known = sync.door_of(self.device, doors.settings_of(event))
        answer = {
            "server_ms": now_ms(),
            "door": known,
            "counts": {"admitted": counts.admitted, "valid": counts.valid},
        }
        return Response(answer)


class DeviceSync(DeviceEndpoint):
    serializer_class = shapes.SyncSerializer

    @extend_schema(
        summary="Load what a phone has to know",
        description="The tickets that changed since the cursor, page by page, without a code or a "
        "readable name; with the lists, gates and public keys. Answers 304 to the ETag of an "
        "answer that would be the same.",
        tags=TAG,
        parameters=[shapes.SyncQuerySerializer],
        responses={200: shapes.SyncSerializer, 304: OpenApiResponse(description="No news.")},
    )
    def get(self, request: Request) -> HttpResponseBase:
        query = shapes.SyncQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        chosen = doors.settings_of(self.device.event)
        page = sync.page(self.device.event, has_names=chosen.keeps_names, **query.validated_data)
        answer = {
            "reset": page.is_reset,
            "cursor": page.cursor,
            "more": page.has_more,
            "door": sync.door_of(self.device, chosen),
            "tickets": page.rows,
            "names": page.names,
        }
        return _tagged(request, JSONRenderer().render(answer))


def _tagged(request: Request, body: bytes) -> HttpResponseBase:
    """With the ETag of what it says, and gzipped for whoever reads that. Nobody but the phone
    itself chooses what is asked, so compressing gives no secret away."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    answer: HttpResponse
    if tag in request.headers.get("If-None-Match", ""):
        answer = HttpResponseNotModified()
    else:
        answer = HttpResponse(body, content_type="application/json")
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            answer.content = gzip.compress(body, compresslevel=4, mtime=0)
            answer.headers["Content-Encoding"] = "gzip"
    answer.headers["ETag"] = tag
    answer.headers["Vary"] = "Accept-Encoding"
    return answer


class DeviceScan(DeviceEndpoint):
    serializer_class = shapes.ScanRequestSerializer

    @extend_schema(
        summary="Scan with a network",
        description="Our verdict about a ticket, and the admission if it is one. A refusal is an "
        "answer as well.",
        tags=TAG,
        responses={200: shapes.AnswerSerializer},
    )
    def post(self, request: Request) -> Response:
        return Response(scan(self.device, self.given(request)))


def scan(device: Device, given: dict[str, Any]) -> dict[str, Any]:
    """Check in whatever `given` says, and put the verdict into words."""
    try:
        made = door.check_in(
            event=device.event,
            code=given["code"],
            nonce=str(given["nonce"]),
            device=device,
            device_at=shapes.instant(given["device_ms"]),
            clock_offset_ms=given["clock_offset_ms"],
        )
    except errors.TicketRefused as error:
        return refusal(given["nonce"], error)
    return admission(made)


def admission(made: CheckIn) -> dict[str, Any]:
    is_reentry = made.kind == CheckInKind.REENTRY
    return {
        "nonce": made.nonce,
        "kind": "undone" if made.undone_at else "in",
        "reason": "",
        "text": "",
        "ticket": _ticket(made.ticket),
        "list": made.list.public_id,
        "is_reentry": is_reentry,
        "at_ms": doors.milliseconds(made.at),
        "since": "",
        "since_ms": doors.milliseconds(made.ticket.checked_in_at) if is_reentry else None,
        "gate": made.gate_name,
        "choices": [],
    }


def refusal(nonce: UUID, error: errors.TicketRefused) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "nonce": nonce,
        "kind": "refused",
        "reason": error.code,
        "text": str(error),
        "ticket": _ticket(error.ticket),
        "list": None,
        "is_reentry": False,
        "at_ms": now_ms(),
        "since": "",
        "since_ms": None,
        "gate": "",
        "choices": [],
    }
    if isinstance(error, errors.AlreadyCheckedIn):
        since_ms = doors.milliseconds(error.at)
        answer |= {"kind": "again", "since": error.since, "since_ms": since_ms}
        answer["gate"] = error.gate
    if isinstance(error, errors.TicketAmbiguous):
        answer |= {"kind": "choose", "choices": [_shown(ticket) for ticket in error.tickets]}
    return answer


def _shown(ticket: Ticket) -> dict[str, str]:
    return {
        "label": ticket.label,
        "holder_name": ticket.holder_name,
        "ticket_type": ticket.ticket_type.name,
    }


def _ticket(ticket: Ticket | None) -> dict[str, str] | None:
    return _shown(ticket) | {"hash": ticket.code_hash} if ticket else None


class DeviceUpload(DeviceEndpoint):
    serializer_class = shapes.UploadSerializer

    @extend_schema(
        summary="Hand in queued scans",
        description="What the phone decided itself, oldest first. Whoever walked in is recorded, "
        "at worst as a conflict; each result is final. Safe to repeat: a nonce counts once.",
        tags=TAG,
        responses={200: shapes.ResultsSerializer},
    )
    def post(self, request: Request) -> Response:
        given = self.given(request)
        shape = shapes.QueuedScanSerializer()
        queued = [shape.queued(each) for each in given.pop("scans")]
        results = offline.record_scans(device=self.device, scans=queued)
        devices.note_contact(device=self.device, **given)
        told = [
            {"nonce": each.nonce, "result": each.outcome, "reason": each.remark} for each in results
        ]
        return Response({"results": told, "server_ms": now_ms()})


class DeviceUndo(DeviceEndpoint):
    serializer_class = shapes.UndoRequestSerializer
    refusals = (NotFound,)

    @extend_schema(
        summary="Undo a phone's own admission",
        description="Takes it back, so that the ticket admits again. Safe to repeat; 404 for an "
        "admission that this phone did not make.",
        tags=TAG,
        responses={200: shapes.AnswerSerializer},
    )
    def post(self, request: Request) -> Response:
        made = get_object_or_404(
            CheckIn.objects.select_related("ticket__ticket_type", "list"),
            event=self.device.event,
            device=self.device,
            nonce=str(self.given(request)["nonce"]),
        )
        undone = door.undo_check_in(check_in=made)
        return Response(admission(undone))


class DeviceSearch(DeviceEndpoint):
    serializer_class = shapes.SearchSerializer

    @extend_schema(
        summary="Find a ticket by name",
        description="For whoever's phone is dead: at least two letters of a name or label, or one "
        "Chinese character; or the buyer's address in full.",
        tags=TAG,
        parameters=[shapes.SearchQuerySerializer],
        responses={200: shapes.SearchSerializer},
    )
    def get(self, request: Request) -> Response:
        query = shapes.SearchQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        text = query.validated_data["q"].strip()
        found: list[Ticket] = []
        if queries.is_enough_to_search(text):
            found = queries.search(self.device.event, text)
        results = [
            _shown(ticket)
            | {
                "status": sync.STATUSES[ticket.status],
                "since_ms": doors.milliseconds(ticket.checked_in_at),
            }
            for ticket in found[: queries.RESULTS]
        ]
        return Response({"results": results, "more": len(found) > queries.RESULTS})


class DeviceWalkIn(DeviceEndpoint):
    serializer_class = shapes.WalkInRequestSerializer
    refusals = (
        errors.WalkInsOff,
        CashNotNoted,
        errors.SoldOut,
        errors.NotOnSale,
        errors.TypeNotOnSale,
        errors.OutsideLimits,
        errors.UnknownTicketType,
        errors.StockMoved,
    )

    @extend_schema(
        summary="Let somebody in without a ticket",
        description="Gives or sells one ticket of the type, notes the cash, and admits its holder. "
        "Only where the organizer allows it. Safe to repeat with the same nonce.",
        tags=TAG,
        responses={201: shapes.AnswerSerializer},
    )
    def post(self, request: Request) -> Response:
        given = self.given(request)
        kinds = TicketType.objects.filter(event=self.device.event, pk=given.pop("ticket_type"))
        kind = kinds.first()
        if kind is None:
            raise errors.UnknownTicketType
        ticket = sell_at_door(
            device=self.device,
            ticket_type=kind,
            holder_name=given["holder_name"],
            email=given["email"],
            nonce=given["nonce"],
            has_cash=given["paid"] == "cash",
        )
        answer = scan(self.device, given | {"code": ticket.label})
        return Response(answer, status=status.HTTP_201_CREATED)


class DeviceWiped(DeviceEndpoint):
    lets_revoked = True

    @extend_schema(
        summary="Say that a phone was wiped",
        description="The last call of a revoked phone, and the only one that it may make.",
        tags=TAG,
        request=None,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        devices.note_wiped(device=self.device)
        return Response(status=status.HTTP_204_NO_CONTENT)
