"""Giving free passes and taking them back, and how many of them an event takes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.effects import after_commit
from events.models import Event, EventStatus
from events.services import log
from ticketing import errors, tasks
from ticketing.models import EventPasses, FreePass, PassCovers


@dataclass(frozen=True)
class PolicyGrant:
    """What a policy gives one person for one thing they did; `key` names both."""

    policy: str
    key: str
    user: User
    reason: str
    covers: PassCovers
    event: Event | None
    uses: int
    valid_until: datetime
    is_transferable: bool
    per_event_limit: int | None


@transaction.atomic
def give_pass(
    *,
    event: Event,
    by: User,
    email: str,
    language: str,
    reason: str,
    covers: PassCovers | None = None,
    uses: int = 1,
    valid_until: datetime | None = None,
    is_transferable: bool = False,
) -> FreePass:
    """By hand, with a reason: for one place at `event`, or, with `covers`, for so many events of
    its chapter. It is mailed; whoever proves that address finds it in their account.

    Raises PassAlreadyGiven, PassEventOver.
    """
    email, now = email.strip().lower(), timezone.now()
    fields: dict[str, Any] = {"chapter": event.chapter, "covers": covers, "uses": uses}
    fields["valid_until"] = valid_until or event.end_at
    if covers is None:
        if event.status == EventStatus.CANCELED or event.end_at <= now:
            raise errors.PassEventOver
        fields |= {"event": event, "covers": PassCovers.BOTH, "valid_until": event.end_at}
    alike = FreePass.objects.usable(now).filter(
        email=email, chapter=event.chapter, event=fields.get("event"), policy=""
    )
    if alike.exists():
        raise errors.PassAlreadyGiven
    person = User.objects.filter(email__iexact=email).first()
    made = FreePass.objects.create(
        email=email,
        language=(person and person.language) or language,
        reason=reason,
        granted_by=by,
        is_transferable=is_transferable,
        **fields,
    )
    log.record(event=event, by=by, action="pass_given", target=made.public_id)
    after_commit(tasks.send_free_pass.delay, made.pk)
    return made


@transaction.atomic
def give_by_policy(grant: PolicyGrant, *, language: str) -> FreePass | None:
    """None when it was given before, whatever became of it. Repeatable, beside itself too."""
    made, is_new = FreePass.objects.get_or_create(
        policy_key=grant.key,
        defaults={
            "policy": grant.policy,
            "user": grant.user,
            "email": grant.user.email.lower(),
            "language": grant.user.language or language,
            "reason": grant.reason,
            "covers": grant.covers,
            "event": grant.event,
            "uses": grant.uses,
            "valid_until": grant.valid_until,
            "is_transferable": grant.is_transferable,
            "per_event_limit": grant.per_event_limit,
        },
    )
    if not is_new:
        return None
    after_commit(tasks.send_free_pass.delay, made.pk)
    return made


@transaction.atomic
def revoke_pass(*, free_pass: FreePass, by: User, reason: str, event: Event) -> FreePass:
    """From now on it gives nothing; tickets that were had for it stay good. Its holder is mailed.

    Repeatable: the first reason stands. `event` is whose log tells of it.
    """
    free_pass = FreePass.objects.select_for_update(of=("self",)).get(pk=free_pass.pk)
    if free_pass.revoked_at:
        return free_pass
    free_pass.revoked_at, free_pass.revoked_by = timezone.now(), by
    free_pass.revoked_reason = reason
    free_pass.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    log.record(event=event, by=by, action="pass_revoked", target=free_pass.public_id)
    if free_pass.mailed_at:  # else they never heard of it
        after_commit(tasks.send_revoked_pass.delay, free_pass.pk)
    return free_pass


@transaction.atomic
def limit_passes(*, event: Event, by: User, most: int | None) -> EventPasses:
    """How many places of the event free passes may take; None: as many as there are.

    Raises PassLimitTooLow when more are in use.
    """
    EventPasses.objects.get_or_create(event=event)
    kept = EventPasses.objects.select_for_update().get(event=event)
    if most is not None and most < kept.taken:
        raise errors.PassLimitTooLow(taken=kept.taken)
    if most != kept.most:
        changes = {"most": [log.plain(kept.most), log.plain(most)]}
        log.record(event=event, by=by, action="pass_limit_changed", changes=changes)
    kept.most = most
    kept.save(update_fields=["most"])
    return kept
