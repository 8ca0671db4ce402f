"""The keys that sign Open Badges: one a chapter, made at its first use."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from community.models import Chapter
from core import keys
from core.ids import key_id
from courses.badges import Signer
from courses.models import BadgeKey


def load_signer(*, chapter: Chapter) -> Signer:
    """Two first uses at once end with the same key: the constraint lets one in, and the other
    reads it."""
    key, _is_new = BadgeKey.objects.get_or_create(chapter=chapter, defaults=_pair())
    private = Ed25519PrivateKey.from_private_bytes(keys.decrypt(bytes(key.private_key)))
    return Signer(key.key_id, private)


def _pair() -> dict[str, str | bytes]:
    private = Ed25519PrivateKey.generate()
    return {
        "key_id": key_id(),
        "public_key": private.public_key().public_bytes_raw(),
        "private_key": keys.encrypt(private.private_bytes_raw()),
    }
