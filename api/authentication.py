from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import ApiToken, User, digest
from ticketing.models import Device

USED_GRAIN = timedelta(minutes=5)  # `last_used_at` is written at most this often


class DeviceRevoked(AuthenticationFailed):
    """The device wipes what it holds."""

    default_code = "device_revoked"
    default_detail = _("This phone was taken off the door. Ask the organizer to pair it again.")


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer c1_…`, a token that a person made in the account."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _space, secret = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        now = timezone.now()
        tokens = ApiToken.objects.live(now).select_related("user")
        token = tokens.filter(
            digest=digest(secret.decode("latin-1").strip()), user__is_active=True
        ).first()
        if token is None:
            raise AuthenticationFailed(_("This token is unknown, expired or revoked."))
        if token.last_used_at is None or token.last_used_at < now - USED_GRAIN:
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class DeviceAuthentication(BaseAuthentication):
    """`Authorization: Bearer d1_…`, the secret that a phone got when it was paired.

    It stands for no person, and opens nothing but the views that name this class. A view with
    `lets_revoked` also hears one that was revoked.
    """

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Device] | None:
        scheme, _space, secret = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        devices = Device.objects.select_related("event", "gate")
        device = devices.filter(digest=digest(secret.decode("latin-1").strip())).first()
        if device is None:
            raise AuthenticationFailed(_("This phone is not paired, or no longer."))
        view = request.parser_context["view"]
        if device.revoked_at and not getattr(view, "lets_revoked", False):
            raise DeviceRevoked
        return AnonymousUser(), device

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
