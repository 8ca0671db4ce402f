from collections.abc import Iterable
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils import timezone

from accounts.models import ApiToken, CalendarFeed, User, digest
from core.ids import public_id, secret_code


@transaction.atomic
def create_api_token(
    *, user: User, name: str, scopes: Iterable[str], expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a token; the second value is its secret, which can never be read again."""
    secret = ApiToken.new_secret()
    token = ApiToken.objects.create(
        user=user,
        name=name,
        hint=secret[:8],
        digest=digest(secret),
        scopes=sorted(set(scopes)),
        expires_at=expires_at or timezone.now() + ApiToken.LIFETIME,
    )
    return token, secret


@transaction.atomic
def revoke_api_token(*, token: ApiToken) -> None:
    """Repeatable: the first time stands."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())


@transaction.atomic
def save_preferences(*, user: User, name: str, language: str, time_zone: str) -> None:
    user.name, user.language, user.time_zone = name, language, time_zone
    user.save(update_fields=["name", "language", "time_zone"])


@transaction.atomic
def renew_calendar(*, user: User) -> CalendarFeed:
    """A new secret address; the old one shows nothing from now on."""
    fields = {"token": secret_code(), "created_at": timezone.now()}
    feed, _new = CalendarFeed.objects.update_or_create(user=user, defaults=fields)
    return feed


@transaction.atomic
def revoke_calendar(*, user: User) -> None:
    """Repeatable."""
    CalendarFeed.objects.filter(user=user).delete()


@transaction.atomic
def erase_account(*, user: User) -> User:
    """Nobody signs in with it and nobody reads from it who it was; rows that sums stand on keep
    pointing at it. Open sessions end, since their key is the password's."""
    EmailAddress.objects.filter(user=user).delete()
    SocialAccount.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    ApiToken.objects.filter(user=user).delete()
    CalendarFeed.objects.filter(user=user).delete()
    user.set_unusable_password()
    nobody = {
        "email": f"erased-{public_id()}@erased.invalid",
        "name": "",
        "language": "",
        "time_zone": "",
        "is_active": False,
        "is_staff": False,
        "is_superuser": False,
    }
    for name, value in nobody.items():
        setattr(user, name, value)
    user.save(update_fields=["password", *nobody])
    return user
