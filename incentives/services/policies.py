"""Publishing what earns a pass, and giving what is earned."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _, ngettext

from accounts.models import User
from core.logs import logger
from incentives.errors import PolicyRetired
from incentives.models import Kind, PassGround, PassPolicy, PassScope
from incentives.queries.policies import Due, due
from ticketing.models import PassCovers
from ticketing.services.pass_grants import PolicyGrant, give_by_policy


@transaction.atomic
def publish_policy(
    *, by: User, at: datetime, replaces: PassPolicy | None = None, **fields: Any
) -> PassPolicy:
    """Put a policy in force, instead of `replaces` where given. Passes that were given stay.

    Raises PolicyRetired when somebody else replaced or ended that one meanwhile.
    """
    if replaces:
        old = _retire(replaces, by, at)
        fields |= {"lineage": old.lineage, "version": old.version + 1}
    made = PassPolicy.objects.create(created_by=by, created_at=at, **fields)
    logger.info("pass_policy_published", policy=made.pk, by=by.pk)
    return made


@transaction.atomic
def retire_policy(*, policy: PassPolicy, by: User, at: datetime) -> PassPolicy:
    """It gives nothing more; passes that were given stay. Raises PolicyRetired."""
    return _retire(policy, by, at)


def _retire(policy: PassPolicy, by: User, at: datetime) -> PassPolicy:
    policy = PassPolicy.objects.select_for_update(of=("self",)).get(pk=policy.pk)
    if policy.retired_at:
        raise PolicyRetired
    policy.retired_at, policy.retired_by = at, by
    policy.save(update_fields=["retired_at", "retired_by"])
    return policy


def give_due(policy: PassPolicy, at: datetime) -> int:
    """Give what the policy owes now; say how many passes that were. Safe to repeat, and beside
    itself: each is given once, by its key, in a transaction of its own."""
    given = 0
    for one in due(policy, at):
        language = one.user.language or settings.LANGUAGE_CODE
        grant = _grant(policy, one, at, language)
        given += give_by_policy(grant, language=language) is not None
    return given


def _grant(policy: PassPolicy, one: Due, at: datetime, language: str) -> PolicyGrant:
    event = one.event if policy.scope == PassScope.THAT_EVENT else None
    with translation.override(language):
        reason = reason_of(policy, one)
    return PolicyGrant(
        policy=policy.lineage,
        key=one.key,
        user=one.user,
        reason=reason[:240],
        covers=PassCovers.BOTH if event else PassCovers(policy.covers),
        event=event,
        uses=1 if event else policy.uses,
        valid_until=event.end_at if event else at + timedelta(days=policy.valid_days),
        is_transferable=policy.is_transferable,
        per_event_limit=policy.per_event_limit,
    )


def reason_of(policy: PassPolicy, one: Due) -> str:
    """In the active language: what the person did."""
    if policy.ground == PassGround.TALK:
        return _("Your talk “%(title)s”") % {"title": one.title}
    number = {"number": one.amount}
    if policy.ground == PassGround.HELPER_HOURS:
        hours = ngettext("%(number)s hour of help", "%(number)s hours of help", one.amount)
        return hours % number
    points = ngettext("%(number)s point", "%(number)s points", one.amount) % number
    return f"{Kind(policy.kind).label}: {points}" if policy.kind else points
