"""Names as a scanner carries them: readable once the ticket is shown, and not before.

The key comes from the ticket's code, which is on the ticket and on our server, and on no device.
"""

import base64
import hmac

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

INFO = b"chainone door name v1"
BLOCK = 16  # names are padded to a multiple of it, so that their length tells little
NONCE_SIZE = 12


def encrypt_name(name: str, *, code: str) -> str:
    """AES-256-GCM in base64url: nonce, ciphertext, tag.

    The nonce follows from the name, so that the same row has the same bytes each time (its ETag
    holds), and a renamed ticket never meets its old nonce with another text.
    """
    plain = name.encode()
    plain += bytes(-len(plain) % BLOCK)
    cipher_key, nonce_key = _keys(code)
    nonce = hmac.digest(nonce_key, plain, "sha256")[:NONCE_SIZE]
    sealed = nonce + AESGCM(cipher_key).encrypt(nonce, plain, None)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def decrypt_name(sealed: str, *, code: str) -> str:
    """What the scanner's page does. Raises cryptography.exceptions.InvalidTag for another code."""
    data = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
    plain = AESGCM(_keys(code)[0]).decrypt(data[:NONCE_SIZE], data[NONCE_SIZE:], None)
    return plain.rstrip(b"\0").decode()


def _keys(code: str) -> tuple[bytes, bytes]:
    """One for the name, one for the nonce. The browser asks HKDF for the first 32 bytes only."""
    kdf = HKDF(algorithm=hashes.SHA256(), length=64, salt=None, info=INFO)
    both = kdf.derive(bytes.fromhex(code))
    return both[:32], both[32:]
