"""When somebody deletes their account: every sum stays, and nobody reads who it was."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.queries import proven
from accounts.services import erase_account
from community.models import Membership
from community.services import set_roles
from core.logs import logger
from courses.services.certificates import forget_holder
from incentives.errors import StillOwed
from incentives.models import UNDER_WAY, Officer, Payout, PayoutAccount, PublicName
from incentives.models.names import new_pseudonym
from ticketing.models import FreePass


@transaction.atomic
def delete_account(*, user: User) -> None:
    """Statements, payouts and the ledger keep their rows: they point at somebody without a name,
    under a fresh pseudonym that nobody has seen. What is owed stays owed and is never asked for.

    Raises StillOwed while a payout is on its way, and LastOwner of a chapter nobody else owns.
    """
    if Payout.objects.filter(user=user, status__in=UNDER_WAY).exists():
        raise StillOwed
    for membership in Membership.objects.filter(user=user).select_related("chapter"):
        set_roles(chapter=membership.chapter, user=user, roles=[])
    addresses = [user.email, *proven(user)]
    passes = FreePass.objects.filter(Q(user=user) | Q(user=None, email__in=addresses))
    passes.update(user=None, email="")
    Officer.objects.filter(user=user).delete()
    names = PublicName.objects.filter(user=user)
    names.update(shows_name=False, pseudonym=new_pseudonym())
    accounts = PayoutAccount.objects.filter(user=user)
    accounts.update(sealed=b"", hint="", retired_at=timezone.now())
    forget_holder(user=user)
    erase_account(user=user)
    logger.info("account_deleted", user=user.pk)
