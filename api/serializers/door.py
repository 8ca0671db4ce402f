"""What a paired phone says and hears. Instants are milliseconds since the epoch here: a phone
counts with them."""

from datetime import UTC, datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from checkout.forms.buying import HOLDER_LENGTH
from ticketing.models import Ticket
from ticketing.services.offline import Outcome, QueuedScan

LATEST_MS = 4_102_444_800_000  # the year 2100
WIDEST_MS = 366 * 24 * 3_600_000  # how far a clock may be off
MOST_SCANS = 200
MOST_WAITING = 1_000_000
KINDS = ["in", "again", "refused", "choose", "undone"]


class Moment(serializers.IntegerField):
    """Milliseconds since the epoch."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=LATEST_MS, **kwargs)


def instant(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def offset() -> serializers.IntegerField:
    return serializers.IntegerField(
        min_value=-WIDEST_MS,
        max_value=WIDEST_MS,
        required=False,
        default=0,
        help_text="The phone's clock minus ours.",
    )


class PairRequestSerializer(serializers.Serializer):
    token = serializers.CharField(max_length=64, help_text="What the organizer's QR code shows.")
    page_version = serializers.CharField(
        max_length=24, required=False, allow_blank=True, default=""
    )


class DoorNamedSerializer(serializers.Serializer):
    id = serializers.CharField()
    name = serializers.CharField()


class PairedEventSerializer(serializers.Serializer):
    slug = serializers.CharField()
    title = serializers.CharField()


class PairedSerializer(serializers.Serializer):
    secret = serializers.CharField(help_text="Shown this once.")
    device = DoorNamedSerializer()
    event = PairedEventSerializer()
    server_ms = serializers.IntegerField()


class StatusRequestSerializer(serializers.Serializer):
    waiting = serializers.IntegerField(
        min_value=0, max_value=MOST_WAITING, required=False, help_text="Scans not yet handed in."
    )
    clock_offset_ms = serializers.IntegerField(
        min_value=-WIDEST_MS, max_value=WIDEST_MS, required=False
    )
    page_version = serializers.CharField(max_length=24, required=False, allow_blank=True)


class DoorEventSerializer(PairedEventSerializer):
    status = serializers.CharField()
    start_ms = serializers.IntegerField()
    end_ms = serializers.IntegerField()
    time_zone = serializers.CharField()


class DoorKeySerializer(serializers.Serializer):
    id = serializers.CharField()
    public = serializers.CharField(help_text="Ed25519, in base64url.")
    retired = serializers.BooleanField()


class DoorTypeSerializer(serializers.Serializer):
    id = serializers.IntegerField(help_text="As in the token.")
    name = serializers.CharField()
    price_minor = serializers.IntegerField()
    currency = serializers.CharField()
    walk_in = serializers.BooleanField(help_text="May be sold at the door.")


class DoorListSerializer(DoorNamedSerializer):
    types = serializers.ListField(
        child=serializers.IntegerField(), help_text="Empty: every type is admitted."
    )
    from_ms = serializers.IntegerField(allow_null=True)
    until_ms = serializers.IntegerField(allow_null=True)
    reentry = serializers.BooleanField()


class DoorGateSerializer(DoorNamedSerializer):
    list = serializers.CharField(allow_null=True, help_text="Null: whichever list is open.")


class DoorDeviceSerializer(DoorNamedSerializer):
    gate = serializers.CharField(allow_null=True)


class DoorSettingsSerializer(serializers.Serializer):
    names = serializers.BooleanField(help_text="The phone may keep names.")
    walk_ins = serializers.BooleanField()


class DoorSerializer(serializers.Serializer):
    """What a phone knows beside the tickets."""

    event = DoorEventSerializer()
    keys = DoorKeySerializer(many=True)
    types = DoorTypeSerializer(many=True)
    lists = DoorListSerializer(many=True)
    gates = DoorGateSerializer(many=True)
    device = DoorDeviceSerializer()
    settings = DoorSettingsSerializer()
    page_version = serializers.CharField()


class CountsSerializer(serializers.Serializer):
    admitted = serializers.IntegerField()
    valid = serializers.IntegerField()


class StatusSerializer(serializers.Serializer):
    server_ms = serializers.IntegerField()
    door = DoorSerializer()
    counts = CountsSerializer()


class SyncQuerySerializer(serializers.Serializer):
    cursor = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=80,
        help_text="Of the answer before; empty at first.",
    )
    limit = serializers.IntegerField(
        required=False, default=2000, min_value=1, max_value=5000, help_text="Tickets a page."
    )


ROW = {
    "type": "array",
    "items": {},
    "minItems": 5,
    "maxItems": 7,
    "example": ["65f2f47bca3982b346845786", "K7M3PQ4X-1", 7, 1, "F_khlZq1zEeHKTSO…"],
}


@extend_schema_field(ROW)
class TicketRow(serializers.Field):
    """`[hash, label, type, status, name, admissions?, retired?]`."""


class SyncSerializer(serializers.Serializer):
    reset = serializers.BooleanField(help_text="Replace what you hold.")
    cursor = serializers.CharField()
    more = serializers.BooleanField()
    door = DoorSerializer()
    tickets = serializers.ListField(
        child=TicketRow(),
        help_text="Each [hash, label, type, status, name, admissions, retired]; ends may be left "
        "out. `hash` is half of a SHA-256, `name` encrypted with a key from the ticket's code.",
    )
    names = serializers.ListField(
        child=serializers.CharField(), allow_null=True, help_text="Only where the event allows it."
    )


class ScanRequestSerializer(serializers.Serializer):
    code = serializers.CharField(
        max_length=400,
        help_text="The text of the QR code, the ticket's label, or the order's reference.",
    )
    nonce = serializers.UUIDField(help_text="Sent again, it is the same scan.")
    device_ms = Moment()
    clock_offset_ms = offset()


class ShownTicketSerializer(serializers.Serializer):
    label = serializers.CharField()
    holder_name = serializers.CharField()
    ticket_type = serializers.CharField()


class ScannedTicketSerializer(ShownTicketSerializer):
    hash = serializers.CharField()


class AnswerSerializer(serializers.Serializer):
    """A verdict. `reason` is the code of a refusal, `text` its sentence."""

    nonce = serializers.UUIDField()
    kind = serializers.ChoiceField(KINDS)
    reason = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True)
    ticket = ScannedTicketSerializer(allow_null=True)
    list = serializers.CharField(allow_null=True)
    is_reentry = serializers.BooleanField()
    at_ms = serializers.IntegerField()
    since = serializers.CharField(allow_blank=True)
    since_ms = serializers.IntegerField(allow_null=True)
    gate = serializers.CharField(allow_blank=True)
    choices = ShownTicketSerializer(many=True)


class QueuedScanSerializer(serializers.Serializer):
    """A scan that the phone decided itself. Never a code: the `hash` of the one that was shown, or
    the `label` that was typed. `undo` names an earlier scan by its nonce."""

    nonce = serializers.UUIDField()
    kind = serializers.ChoiceField(["in", "again", "refused"], required=False, default="in")
    reason = serializers.CharField(max_length=24, required=False, allow_blank=True, default="")
    hash = serializers.RegexField(
        rf"^([0-9a-f]{{{Ticket.HASH_LENGTH}}})?$", required=False, allow_blank=True, default=""
    )
    label = serializers.CharField(max_length=16, required=False, allow_blank=True, default="")
    list = serializers.CharField(
        max_length=16, required=False, allow_blank=True, allow_null=True, default=""
    )
    gate = serializers.CharField(
        max_length=16, required=False, allow_blank=True, allow_null=True, default=""
    )
    device_ms = Moment()
    clock_offset_ms = offset()
    undone_ms = Moment(required=False, allow_null=True, default=None)
    undo = serializers.BooleanField(required=False, default=False)

    def queued(self, given: dict[str, Any]) -> QueuedScan:
        return QueuedScan(
            nonce=str(given["nonce"]),
            device_at=instant(given["device_ms"]),
            clock_offset_ms=given["clock_offset_ms"],
            kind=given["kind"],
            reason=given["reason"],
            hash=given["hash"],
            label=given["label"],
            list=given["list"] or "",
            gate=given["gate"] or "",
            undone_at=None if given["undone_ms"] is None else instant(given["undone_ms"]),
            is_undo=given["undo"],
        )


class UploadSerializer(serializers.Serializer):
    scans = QueuedScanSerializer(many=True, allow_empty=True, max_length=MOST_SCANS)
    waiting = serializers.IntegerField(
        min_value=0, max_value=MOST_WAITING, required=False, help_text="What is left after these."
    )
    clock_offset_ms = serializers.IntegerField(
        min_value=-WIDEST_MS, max_value=WIDEST_MS, required=False
    )


class ResultSerializer(serializers.Serializer):
    nonce = serializers.UUIDField()
    result = serializers.ChoiceField([each.value for each in Outcome])
    reason = serializers.CharField(
        allow_blank=True, help_text="Why this admission would be refused by now."
    )


class ResultsSerializer(serializers.Serializer):
    results = ResultSerializer(many=True)
    server_ms = serializers.IntegerField()


class UndoRequestSerializer(serializers.Serializer):
    nonce = serializers.UUIDField()


class SearchQuerySerializer(serializers.Serializer):
    q = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=80,
        help_text="Part of a name or label, or the buyer's address in full.",
    )


class FoundTicketSerializer(ShownTicketSerializer):
    status = serializers.IntegerField(help_text="0 held, 1 valid, 2 canceled.")
    since_ms = serializers.IntegerField(allow_null=True)


class SearchSerializer(serializers.Serializer):
    results = FoundTicketSerializer(many=True)
    more = serializers.BooleanField()


class WalkInRequestSerializer(serializers.Serializer):
    ticket_type = serializers.IntegerField(min_value=1, max_value=2**32 - 1)
    holder_name = serializers.CharField(max_length=HOLDER_LENGTH)
    email = serializers.EmailField(
        max_length=254, required=False, allow_blank=True, default="", help_text="Mails the ticket."
    )
    paid = serializers.ChoiceField(["cash", "free"])
    nonce = serializers.UUIDField(help_text="Sent again, it is the same person.")
    device_ms = Moment()
    clock_offset_ms = offset()
