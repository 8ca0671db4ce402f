"""Secret links that nobody keeps: they are signed, and say what they open."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from courses.models import ClassSession

SALT = "join a class"


def _signer(session: ClassSession) -> signing.Signer:
    return signing.Signer(salt=f"{SALT}:{session.public_id}", sep="~")


def join_url(session: ClassSession, seat: str) -> str:
    """The way into a class for who has `seat` (a public_id), without signing in. It opens nothing
    once the seat has ended, and outside the window only says when."""
    token = _signer(session).sign(seat)
    return settings.SITE_URL + reverse("courses:class-link", args=[session.public_id, token])


def read_join_token(session: ClassSession, token: str) -> str:
    """The seat's public_id. Raises signing.BadSignature."""
    return _signer(session).unsign(token)
