"""Secrets at rest: encrypted with a key that only the environment knows."""

import base64

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def _fernet() -> MultiFernet:
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"secrets at rest")
    key = kdf.derive(settings.ENCRYPTION_KEY.encode())
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key))])


def encrypt(data: bytes) -> bytes:
    return _fernet().encrypt(data)


def decrypt(token: bytes) -> bytes:
    """Raises cryptography.fernet.InvalidToken when ENCRYPTION_KEY is not the one that encrypted."""
    return _fernet().decrypt(bytes(token))
