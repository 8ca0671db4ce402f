"""What a ticket's QR code says, and its picture.

The text is `C1:` and, in base45, 25 bytes (version, signing key, ticket's code, ticket type)
with their Ed25519 signature: 137 characters of QR's alphanumeric mode, a code of version 6-M.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature

from core.qr import QUIET_ZONE as QUIET_ZONE, matrix as matrix, png as png, svg as svg
from ticketing.errors import UnknownTicket
from ticketing.models import SigningKey, Ticket
from ticketing.services import keys

PREFIX = "C1:"
VERSION = 1
HEADER = struct.Struct(">B4s16sI")
SIGNATURE_SIZE = 64

# RFC 9285
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
VALUES = {character: value for value, character in enumerate(ALPHABET)}


@dataclass(frozen=True)
class Token:
    """What a genuine QR code says; whether its ticket still admits, the door looks up."""

    event_id: int
    code: str
    ticket_type_id: int


def base45(data: bytes) -> str:
    text = ""
    for start in range(0, len(data), 2):
        pair = data[start : start + 2]
        number = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            number, digit = divmod(number, 45)
            text += ALPHABET[digit]
    return text


def unbase45(text: str) -> bytes:
    """Raises ValueError, KeyError or OverflowError for what `base45` never writes."""
    data = b""
    for start in range(0, len(text), 3):
        digits = [VALUES[character] for character in text[start : start + 3]]
        number = sum(digit * 45**place for place, digit in enumerate(digits))
        if len(digits) == 1:
            raise ValueError("a lone character")
        data += number.to_bytes(len(digits) - 1, "big")
    return data


def tokens_for(tickets: Iterable[Ticket]) -> list[str]:
    """The texts of their QR codes, in order; reads one key for each event among them."""
    signers: dict[int, keys.Signer] = {}
    texts = []
    for ticket in tickets:
        signer = signers.get(ticket.event_id) or keys.load_signer(event_id=ticket.event_id)
        signers[ticket.event_id] = signer
        names = (bytes.fromhex(signer.key_id), bytes.fromhex(ticket.code))
        header = HEADER.pack(VERSION, *names, ticket.ticket_type_id)
        texts.append(PREFIX + base45(header + signer.private_key.sign(header)))
    return texts


def token_for(ticket: Ticket) -> str:
    """The text of its QR code. Whoever has it, holds the ticket: never log it."""
    return tokens_for([ticket])[0]


def read_token(text: str) -> Token:
    """Raises UnknownTicket for what none of our keys signed: forged, cut off, of another kind."""
    try:
        data = unbase45(text.removeprefix(PREFIX)) if text.startswith(PREFIX) else b""
        header, signature = data[: HEADER.size], data[HEADER.size :]
        version, key_id, code, ticket_type_id = HEADER.unpack(header)
        if version != VERSION:
            raise UnknownTicket
        verifier = keys.load_verifier(key_id.hex())
        verifier.public_key.verify(signature, header)
    except (
        KeyError,
        ValueError,
        OverflowError,
        struct.error,
        SigningKey.DoesNotExist,
        InvalidSignature,
    ):
        raise UnknownTicket from None
    return Token(verifier.event_id, code.hex(), ticket_type_id)
