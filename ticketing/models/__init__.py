from ticketing.models.check_ins import CheckIn, CheckInKind, DoorTally, Refusal
from ticketing.models.doors import CheckInList, Device, DoorSettings, Gate, Pairing
from ticketing.models.keys import SigningKey
from ticketing.models.tickets import (
    TAKES_PLACE,
    Notice,
    NoticeKind,
    Quota,
    RefundRule,
    RefundRun,
    RetiredCode,
    Ticket,
    TicketQuerySet,
    TicketStatus,
    TicketType,
    TicketTypeQuerySet,
)

__all__ = [
    "TAKES_PLACE",
    "CheckIn",
    "CheckInKind",
    "CheckInList",
    "Device",
    "DoorSettings",
    "DoorTally",
    "Gate",
    "Notice",
    "NoticeKind",
    "Pairing",
    "Quota",
    "RefundRule",
    "RefundRun",
    "Refusal",
    "RetiredCode",
    "SigningKey",
    "Ticket",
    "TicketQuerySet",
    "TicketStatus",
    "TicketType",
    "TicketTypeQuerySet",
]
