"""Identifiers that people and programs see. Primary keys stay inside."""

import secrets
import uuid

# Without 0/O, 1/I/L, U/V, 2/Z, 5/S, 8/B: what a person may misread or mishear
READABLE = "34679ACDEFGHJKMNPQRTWXY"
REFERENCE_LENGTH = 8
CERTIFICATE_LENGTH = 16


def public_id() -> str:
    """A short random id for addresses and the API: 13 characters, 64 bits."""
    alphabet = "23456789abcdefghjkmnpqrstuvwxyz"
    return "".join(secrets.choice(alphabet) for _ in range(13))


def reference() -> str:
    """Eight characters that can be read out at a door: 36 bits, no secret."""
    return "".join(secrets.choice(READABLE) for _ in range(REFERENCE_LENGTH))


def certificate_number() -> str:
    """Sixteen characters that can be typed from paper: 72 bits, so nobody guesses one."""
    return "".join(secrets.choice(READABLE) for _ in range(CERTIFICATE_LENGTH))


def secret_code() -> str:
    """128 random bits as 32 hex digits. Whoever has it, holds what it opens: never log it."""
    return secrets.token_hex(16)


def uuid4() -> uuid.UUID:
    """122 random bits: used in secret links."""
    return uuid.uuid4()


def key_id() -> str:
    """Names a signing key inside a ticket: 4 random bytes as 8 hex digits, no secret."""
    return secrets.token_hex(4)
