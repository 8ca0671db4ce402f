"""The Ed25519 keys that sign an event's tickets: one active at a time, made at first use."""

from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core import keys
from core.ids import key_id
from events.models import Event
from events.services import log
from ticketing.models import SigningKey


@dataclass(frozen=True)
class Signer:
    key_id: str
    private_key: Ed25519PrivateKey


@dataclass(frozen=True)
class Verifier:
    event_id: int
    public_key: Ed25519PublicKey


def _pair() -> dict[str, str | bytes]:
    private = Ed25519PrivateKey.generate()
    return {
        "key_id": key_id(),
        "public_key": private.public_key().public_bytes_raw(),
        "private_key": keys.encrypt(private.private_bytes_raw()),
    }


def load_signer(*, event_id: int) -> Signer:
    """The key that signs this event's tickets now. Two first uses at once end with the same one:
    the constraint lets one in, and the other reads it."""
    active = SigningKey.objects.filter(event_id=event_id, retired_at=None)
    key = (
        active.first()
        or active.get_or_create(event_id=event_id, retired_at=None, defaults=_pair())[0]
    )
    private_key = keys.decrypt(bytes(key.private_key))
    return Signer(key.key_id, Ed25519PrivateKey.from_private_bytes(private_key))


@transaction.atomic
def rotate_key(*, event: Event, by: User) -> SigningKey:
    """Sign with a new key from now on. The old one is retired: it signs no more, and what it
    signed still opens the door. Devices learn the new one at their next sync."""
    Event.objects.select_for_update(of=("self",)).get(pk=event.pk)  # two at once: one after another
    retired = SigningKey.objects.filter(event=event, retired_at=None)
    retired.update(retired_at=timezone.now())
    made = SigningKey.objects.create(event=event, **_pair())
    log.record(event=event, by=by, action="signing_key_rotated", target=made.key_id)
    return made


@lru_cache(maxsize=4096)
def load_verifier(key_id: str) -> Verifier:
    """Kept in the process, for a public key never changes. A retired key still verifies what it
    signed. Raises SigningKey.DoesNotExist, which is not kept."""
    key = SigningKey.objects.only("event_id", "public_key").get(key_id=key_id)
    return Verifier(key.event_id, Ed25519PublicKey.from_public_bytes(bytes(key.public_key)))
