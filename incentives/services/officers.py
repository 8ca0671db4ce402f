"""Who reviews and who settles: appointed and dismissed by administrators."""

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from accounts.models import User
from core.logs import logger
from incentives.errors import NobodyThere, OfficerKnown
from incentives.models import Officer, OfficerRole


def appoint(*, email: str, role: OfficerRole, by: User) -> Officer:
    """Give the person with this confirmed address an office. Raises NobodyThere, OfficerKnown."""
    address = EmailAddress.objects.filter(email__iexact=email.strip(), verified=True).first()
    user = address and User.objects.filter(pk=address.user_id, is_active=True).first()
    if not user:
        raise NobodyThere
    try:
        with transaction.atomic():
            officer = Officer.objects.create(user=user, role=role, appointed_by=by)
    except IntegrityError:
        raise OfficerKnown from None
    logger.info("officer_appointed", user=user.pk, role=role, by=by.pk)
    return officer


def dismiss(*, officer: Officer, by: User) -> None:
    """End an office; what they decided stays."""
    Officer.objects.filter(pk=officer.pk).delete()
    logger.info("officer_dismissed", user=officer.user_id, role=officer.role, by=by.pk)
