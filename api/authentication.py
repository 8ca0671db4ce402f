from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import ApiToken, User, digest

USED_GRAIN = timedelta(minutes=5)  # `last_used_at` is written at most this often


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
